//! Checks of form that several handlers share: texts, numbers, positions. Each refusal names its field.

use model::details::StoredPosition;
use model::limits::{N_ENTRIES_MAX, N_PEOPLE_MAX, NAME_CHARS_MAX, TEXT_CHARS_MAX};
use model::refusal::{Refusal, RefusalCode};
use model::sighting::EmergencyCall;
use spatial::crs::{Crs, DeclaredPosition};

/// A text that must say something.
///
/// # Errors
/// `text_length`.
pub(crate) fn check_text(text: &str, pointer: &str) -> Result<(), Refusal> {
    check_length(text, TEXT_CHARS_MAX, pointer)
}

/// A name that must say something.
///
/// # Errors
/// `text_length`.
pub(crate) fn check_name(text: &str, pointer: &str) -> Result<(), Refusal> {
    check_length(text, NAME_CHARS_MAX, pointer)
}

fn check_length(text: &str, chars_max: usize, pointer: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() || text.chars().count() > chars_max {
        return Err(Refusal::new(RefusalCode::TextLength)
            .at(pointer)
            .with("chars_max", chars_max));
    }
    Ok(())
}

/// How many people were seen.
///
/// # Errors
/// `out_of_range`.
pub(crate) fn check_n_people(n_people: u32, pointer: &str) -> Result<(), Refusal> {
    if n_people > N_PEOPLE_MAX {
        return Err(Refusal::new(RefusalCode::OutOfRange)
            .at(pointer)
            .with("max", N_PEOPLE_MAX));
    }
    Ok(())
}

/// How many entries a list has.
///
/// # Errors
/// `out_of_range`.
pub(crate) fn check_entries(n: usize, pointer: &str) -> Result<(), Refusal> {
    if n > N_ENTRIES_MAX {
        return Err(Refusal::new(RefusalCode::OutOfRange)
            .at(pointer)
            .with("max", N_ENTRIES_MAX));
    }
    Ok(())
}

/// Calls to 120 or 110 that somebody made.
///
/// # Errors
/// `unknown_word` for a number that is no telephone number, `text_length` for the name.
pub(crate) fn check_calls(calls: &[EmergencyCall], pointer: &str) -> Result<(), Refusal> {
    check_entries(calls.len(), pointer)?;
    for (i, call) in calls.iter().enumerate() {
        check_call(call, &format!("{pointer}/{i}"))?;
    }
    Ok(())
}

/// One call to 120 or 110.
///
/// # Errors
/// `unknown_word` for a number that is no emergency number, `text_length` for the name.
pub(crate) fn check_call(call: &EmergencyCall, pointer: &str) -> Result<(), Refusal> {
    let is_number =
        call.number.len() == 3 && call.number.chars().all(|digit| digit.is_ascii_digit());
    if !is_number {
        return Err(Refusal::new(RefusalCode::UnknownWordGiven).at(format!("{pointer}/number")));
    }
    check_name(&call.by, &format!("{pointer}/by"))
}

/// The one conversion of a position to WGS-84. What came in another system is kept beside it.
///
/// # Errors
/// `impossible_position` for numbers that are no place on the ground and an accuracy that is no length.
pub(crate) fn stored_position(
    declared: &DeclaredPosition,
    pointer: &str,
) -> Result<StoredPosition, Refusal> {
    let converted = declared.convert().map_err(|wrong| {
        Refusal::new(RefusalCode::ImpossiblePosition).at(format!("{pointer}/{}", wrong.member()))
    })?;
    Ok(StoredPosition {
        position: converted.position,
        accuracy_m: converted.accuracy.map(spatial::metres::Metres::as_f64),
        declared: match declared.crs() {
            Crs::Wgs84 => None,
            Crs::Cgcs2000 | Crs::Gcj02 | Crs::Bd09 => Some(*declared),
        },
    })
}

#[cfg(test)]
mod tests {
    use model::time::Instant;

    use super::*;

    #[test]
    fn what_is_absurd_is_refused_with_its_pointer() {
        let pointer = |refused: Result<(), Refusal>| refused.unwrap_err().pointer.unwrap();
        assert_eq!(pointer(check_text("  ", "/reason")), "/reason");
        assert_eq!(pointer(check_n_people(100_000, "/n_people")), "/n_people");
        let call = |number: &str, by: &str| EmergencyCall {
            number: number.to_owned(),
            by: by.to_owned(),
            at: Instant::from_ms(0),
        };
        let calls = [call("120", "王"), call("12o", "王")];
        assert_eq!(
            pointer(check_calls(&calls, "/emergency_calls")),
            "/emergency_calls/1/number"
        );
        assert_eq!(
            pointer(check_calls(&[call("110", "")], "/emergency_calls")),
            "/emergency_calls/0/by"
        );
    }

    #[test]
    fn an_impossible_position_names_the_member_and_another_system_is_kept() {
        let wrong = DeclaredPosition::new(121.4, 131.0, None, None);
        let refusal = stored_position(&wrong, "/position").unwrap_err();
        assert_eq!(refusal.code, RefusalCode::ImpossiblePosition);
        assert_eq!(refusal.pointer.as_deref(), Some("/position/lat"));
        let amap = DeclaredPosition::new(121.4, 31.25, Some(12.0), Some(Crs::Gcj02));
        let stored = stored_position(&amap, "/position").unwrap();
        assert_eq!(
            (stored.declared, stored.accuracy_m),
            (Some(amap), Some(12.0))
        );
        let plain = DeclaredPosition::new(121.4, 31.25, None, None);
        assert_eq!(stored_position(&plain, "/position").unwrap().declared, None);
    }
}
