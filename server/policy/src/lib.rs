//! What the rules say; every number in rules/putuo.toml; pure.
