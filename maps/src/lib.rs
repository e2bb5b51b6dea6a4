//! Map layers, the live console feed and history.
