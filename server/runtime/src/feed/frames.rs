//! Messages of the feed as JSON text. Each is written once and shared by whoever gets it.

use bytes::Bytes;
use model::actor::Actor;
use model::time::Instant;
use model::view::background::UnitPositionView;
use model::view::live::{FeedEvent, SnapshotView};
use serde::Serialize;
use serde_json::{Value, json};

/// The first message: where the journal is, and who you are.
pub(super) fn hello(epoch: &str, seq: u64, who: &Actor, now: Instant, clock_rate: f64) -> Bytes {
    text(&json!({
        "type": "hello",
        "epoch": epoch,
        "seq": seq,
        "who": {
            "account": who.account,
            "role": who.role,
            "jurisdictions": who.jurisdictions,
            "department": who.department,
            "unit": who.unit,
        },
        "now": now,
        "clock_rate": clock_rate,
    }))
}

/// Events as one payload without its frame: `{…},{…}`.
pub(super) fn payload(events: &[FeedEvent]) -> String {
    let mut payload = String::new();
    for event in events {
        if !payload.is_empty() {
            payload.push(',');
        }
        // A view is made of values that JSON has: writing it cannot fail.
        payload.push_str(&serde_json::to_string(event).unwrap_or_default());
    }
    payload
}

/// Events after a position, up to another one that may cover hidden ones.
pub(super) fn events(after: u64, upto: u64, payload: &str) -> Bytes {
    Bytes::from(format!(
        r#"{{"type":"events","after":{after},"upto":{upto},"events":[{payload}]}}"#
    ))
}

/// The newest positions of units.
pub(super) fn positions(positions: &[UnitPositionView]) -> Bytes {
    text(&json!({"type": "positions", "positions": positions}))
}

/// Everything that the audience may see, as of its seq.
pub(super) fn snapshot(now: Instant, view: &SnapshotView) -> Bytes {
    #[derive(Serialize)]
    struct Message<'a> {
        #[serde(rename = "type")]
        kind: &'static str,
        now: Instant,
        #[serde(flatten)]
        view: &'a SnapshotView,
    }
    let message = Message {
        kind: "snapshot",
        now,
        view,
    };
    // A view is made of values that JSON has: writing it cannot fail.
    Bytes::from(serde_json::to_vec(&message).unwrap_or_default())
}

/// Take a new snapshot; events go on after this seq.
pub(super) fn resync(seq: u64) -> Bytes {
    text(&json!({"type": "resync", "seq": seq}))
}

/// The feed lives.
pub(super) fn ping(now: Instant) -> Bytes {
    text(&json!({"type": "ping", "now": now}))
}

fn text(value: &Value) -> Bytes {
    Bytes::from(value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_of_events_is_json_with_after_and_upto() {
        let frame = events(4, 7, r#"{"seq":5},{"seq":7}"#);
        let value: Value = serde_json::from_slice(&frame).unwrap();
        assert_eq!(
            value,
            json!({"type": "events", "after": 4, "upto": 7, "events": [{"seq": 5}, {"seq": 7}]})
        );
        let empty: Value = serde_json::from_slice(&events(4, 7, "")).unwrap();
        assert_eq!(empty["events"], json!([]));
    }
}
