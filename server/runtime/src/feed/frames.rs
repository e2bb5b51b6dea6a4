//! Messages of the feed as JSON text. Each is written once and shared by whoever gets it.

use model::actor::Actor;
use model::time::Instant;
use model::view::background::UnitPositionView;
use model::view::live::{FeedEvent, SnapshotView};
use model::view::message::{
    FeedMessage, HelloMessage, PingMessage, PositionsMessage, ResyncMessage, SnapshotMessage,
    WhoView,
};

use super::frame::Frame;

/// The first message: where the journal is, and who you are.
pub(super) fn hello(epoch: &str, seq: u64, who: &Actor, now: Instant, clock_rate: f64) -> Frame {
    text(&FeedMessage::Hello(HelloMessage {
        epoch: epoch.to_owned(),
        seq,
        who: WhoView::of(who),
        now,
        clock_rate,
    }))
}

/// Bytes of events after which a message ends. Longer ones would cost each socket a buffer of their length.
const MESSAGE_BYTES: usize = 32 * 1024;

/// The events of one message without its frame: `{…},{…}`.
pub(super) struct Payload {
    /// The last event in it.
    upto: u64,
    text: String,
}

/// Events as payloads. Those that share a seq stay together, since a client is past a seq only after all of them.
pub(super) fn payloads(events: &[FeedEvent]) -> Vec<Payload> {
    let mut payloads: Vec<Payload> = Vec::new();
    for together in events.chunk_by(|a, b| a.seq == b.seq) {
        for event in together {
            // A view is made of values that JSON has: writing it cannot fail.
            let text = serde_json::to_string(event).unwrap_or_default();
            match payloads.last_mut() {
                Some(last) if last.upto == event.seq || last.text.len() < MESSAGE_BYTES => {
                    last.text.push(',');
                    last.text.push_str(&text);
                    last.upto = event.seq;
                }
                Some(_) | None => payloads.push(Payload {
                    upto: event.seq,
                    text,
                }),
            }
        }
    }
    payloads
}

/// Messages after a position, the last one up to another that may cover hidden events.
pub(super) fn messages(after: u64, upto: u64, payloads: &[Payload]) -> Vec<Frame> {
    let mut from = after;
    let n_payloads = payloads.len();
    (1..)
        .zip(payloads)
        .map(|(n, payload)| {
            let to = if n == n_payloads { upto } else { payload.upto };
            let message = events(from, to, &payload.text);
            from = to;
            message
        })
        .collect()
}

/// Events after a position, up to another one that may cover hidden ones.
pub(super) fn events(after: u64, upto: u64, payload: &str) -> Frame {
    Frame::new(format!(
        r#"{{"type":"events","after":{after},"upto":{upto},"events":[{payload}]}}"#
    ))
}

/// The newest positions of units.
pub(super) fn positions(positions: Vec<UnitPositionView>) -> Frame {
    text(&FeedMessage::Positions(PositionsMessage { positions }))
}

/// Everything that the audience may see, as of its seq.
pub(super) fn snapshot(now: Instant, view: SnapshotView) -> Frame {
    text(&FeedMessage::Snapshot(Box::new(SnapshotMessage {
        now,
        view,
    })))
}

/// Take a new snapshot; events go on after this seq.
pub(super) fn resync(seq: u64) -> Frame {
    text(&FeedMessage::Resync(ResyncMessage { seq }))
}

/// The feed lives.
pub(super) fn ping(now: Instant) -> Frame {
    text(&FeedMessage::Ping(PingMessage { now }))
}

fn text(message: &FeedMessage) -> Frame {
    // A message is made of values that JSON has: writing it cannot fail.
    Frame::new(serde_json::to_string(message).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use model::view::live::Written;
    use model::view::message::EventsMessage;
    use serde_json::{Value, json};

    use super::*;

    fn event(seq: u64, length: usize) -> FeedEvent {
        FeedEvent {
            seq,
            at: serde_json::from_value(json!("2026-01-12T14:14:03.000Z")).unwrap(),
            kind: "case.noted".to_owned(),
            data: Written::of(&"x".repeat(length)).unwrap(),
        }
    }

    #[test]
    fn many_events_become_several_messages_without_a_gap_and_none_ends_within_a_seq() {
        let long = MESSAGE_BYTES / 2;
        let all = [
            event(5, long),
            event(6, long),
            event(6, long),
            event(8, 10),
            event(9, 10),
        ];
        let messages: Vec<Value> = messages(3, 12, &payloads(&all))
            .iter()
            .map(|frame| serde_json::from_str(frame.text()).unwrap())
            .collect();
        let ranges: Vec<(u64, u64, usize)> = messages
            .iter()
            .map(|m| {
                let n = |name: &str| m[name].as_u64().unwrap();
                (n("after"), n("upto"), m["events"].as_array().unwrap().len())
            })
            .collect();
        assert_eq!(ranges, [(3, 6, 3), (6, 12, 2)]);
    }

    #[test]
    fn a_frame_of_events_is_json_with_after_and_upto() {
        let frame = events(4, 7, r#"{"seq":5},{"seq":7}"#);
        let value: Value = serde_json::from_str(frame.text()).unwrap();
        assert_eq!(
            value,
            json!({"type": "events", "after": 4, "upto": 7, "events": [{"seq": 5}, {"seq": 7}]})
        );
        let empty: Value = serde_json::from_str(events(4, 7, "").text()).unwrap();
        assert_eq!(empty["events"], json!([]));
    }

    #[test]
    fn a_frame_of_events_put_together_by_hand_is_the_message_that_the_document_describes() {
        let all = [event(5, 3), event(7, 4)];
        let frames = messages(4, 8, &payloads(&all));
        let [frame] = frames.as_slice() else {
            panic!("one message, not {}", frames.len())
        };
        let described = FeedMessage::Events(EventsMessage {
            after: 4,
            upto: 8,
            events: all.to_vec(),
        });
        let sent: Value = serde_json::from_str(frame.text()).unwrap();
        assert_eq!(sent, serde_json::to_value(&described).unwrap());
    }
}
