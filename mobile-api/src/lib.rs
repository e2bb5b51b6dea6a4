//! Routes for patrols and departments, and offline sync.
