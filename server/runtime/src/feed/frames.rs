//! Messages of the feed as JSON text. Each is written once and shared by whoever gets it.

use bytes::Bytes;
use model::actor::Actor;
use model::id::UnitId;
use model::time::Instant;
use serde::Serialize;
use serde_json::{Value, json};

use crate::positions::Fix;

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
pub(super) fn payload(events: &[Value]) -> String {
    let mut payload = String::new();
    for event in events {
        if !payload.is_empty() {
            payload.push(',');
        }
        // Writing a JSON value as text cannot fail.
        payload.push_str(&event.to_string());
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
pub(super) fn positions(fixes: &[(&UnitId, Fix)]) -> Bytes {
    #[derive(Serialize)]
    struct Line<'a> {
        unit: &'a UnitId,
        position: Value,
        at: Instant,
    }
    let lines: Vec<Line<'_>> = fixes
        .iter()
        .map(|(unit, fix)| Line {
            unit,
            position: json!({
                "lon": fix.position.lon(),
                "lat": fix.position.lat(),
                "accuracy_m": fix.accuracy_m,
                "crs": "wgs84",
            }),
            at: fix.at,
        })
        .collect();
    text(&json!({"type": "positions", "positions": lines}))
}

/// Everything that the audience may see, as of a seq.
pub(super) fn snapshot(seq: u64, now: Instant, content: &Value) -> Bytes {
    text(&json!({"type": "snapshot", "seq": seq, "now": now, "snapshot": content}))
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
        let frame = events(4, 7, &payload(&[json!({"seq": 5}), json!({"seq": 7})]));
        let value: Value = serde_json::from_slice(&frame).unwrap();
        assert_eq!(
            value,
            json!({"type": "events", "after": 4, "upto": 7, "events": [{"seq": 5}, {"seq": 7}]})
        );
        let empty: Value = serde_json::from_slice(&events(4, 7, "")).unwrap();
        assert_eq!(empty["events"], json!([]));
    }
}
