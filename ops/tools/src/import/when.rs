//! Times as other programs write them: RFC 3339, local date and time in the policy's zone, Unix seconds or
//! milliseconds. What could be read in two ways is refused.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use model::time::Instant;
use policy::calendar::Calendar;

/// Why a text is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATime {
    /// A date alone: the hour of a sighting matters.
    #[error("a date without a time of day")]
    DateAlone,
    /// Nothing of the forms.
    #[error("no time in any known form")]
    Unknown,
}

/// Reads a time.
///
/// # Shape
/// `2026-01-12T22:14:00+08:00` (any RFC 3339), `2026-01-12 22:14`, `2026-01-12 22:14:05.5`, `2026/1/12 22:14`,
/// `2026年1月12日 22:14` in the zone of the calendar; 9 or 10 digits are Unix seconds (years 1973 to 2286), 12 or 13
/// digits Unix milliseconds (the same years).
///
/// # Errors
/// [`NotATime`].
pub fn parse(text: &str, calendar: &Calendar) -> Result<Instant, NotATime> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return unix(text);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(Instant::from_timestamp(at));
    }
    let split = text.find(|c: char| c.is_whitespace() || c == 'T' || c == 't' || c == '日');
    let (date, clock) = match split {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let date = date_of(date)?;
    let clock = clock
        .trim_start_matches(['T', 't', '日'])
        .trim_start()
        .trim_end_matches('分');
    if clock.is_empty() {
        return Err(NotATime::DateAlone);
    }
    Ok(calendar.at(date, clock_of(clock)?))
}

fn unix(digits: &str) -> Result<Instant, NotATime> {
    let number: i64 = digits.parse().map_err(|_| NotATime::Unknown)?;
    match digits.len() {
        9 | 10 => Ok(Instant::from_ms(number.saturating_mul(1_000))),
        12 | 13 => Ok(Instant::from_ms(number)),
        _ => Err(NotATime::Unknown),
    }
}

fn date_of(text: &str) -> Result<Date, NotATime> {
    let mut parts = text.split(['-', '/', '.', '年', '月']);
    let mut next = |length_max: usize| -> Result<i16, NotATime> {
        let part = parts.next().ok_or(NotATime::Unknown)?;
        let is_number = !part.is_empty()
            && part.len() <= length_max
            && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number {
            part.parse().map_err(|_| NotATime::Unknown)
        } else {
            Err(NotATime::Unknown)
        }
    };
    let (year, month, day) = (next(4)?, next(2)?, next(2)?);
    if parts.next().is_some() || year < 1_900 {
        return Err(NotATime::Unknown);
    }
    let small = |number: i16| i8::try_from(number).map_err(|_| NotATime::Unknown);
    Date::new(year, small(month)?, small(day)?).map_err(|_| NotATime::Unknown)
}

fn clock_of(text: &str) -> Result<Time, NotATime> {
    let unified = text.replace(['：', '时'], ":");
    let padded = match unified.split_once(':') {
        Some((hour, rest)) if hour.len() == 1 => format!("0{hour}:{rest}"),
        Some(_) => unified.clone(),
        None => return Err(NotATime::Unknown),
    };
    let full = if padded.len() == 5 {
        format!("{padded}:00")
    } else {
        padded
    };
    full.parse().map_err(|_| NotATime::Unknown)
}

#[cfg(test)]
mod tests {
    use policy::policy::Policy;

    use super::*;

    #[test]
    fn one_moment_in_every_form() {
        let policy = Policy::putuo().unwrap();
        let moment = Instant::from_ms(1_768_227_240_000);
        for text in [
            "2026-01-12T22:14:00+08:00",
            "2026-01-12T14:14:00Z",
            "2026-01-12 22:14:00+08:00",
            "2026-01-12 22:14",
            "2026-01-12 22:14:00",
            "2026-01-12T22:14",
            "2026/1/12 22:14",
            "2026/01/12  22:14:00.000",
            "2026.1.12 22:14",
            "2026年1月12日 22:14",
            "2026年1月12日22时14分",
            "2026-01-12 22：14",
            "1768227240",
            "1768227240000",
            " 1768227240 ",
        ] {
            assert_eq!(parse(text, policy.calendar()), Ok(moment), "{text}");
        }
        let morning = parse("2026/1/13 2:05", policy.calendar()).unwrap();
        assert_eq!(morning.to_string(), "2026-01-12T18:05:00.000Z");
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        let policy = Policy::putuo().unwrap();
        for (text, why) in [
            ("2026-01-12", NotATime::DateAlone),
            ("2026年1月12日", NotATime::DateAlone),
            ("20260112", NotATime::Unknown),
            ("20260112221400", NotATime::Unknown),
            ("12/01/2026 22:14", NotATime::Unknown),
            ("2026-13-12 22:14", NotATime::Unknown),
            ("2026-01-12 25:14", NotATime::Unknown),
            ("昨晚十点", NotATime::Unknown),
            ("22:14", NotATime::Unknown),
            ("", NotATime::Unknown),
            ("46034.926", NotATime::Unknown),
        ] {
            assert_eq!(parse(text, policy.calendar()), Err(why), "{text}");
        }
    }
}
