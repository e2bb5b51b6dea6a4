//! A channel that writes down what it was given, and answers as it is told. For tests and simulations.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::{self, BoxFuture};
use model::deadline::Notice;
use uuid::Uuid;

use crate::channel::{Channel, Delivery, DeliveryFault};

/// What was handed out: the key and the notice, in order.
pub type Recorded = (Uuid, Notice);

/// Writes down every try.
#[derive(Debug, Default)]
pub struct Recorder {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    recorded: Vec<Recorded>,
    next: VecDeque<Result<Delivery, DeliveryFault>>,
}

impl Recorder {
    /// A recorder to which every notice is delivered.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was tried so far.
    pub fn recorded(&self) -> Vec<Recorded> {
        self.lock().recorded.clone()
    }

    /// What was tried since the last time that this was asked.
    pub fn take(&self) -> Vec<Recorded> {
        std::mem::take(&mut self.lock().recorded)
    }

    /// How the next try ends; without a plan it is delivered.
    pub fn plan(&self, end: Result<Delivery, DeliveryFault>) {
        self.lock().next.push_back(end);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Channel for Recorder {
    fn name(&self) -> &'static str {
        "recorder"
    }

    fn deliver<'a>(
        &'a self,
        key: Uuid,
        notice: &'a Notice,
    ) -> BoxFuture<'a, Result<Delivery, DeliveryFault>> {
        let mut inner = self.lock();
        inner.recorded.push((key, notice.clone()));
        let end = inner.next.pop_front().unwrap_or(Ok(Delivery::Delivered));
        Box::pin(future::ready(end))
    }
}
