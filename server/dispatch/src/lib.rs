//! Command to events to state and effects; pure.
