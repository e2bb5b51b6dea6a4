//! Positions, metres, nearest, within and boundaries; pure.
