//! How a policy file writes lengths of time, clock times, weekdays and days: words in, typed values out.
//! No rule here.

use std::fmt;

use jiff::civil::{Date, Time, Weekday};
use model::time::Span;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// A length of time as a policy writes it: a number and one of `ms s m h d`.
///
/// # Units
/// Kept in milliseconds; nothing may assume minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length(pub Span);

/// A time of day in the policy's time zone, `"16:00"`, or finer: `"16:00:30.250"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockTime(pub Time);

/// A day of the week by its English name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfWeek(pub Weekday);

/// One day, or the days from a first to a last one: `"2026-01-01"`, `"2026-02-16..2026-03-03"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub first: Date,
    /// The last day, itself included.
    pub last: Date,
}

/// Reads `"15m"`, `"90s"`, `"1.5h"`, `"250ms"`, `"30d"`.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn parse_length(text: &str) -> Result<Span, String> {
    let wrong =
        || format!("`{text}` is not a duration: a number and one of ms s m h d, as \"15m\"");
    let text_trimmed = text.trim();
    let digits = text_trimmed
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .ok_or_else(wrong)?;
    let (number, unit) = text_trimmed.split_at(digits);
    let factor: i64 = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong()),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let whole: i64 = whole.parse().map_err(|_| wrong())?;
    let mut ms = whole.checked_mul(factor).ok_or_else(wrong)?;
    let mut scale = factor;
    for digit in part.chars() {
        let digit = i64::from(digit.to_digit(10).ok_or_else(wrong)?);
        scale /= 10;
        ms = ms.saturating_add(digit.saturating_mul(scale));
    }
    Ok(Span::from_ms(ms))
}

/// Reads `"16:00"`, `"16:00:30"`, `"16:00:30.250"`.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn parse_clock(text: &str) -> Result<ClockTime, String> {
    let wrong = || format!("`{text}` is not a clock time, as \"16:00\"");
    let shape = text.as_bytes();
    let has_shape = shape.len() >= 5 && shape.get(2) == Some(&b':');
    if !has_shape {
        return Err(wrong());
    }
    let full = if text.len() == 5 {
        format!("{text}:00")
    } else {
        text.to_owned()
    };
    full.parse().map(ClockTime).map_err(|_| wrong())
}

/// Reads `"monday"` … `"sunday"`.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn parse_weekday(text: &str) -> Result<DayOfWeek, String> {
    Ok(DayOfWeek(match text {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return Err(format!("`{text}` is not a weekday, as \"monday\"")),
    }))
}

/// Reads one day or `first..last`.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn parse_days(text: &str) -> Result<Days, String> {
    let day = |part: &str| {
        part.parse::<Date>()
            .map_err(|_| format!("`{text}` is not a day or first..last, as \"2026-01-01\""))
    };
    let (first, last) = match text.split_once("..") {
        Some((first, last)) => (day(first)?, day(last)?),
        None => (day(text)?, day(text)?),
    };
    if last < first {
        return Err(format!("`{text}`: the last day is before the first"));
    }
    Ok(Days { first, last })
}

macro_rules! from_text {
    ($($name:ty = $parse:expr;)+) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                $parse(&text).map_err(D::Error::custom)
            }
        }
    )+};
}

from_text! {
    Length = |text: &str| parse_length(text).map(Length);
    ClockTime = parse_clock;
    DayOfWeek = parse_weekday;
    Days = parse_days;
}

impl fmt::Display for Length {
    /// The shortest exact writing: `15m`, `90s`, `2h`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.0.as_ms();
        let (n, unit) = [
            (86_400_000, "d"),
            (3_600_000, "h"),
            (60_000, "m"),
            (1_000, "s"),
        ]
        .into_iter()
        .find(|(size, _)| ms != 0 && ms % size == 0)
        .map_or((ms, "ms"), |(size, unit)| (ms / size, unit));
        write!(f, "{n}{unit}")
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.0;
        write!(f, "{:02}:{:02}", t.hour(), t.minute())?;
        if t.second() != 0 || t.subsec_nanosecond() != 0 {
            write!(f, ":{:02}", t.second())?;
        }
        if t.subsec_nanosecond() != 0 {
            write!(f, ".{:03}", t.subsec_nanosecond() / 1_000_000)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        for (text, ms) in [
            ("15m", 900_000),
            ("90s", 90_000),
            ("250ms", 250),
            ("1.5h", 5_400_000),
            ("30d", 2_592_000_000),
            ("0s", 0),
        ] {
            assert_eq!(parse_length(text), Ok(Span::from_ms(ms)), "{text}");
        }
        for text in [
            "",
            "15",
            "m",
            "-3m",
            "15 min",
            "1.2.3h",
            "99999999999999999d",
        ] {
            assert!(parse_length(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_duration_is_written_in_its_largest_exact_unit() {
        for text in ["15m", "90s", "36h", "30d", "250ms"] {
            assert_eq!(Length(parse_length(text).unwrap()).to_string(), text);
        }
    }

    #[test]
    fn clock_times_may_be_as_fine_as_milliseconds() {
        assert_eq!(parse_clock("06:00").unwrap().to_string(), "06:00");
        assert_eq!(
            parse_clock("16:00:30.250").unwrap().to_string(),
            "16:00:30.250"
        );
        for text in ["6:00", "24:00", "16", "noon", "16-00"] {
            assert!(parse_clock(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days_are_one_day_or_first_to_last() {
        let days = parse_days("2026-02-16..2026-03-03").unwrap();
        assert_eq!((days.first.day(), days.last.day()), (16, 3));
        assert_eq!(
            parse_days("2026-01-01").unwrap().first,
            parse_days("2026-01-01").unwrap().last
        );
        assert!(parse_days("2026-03-03..2026-02-16").is_err());
        assert!(parse_days("2026-02-30").is_err());
    }
}
