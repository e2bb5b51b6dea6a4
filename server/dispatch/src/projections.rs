//! State into views: what leaves the house. Reads tables, changes nothing, judges nothing but rights (by `policy`).

pub mod effects;
