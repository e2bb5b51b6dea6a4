//! One message of the feed, shared by everybody who gets it.

use std::any::Any;
use std::sync::{Arc, OnceLock};

/// One message as JSON text. Copies are the same message.
#[derive(Clone, Debug)]
pub struct Frame(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    text: String,
    prepared: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Frame {
    /// A message.
    pub fn new(text: String) -> Self {
        Self(Arc::new(Shared {
            text,
            prepared: OnceLock::new(),
        }))
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// What a transport makes of the text before it writes it, made once for all connections; another kind of
    /// transport makes its own each time.
    pub fn prepared<T: Clone + Send + Sync + 'static>(&self, prepare: impl Fn(&str) -> T) -> T {
        self.0
            .prepared
            .get_or_init(|| Box::new(prepare(&self.0.text)))
            .downcast_ref::<T>()
            .cloned()
            .unwrap_or_else(|| prepare(&self.0.text))
    }
}

impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Frame {}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn what_a_transport_prepares_is_made_once_for_all_copies() {
        let frame = Frame::new("{}".to_owned());
        let n_made = Cell::new(0);
        let length = |text: &str| {
            n_made.set(n_made.get() + 1);
            text.len()
        };
        assert_eq!(
            (frame.prepared(length), frame.clone().prepared(length)),
            (2, 2)
        );
        assert_eq!(n_made.get(), 1);
        assert_eq!(
            frame.prepared(str::to_owned),
            "{}",
            "another transport makes its own"
        );
    }
}
