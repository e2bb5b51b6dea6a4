//! Keys, and sealing of what may have to be erased.
