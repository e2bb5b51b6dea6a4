//! How a person is reached: the trait of a channel, the live page, the log, and a recorder for tests.
//!
//! A channel says whether it reached the person. What follows from that is decided by the core; which notice goes to
//! whom stands in the notice. Nothing that leaves through a channel names a sign, a person or an exact place.

pub mod channel;
pub mod live_page;
pub mod log;
pub mod recorder;
