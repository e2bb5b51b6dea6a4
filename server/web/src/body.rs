//! Strict bodies: what does not belong is named with its JSON pointer and a stable code. Personal fields are taken off
//! here, before anything else reads a body, so that they never reach a command.

use model::command::PersonalKind;
use model::refusal::{Refusal, RefusalCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// The longest text of a personal field, in characters; a page of a notebook.
const PERSONAL_LENGTH_MAX: usize = 4_000;

/// A personal field that was taken off a body.
#[derive(Clone, PartialEq, Eq)]
pub struct TakenField {
    /// Which kind.
    pub kind: PersonalKind,
    /// The text.
    pub text: String,
}

/// Shows the kind and never the text.
impl std::fmt::Debug for TakenField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TakenField({})", self.kind)
    }
}

/// Where personal fields stand in the bodies of the outside face.
const PERSONAL_FIELDS: &[(&str, PersonalKind)] = &[
    ("/note", PersonalKind::Note),
    ("/looks", PersonalKind::Looks),
    ("/description/looks", PersonalKind::Looks),
    ("/person_name", PersonalKind::Name),
];

/// Reads JSON text.
///
/// # Errors
/// `malformed_body`, with line and column.
pub fn parse(bytes: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(bytes).map_err(|error| {
        Refusal::new(RefusalCode::MalformedBody)
            .with("line", error.line())
            .with("column", error.column())
    })
}

/// Takes the personal fields off a body.
///
/// # Errors
/// `wrong_kind` for a field that is no text, `text_length` for one that is too long.
pub fn take_personal(body: &mut Value) -> Result<Vec<TakenField>, Refusal> {
    let mut taken = Vec::new();
    for (pointer, kind) in PERSONAL_FIELDS {
        let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
        let Some(object) = body.pointer_mut(parent).and_then(Value::as_object_mut) else {
            continue;
        };
        match object.remove(name) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.is_empty() => {}
            Some(Value::String(text)) if text.chars().count() > PERSONAL_LENGTH_MAX => {
                return Err(Refusal::new(RefusalCode::TextLength)
                    .at(*pointer)
                    .with("characters_max", PERSONAL_LENGTH_MAX));
            }
            Some(Value::String(text)) => taken.push(TakenField { kind: *kind, text }),
            Some(_) => return Err(Refusal::new(RefusalCode::WrongKind).at(*pointer)),
        }
    }
    Ok(taken)
}

/// Reads a body into its shape.
///
/// # Errors
/// 422 with the code and the pointer of the first field at fault.
pub fn read<T: DeserializeOwned>(body: Value) -> Result<T, Refusal> {
    read_below(body, "")
}

/// The same for a part of a larger body, with the pointer of the part in front.
///
/// # Errors
/// As [`read`].
pub fn read_below<T: DeserializeOwned>(body: Value, below: &str) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(body).map_err(|error| {
        let message = error.inner().to_string();
        let path = pointer_of(error.path());
        refusal_of(&message, &format!("{below}{path}"))
    })
}

