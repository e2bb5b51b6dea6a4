//! A moment as people of the district write it: RFC 3339 with the offset of the policy's time zone.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Instant;

/// A moment with the offset in which it is written. On the wire `2026-01-12T22:14:00+08:00`; parts of a second only
/// where there are any.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    at: Instant,
    offset_s: i32,
}

/// The time zone in which a district writes its times.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// From a zone of the time library.
    pub const fn new(zone: TimeZone) -> Self {
        Self(zone)
    }

    /// A moment, written in this zone.
    pub fn stamp(&self, at: Instant) -> Stamp {
        Stamp {
            at,
            offset_s: self.0.to_offset(at.timestamp()).seconds(),
        }
    }

    /// A moment that may not be there.
    pub fn stamp_opt(&self, at: Option<Instant>) -> Option<Stamp> {
        at.map(|at| self.stamp(at))
    }

    /// A moment for a sentence: `2026-01-12 22:14`.
    pub fn words(&self, at: Instant) -> String {
        let local = self.0.to_datetime(at.timestamp());
        format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute())
    }
}

impl Stamp {
    /// The moment, without its offset.
    pub const fn instant(self) -> Instant {
        self.at
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offset = Offset::from_seconds(self.offset_s).unwrap_or(Offset::UTC);
        self.at.timestamp().display_with_offset(offset).fmt(f)
    }
}

impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    /// # Errors
    /// Text that is no RFC 3339 time with an offset.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom(format!("`{text}` is not a time with an offset"));
        let at: Timestamp = text.parse().map_err(|_| wrong())?;
        Ok(Self {
            at: Instant::from_timestamp(at),
            offset_s: offset_of(&text).ok_or_else(wrong)?,
        })
    }
}

/// Seconds of the offset at the end of a time that is known to have one.
fn offset_of(text: &str) -> Option<i32> {
    if text.ends_with(['Z', 'z']) {
        return Some(0);
    }
    let tail = text.get(text.len().checked_sub(6)?..)?;
    let (hours, minutes) = tail.get(1..)?.split_once(':')?;
    let seconds = hours.parse::<i32>().ok()? * 3_600 + minutes.parse::<i32>().ok()? * 60;
    Some(if tail.starts_with('-') {
        -seconds
    } else {
        seconds
    })
}

impl utoipa::PartialSchema for Stamp {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        Instant::schema()
    }
}
impl utoipa::ToSchema for Stamp {}

#[cfg(test)]
mod tests {
    use super::*;

    fn shanghai() -> Zone {
        Zone::new(TimeZone::get("Asia/Shanghai").unwrap())
    }

    #[test]
    fn a_moment_is_written_as_the_district_writes_it_and_read_back() {
        let at: Instant = serde_json::from_str("\"2026-01-12T14:14:00Z\"").unwrap();
        let stamp = shanghai().stamp(at);
        assert_eq!(stamp.to_string(), "2026-01-12T22:14:00+08:00");
        assert_eq!(shanghai().words(at), "2026-01-12 22:14");
        let back: Stamp = serde_json::from_str(&serde_json::to_string(&stamp).unwrap()).unwrap();
        assert_eq!(back, stamp);
    }

    #[test]
    fn parts_of_a_second_and_offsets_west_of_greenwich_survive() {
        for text in [
            "2026-01-12T22:14:00.25+08:00",
            "2026-01-12T22:14:00-03:30",
            "2026-01-12T22:14:00Z",
        ] {
            let stamp: Stamp = serde_json::from_str(&format!("\"{text}\"")).unwrap();
            let expected = text.replace('Z', "+00:00");
            assert_eq!(stamp.to_string(), expected);
        }
    }

    #[test]
    fn a_time_without_offset_is_refused() {
        assert!(serde_json::from_str::<Stamp>("\"2026-01-12T22:14:00\"").is_err());
    }
}
