//! Where events are kept: trait, memory, sqlite and their shared contract suite.
