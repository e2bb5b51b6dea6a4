//! Instants and spans. Milliseconds; no clock is read here.

use std::fmt;
use std::ops::{Add, Sub};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment: milliseconds since 1970-01-01T00:00:00Z. On the wire RFC 3339.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(i64);

/// A length of time in milliseconds; never negative where a rule uses it. On the wire whole milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(i64);

/// The last moment that can be written as a date of four digits (9999-12-30T22:00:00Z).
const LATEST_MS: i64 = 253_402_207_200_000;
/// The first moment that can be written (year 1).
const EARLIEST_MS: i64 = -62_135_596_800_000;

impl Instant {
    /// From milliseconds since 1970; values outside the calendar are moved to its ends.
    pub const fn from_ms(ms: i64) -> Self {
        if ms > LATEST_MS {
            Self(LATEST_MS)
        } else if ms < EARLIEST_MS {
            Self(EARLIEST_MS)
        } else {
            Self(ms)
        }
    }

    /// Milliseconds since 1970.
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// From a timestamp, cut to milliseconds.
    pub fn from_timestamp(at: Timestamp) -> Self {
        Self::from_ms(at.as_millisecond())
    }

    /// As a timestamp of the time library.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The time that passed since `earlier`; zero if it is later.
    pub const fn since(self, earlier: Self) -> Span {
        let ms = self.0.saturating_sub(earlier.0);
        Span(if ms < 0 { 0 } else { ms })
    }

    /// The distance in time, whichever came first.
    pub const fn apart(self, other: Self) -> Span {
        Span(self.0.saturating_sub(other.0).saturating_abs())
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// From milliseconds.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }
    /// From seconds.
    pub const fn from_secs(s: i64) -> Self {
        Self(s.saturating_mul(1_000))
    }
    /// From minutes.
    pub const fn from_mins(m: i64) -> Self {
        Self(m.saturating_mul(60_000))
    }
    /// From hours.
    pub const fn from_hours(h: i64) -> Self {
        Self(h.saturating_mul(3_600_000))
    }
    /// From days of 24 hours.
    pub const fn from_days(d: i64) -> Self {
        Self(d.saturating_mul(86_400_000))
    }
    /// Milliseconds.
    pub const fn as_ms(self) -> i64 {
        self.0
    }
    /// This many times `numerator`/`denominator`, rounded down; a denominator of zero counts as one.
    #[must_use]
    pub const fn scaled(self, numerator: i64, denominator: i64) -> Self {
        let d = if denominator == 0 { 1 } else { denominator };
        Self(self.0.saturating_mul(numerator) / d)
    }
}

impl Add<Span> for Instant {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self::from_ms(self.0.saturating_add(span.0))
    }
}
impl Sub<Span> for Instant {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self::from_ms(self.0.saturating_sub(span.0))
    }
}
impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.timestamp())
    }
}
impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}ms", self.0)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Instant {
    /// # Errors
    /// Text that is no RFC 3339 time with an offset.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse::<Timestamp>()
            .map(Self::from_timestamp)
            .map_err(|_| {
                serde::de::Error::custom(format!(
                    "`{text}` is not a time with an offset as in RFC 3339"
                ))
            })
    }
}

impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                utoipa::openapi::KnownFormat::DateTime,
            )))
            .into()
    }
}
impl utoipa::ToSchema for Instant {}