/// The field names that a message quotes in back-ticks, first one first.
fn quoted(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

fn refusal_of(message: &str, pointer: &str) -> Refusal {
    let inner = |pointer: &str, field: Option<&str>| match field {
        Some(field) if !pointer.ends_with(&format!("/{field}")) => {
            format!("{pointer}/{}", escaped(field))
        }
        _ => pointer.to_owned(),
    };
    let last = pointer.rsplit('/').next().unwrap_or_default();
    let about_time = last.ends_with("_at") || last == "at" || last == "reply_by" || last == "until";
    if message.starts_with(crate::words::WRONG_LENGTH) {
        Refusal::new(RefusalCode::TextLength)
            .at(pointer)
            .with("characters_max", crate::words::LENGTH_MAX)
    } else if message.starts_with("unknown field") {
        Refusal::new(RefusalCode::UnknownField).at(inner(pointer, quoted(message)))
    } else if message.starts_with("missing field") {
        Refusal::new(RefusalCode::MissingField).at(inner(pointer, quoted(message)))
    } else if message.contains("not a time with an offset") || about_time {
        Refusal::new(RefusalCode::ImpossibleTime).at(pointer)
    } else if last == "crs" {
        Refusal::new(RefusalCode::UnknownCrs).at(pointer)
    } else if message.starts_with("unknown variant") {
        let refusal = Refusal::new(RefusalCode::UnknownWordGiven).at(pointer);
        match quoted(message) {
            Some(word) => refusal.with("word", word),
            None => refusal,
        }
    } else if message.starts_with("UUID parsing failed") || message.contains("UUID") {
        Refusal::new(RefusalCode::BadId).at(pointer)
    } else if message.starts_with("invalid value") || message.contains("is not a tier") {
        Refusal::new(RefusalCode::OutOfRange).at(pointer)
    } else {
        Refusal::new(RefusalCode::WrongKind).at(pointer)
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The JSON pointer (RFC 6901) of a path.
fn pointer_of(path: &Path) -> String {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", escaped(key))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use model::command::ReportSighting;
    use serde_json::json;

    use super::*;

    fn report() -> Value {
        json!({
            "position": {"lon": 121.4, "lat": 31.25, "accuracy_m": 12, "crs": "wgs84"},
            "seen_at": "2026-01-12T22:14:00+08:00",
            "signs": ["bedded_down"], "n_people": 1, "source": "patrol",
            "description": {"sex": "unknown", "age_band": "60_79", "looks": "灰色棉衣"}, "note": "桥墩后面",
        })
    }

    fn refused(change: impl FnOnce(&mut Value)) -> (String, Option<String>) {
        let mut body = report();
        change(&mut body);
        let taken = take_personal(&mut body);
        let refusal = taken
            .and_then(|_| read::<ReportSighting>(body))
            .unwrap_err();
        (refusal.code.as_str().to_owned(), refusal.pointer)
    }

    #[test]
    fn a_good_report_is_read_and_its_personal_fields_are_taken_off() {
        let mut body = report();
        let taken = take_personal(&mut body).unwrap();
        assert_eq!(
            taken.iter().map(|t| t.kind).collect::<Vec<_>>(),
            [PersonalKind::Note, PersonalKind::Looks]
        );
        assert!(!body.to_string().contains("灰色"));
        assert!(!format!("{taken:?}").contains("桥墩"));
        read::<ReportSighting>(body).unwrap();
    }

    #[test]
    fn each_mistake_has_its_code_and_its_pointer() {
        type Change = fn(&mut Value);
        let rows: &[(Change, &str, &str)] = &[
            (|b| b["colour"] = json!("red"), "unknown_field", "/colour"),
            (
                |b| b["description"]["height"] = json!(170),
                "unknown_field",
                "/description/height",
            ),
            (
                |b| b["signs"][0] = json!("sleepy"),
                "unknown_word",
                "/signs/0",
            ),
            (
                |b| b["seen_at"] = json!("2026-01-12T22:14:00"),
                "impossible_time",
                "/seen_at",
            ),
            (
                |b| b["seen_at"] = json!("yesterday"),
                "impossible_time",
                "/seen_at",
            ),
            (|b| b["n_people"] = json!(-1), "out_of_range", "/n_people"),
            (|b| b["n_people"] = json!("two"), "wrong_kind", "/n_people"),
            (
                |b| b["position"]["crs"] = json!("utm"),
                "unknown_crs",
                "/position/crs",
            ),
            (|b| b["note"] = json!(7), "wrong_kind", "/note"),
            (
                |b| b["note"] = json!("长".repeat(4_001)),
                "text_length",
                "/note",
            ),
            (
                |b| {
                    b.as_object_mut().unwrap().remove("source");
                },
                "missing_field",
                "/source",
            ),
        ];
        for (change, code, pointer) in rows {
            assert_eq!(
                refused(*change),
                ((*code).to_owned(), Some((*pointer).to_owned()))
            );
        }
    }

    #[test]
    fn broken_json_and_nan_are_malformed() {
        for text in ["{", "{\"n\":NaN}", "", "[1,"] {
            assert_eq!(
                parse(text.as_bytes()).unwrap_err().code,
                RefusalCode::MalformedBody
            );
        }
    }
}
