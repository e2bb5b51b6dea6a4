//! A channel: hands a notice to a person, and says what came of it.

use futures_util::future::BoxFuture;
use model::deadline::Notice;
use uuid::Uuid;

/// What came of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The person has it.
    Delivered,
    /// The person cannot be reached this way now; the notice stays queued and is tried when that changes.
    NotNow,
    /// It was written down for whoever looks; nobody is known to have seen it.
    Noted,
}

/// A channel that failed for good for this notice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct DeliveryFault {
    /// Why, without anything personal.
    pub why: String,
}

/// A way to reach people.
pub trait Channel: Send + Sync {
    /// Its name, as it stands in events.
    fn name(&self) -> &'static str;

    /// Hands a notice out. `key` is the same at every try, so that a receiver can tell a second one.
    ///
    /// # Errors
    /// [`DeliveryFault`] when this channel will never reach the person with this notice.
    fn deliver<'a>(
        &'a self,
        key: Uuid,
        notice: &'a Notice,
    ) -> BoxFuture<'a, Result<Delivery, DeliveryFault>>;
}
