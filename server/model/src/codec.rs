//! Events as they are written: the JSON body of a row, its version, and the upcasting of older versions.
//! A body is a contract for ever: rows are never rewritten, an old form is lifted when it is read.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::event::Event;
use crate::time::Instant;

/// The version in which bodies are written today.
pub const VERSION: u16 = 1;

/// Bytes that most bodies stay below.
const USUAL_BYTES: usize = 1024;

/// What the body of a row says: the event, and what belongs to its command.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The event, without anything erasable.
    pub event: Event,
    /// HMAC of the command's content, hexadecimal; empty for what the program itself did.
    pub content_tag: String,
    /// When the sender wrote it down, where that is known.
    pub recorded_at: Option<Instant>,
}

/// A body as it is written.
#[derive(Serialize)]
struct Parts<'a> {
    event: &'a Event,
    #[serde(skip_serializing_if = "str::is_empty")]
    content_tag: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_at: Option<Instant>,
}

/// A body as it stands in the row, before its event is read.
#[derive(Deserialize)]
struct WrittenBody<'a> {
    #[serde(borrow)]
    event: &'a RawValue,
    #[serde(default)]
    content_tag: String,
    #[serde(default)]
    recorded_at: Option<Instant>,
}

/// The kind in the body itself.
#[derive(Deserialize)]
struct WrittenKind<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
}

/// A body that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CodecFault {
    /// Written by a newer program.
    #[error("event {kind} is of version {version}, this program reads up to {VERSION}")]
    NewerVersion {
        /// Its kind.
        kind: String,
        /// Its version.
        version: u16,
    },
    /// The text is no such event.
    #[error("event {kind} cannot be read")]
    Unreadable {
        /// Its kind.
        kind: String,
        /// What the reader said.
        source: serde_json::Error,
    },
    /// The row names another kind than its body.
    #[error("a row says {row} and its body {body}")]
    OtherKind {
        /// In the row.
        row: String,
        /// In the body.
        body: String,
    },
    /// The event cannot be written.
    #[error("event {kind} cannot be written")]
    Unwritable {
        /// Its kind.
        kind: &'static str,
        /// What the writer said.
        source: serde_json::Error,
    },
}

/// Writes a body in today's version.
///
/// # Errors
/// [`CodecFault::Unwritable`], which would be a bug: every event is made of values that JSON has.
pub fn encode(body: &Body) -> Result<Vec<u8>, CodecFault> {
    encode_parts(&body.event, &body.content_tag, body.recorded_at)
}

/// Writes the body that these parts make.
///
/// # Errors
/// As [`encode`].
pub fn encode_parts(
    event: &Event,
    content_tag: &str,
    recorded_at: Option<Instant>,
) -> Result<Vec<u8>, CodecFault> {
    let parts = Parts {
        event,
        content_tag,
        recorded_at,
    };
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    serde_json::to_writer(&mut bytes, &parts).map_err(|source| CodecFault::Unwritable {
        kind: event.kind(),
        source,
    })?;
    Ok(bytes)
}

/// Reads a body of any version.
///
/// # Errors
/// [`CodecFault::NewerVersion`], [`CodecFault::Unreadable`], [`CodecFault::OtherKind`].
pub fn decode(kind: &str, version: u16, bytes: &[u8]) -> Result<Body, CodecFault> {
    let unreadable = |source| CodecFault::Unreadable {
        kind: kind.to_owned(),
        source,
    };
    let lifted: Vec<u8>;
    let written: WrittenBody<'_> = match version {
        VERSION => serde_json::from_slice(bytes).map_err(unreadable)?,
        older if older < VERSION => {
            let value: Value = serde_json::from_slice(bytes).map_err(unreadable)?;
            lifted = serde_json::to_vec(&lift(value, older)).map_err(unreadable)?;
            serde_json::from_slice(&lifted).map_err(unreadable)?
        }
        newer => {
            return Err(CodecFault::NewerVersion {
                kind: kind.to_owned(),
                version: newer,
            });
        }
    };
    let event = written.event.get();
    let named: WrittenKind<'_> = serde_json::from_str(event).map_err(unreadable)?;
    if named.kind != kind {
        return Err(CodecFault::OtherKind {
            row: kind.to_owned(),
            body: named.kind.into_owned(),
        });
    }
    Ok(Body {
        event: Event::read(kind, event).map_err(unreadable)?,
        content_tag: written.content_tag,
        recorded_at: written.recorded_at,
    })
}

/// Lifts a body of an older version to today's. There is none older than the first.
fn lift(body: Value, _from: u16) -> Value {
    body
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::TaskId;

    fn body() -> Body {
        Body {
            event: Event::TaskSeen {
                task_id: TaskId(uuid::Uuid::from_u128(7)),
            },
            content_tag: "ab".to_owned(),
            recorded_at: Some(Instant::from_ms(1_768_227_240_000)),
        }
    }

    #[test]
    fn a_body_comes_back_as_it_was_written() {
        let bytes = encode(&body()).unwrap();
        assert_eq!(decode("task.seen", VERSION, &bytes).unwrap(), body());
    }

    #[test]
    fn a_newer_version_and_another_kind_are_named() {
        let bytes = encode(&body()).unwrap();
        assert!(matches!(
            decode("task.seen", VERSION + 1, &bytes),
            Err(CodecFault::NewerVersion { version, .. }) if version == VERSION + 1
        ));
        assert!(matches!(
            decode("task.offered", VERSION, &bytes),
            Err(CodecFault::OtherKind { .. })
        ));
        assert!(matches!(
            decode("task.seen", VERSION, b"{"),
            Err(CodecFault::Unreadable { .. })
        ));
    }
}
