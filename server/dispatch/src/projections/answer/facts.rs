//! The values of one event for its sentence, taken from its own body: ids, and what stands one level down.

use std::collections::BTreeMap;

use model::event::Event;
use model::reason::Reason;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Parts of a body whose fields are lifted up, with the name that their id gets.
const LIFTED: &[(&str, &str)] = &[
    ("sighting", "sighting_id"),
    ("addition", "addition_id"),
    ("task", "task_id"),
    ("escalation", "escalation_id"),
    ("notice", "notice_id"),
    ("hand_over", "hand_over_id"),
    ("hold", "hold_id"),
    ("case", "case_id"),
    ("taken", "id"),
    ("call", "id"),
    ("basis", "id"),
    ("revisit", "id"),
    ("report", "id"),
    ("outcome", "id"),
    ("outcome", "id"),
    ("by", "id"),
];

/// The values of an event by the names that sentences use.
pub(super) fn of(event: &Event) -> BTreeMap<String, Value> {
    let Ok(Value::Object(mut body)) = serde_json::to_value(event) else {
        return BTreeMap::new();
    };
    body.remove("kind");
    for (part, id) in LIFTED {
        if let Some(Value::Object(inner)) = body.get(*part).cloned() {
            body.remove(*part);
            lift(&mut body, inner, id);
        }
    }
    if let Some(Value::Object(grade)) = body.get("grade").cloned() {
        for axis in ["priority", "warning_level", "tier"] {
            if let Some(value) = grade.get(axis).and_then(|verdict| verdict.get("value")) {
                body.insert(axis.to_owned(), value.clone());
            }
        }
    }
    if let Some(Value::Object(answer)) = body.get("answer").cloned() {
        for name in ["name", "kind"] {
            let to = if name == "kind" { "answer" } else { name };
            if let Some(value) = answer.get(name) {
                body.insert(to.to_owned(), value.clone());
            }
        }
    }
    if let Some(Value::Array(subjects)) = body.get("subjects") {
        body.insert("n_subjects".to_owned(), subjects.len().into());
    }
    if matches!(event, Event::TaskReturned { .. })
        && let Some(reason) = body.remove("reason")
    {
        body.insert("return_reason".to_owned(), reason);
    }
    body.into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect()
}

/// Fields of a part come up where their names are free; its kind says of what.
fn lift(body: &mut Map<String, Value>, inner: Map<String, Value>, id: &str) {
    for (name, value) in inner {
        let name = match name.as_str() {
            "id" => id.to_owned(),
            "kind" => "task_kind".to_owned(),
            _ => name,
        };
        body.entry(name).or_insert(value);
    }
}

/// An id among the values.
pub(super) fn id<T: DeserializeOwned>(facts: &BTreeMap<String, Value>, name: &str) -> Option<T> {
    serde_json::from_value(facts.get(name)?.clone()).ok()
}

/// The reasons that an event gives.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other event gives no reasons of its own"
)]
pub(super) fn reasons(event: &Event) -> Vec<&Reason> {
    match event {
        Event::SightingAccepted { sighting, .. } => sighting
            .may_duplicate
            .iter()
            .flat_map(|suggestion| &suggestion.reasons)
            .collect(),
        Event::CaseOpened { case } => graded(&case.grade),
        Event::CaseLevelChanged { grade, .. } => graded(grade),
        Event::CaseTierRaised { grade, .. } | Event::CaseTierLowered { grade, .. } => {
            grade.tier.reasons.iter().collect()
        }
        Event::CaseJoined { reasons, .. }
        | Event::CaseReopened { reasons, .. }
        | Event::CasesMerged { reasons, .. }
        | Event::LadderStepFired { reasons, .. }
        | Event::TaskWithdrawn { reasons, .. } => reasons.iter().collect(),
        Event::CaseFollowedUp { revisit, .. } | Event::RevisitPlanned { revisit, .. } => {
            revisit.iter().flat_map(|plan| &plan.reasons).collect()
        }
        Event::TaskWaiting { task } | Event::TaskOffered { task } => task.reasons.iter().collect(),
        Event::EscalationOpened { escalation } | Event::EscalationInformed { escalation } => {
            escalation.reasons.iter().collect()
        }
        Event::AreaWarningChanged { change, .. } => change
            .streets
            .iter()
            .flat_map(|street| &street.warning.reasons)
            .collect(),
        _ => Vec::new(),
    }
}

fn graded(grade: &model::case::Grade) -> Vec<&Reason> {
    grade
        .priority
        .reasons
        .iter()
        .chain(&grade.warning_level.reasons)
        .chain(&grade.tier.reasons)
        .collect()
}
