//! Answers of the tables about duplicates, streets, doubts and units.
#![expect(
    clippy::panic,
    reason = "a row that cannot be read is a wrong table, and the test says where"
)]

use std::collections::BTreeSet;

use model::id::{JurisdictionCode, UnitId};
use model::task::TaskState;
use model::time::{Instant, Span};
use policy::assignment::{UnitFit, rank_units};
use policy::doubt;
use policy::facts::{
    AssignmentFacts, DoubtFacts, JurisdictionFacts, MatchFacts, SideFacts, UnderWay, UnitFacts,
};
use policy::jurisdiction::{Owner, verdict_for_jurisdiction};
use policy::matching::verdict_for_match;
use policy::policy::Policy;
use policy::returning::{ReturnFacts, may_return};

use super::row::{Row, length, read, yes_no};

fn street(text: &str) -> Option<JurisdictionCode> {
    (!text.is_empty()).then(|| JurisdictionCode::from(text))
}

fn side(row: &Row, which: &str, drill: bool) -> SideFacts {
    let column = |name: &str| format!("{name}_{which}");
    let n_people = row.get(&column("n"));
    SideFacts {
        sex: row.word(&column("sex")),
        age_band: row.word(&column("band")),
        n_people: read(n_people.trim_end_matches('+')),
        more_people: n_people.ends_with('+'),
        accuracy_m: row.maybe(&column("accuracy")),
        signs: row.words(&column("signs")),
        jurisdiction: street(row.get(&column("street"))),
        drill,
    }
}

pub fn matching(policy: &Policy, row: &Row) -> (String, String) {
    let facts = MatchFacts {
        sighting: side(row, "a", row.get("other") == "drill"),
        case: side(row, "b", false),
        distance_m: row.word("distance"),
        apart: row.length("apart"),
        position_doubted: row.get("other") == "doubted",
    };
    let judged = verdict_for_match(policy, &facts);
    let answer = match (judged.compared, judged.merge_by_itself) {
        (false, _) => "not_compared",
        (true, true) => "merged",
        (true, false) => "suggested",
    };
    match row.maybe::<f64>("score") {
        Some(score) => (
            format!("{answer} {:.3}", judged.score),
            format!("{} {score:.3}", row.get("answer")),
        ),
        None => (answer.to_owned(), row.get("answer").to_owned()),
    }
}

pub fn jurisdiction(policy: &Policy, row: &Row) -> (String, String) {
    let facts = JurisdictionFacts {
        place_owner: street(row.get("place_owner")),
        holding: street(row.get("holding")),
        nearest: street(row.get("nearest")),
        reporter_street: street(row.get("reporter")),
        position_doubted: row.yes("doubted"),
        near: Vec::new(),
    };
    let says = match verdict_for_jurisdiction(policy, &facts).value {
        Owner::Street { code, guessed } => format!("{code} {}", yes_no(guessed)),
        Owner::CommandDesk => "command_desk -".to_owned(),
    };
    (says, format!("{} {}", row.get("owner"), row.get("guessed")))
}

pub fn doubts(policy: &Policy, row: &Row) -> (String, String) {
    let facts = DoubtFacts {
        seen_at: row.moment("seen"),
        now: row.moment("now"),
        has_position: row.yes("position"),
        accuracy_m: row.maybe("accuracy"),
        has_place: row.yes("place"),
        under_deck: row.yes("under_deck"),
        outside_district_m: row.maybe("outside"),
        nearest_centre_m: row.maybe("centre"),
        speed_m_per_s: row.maybe("speed"),
    };
    let found: Vec<&str> = doubt::doubts(policy, &facts)
        .into_iter()
        .map(model::sign::Doubt::as_str)
        .collect();
    (found.join(" "), row.get("doubts").to_owned())
}

pub fn assignment(policy: &Policy, row: &Row) -> (String, String) {
    let here = JurisdictionCode::from("310107005");
    let set = |yes: bool, word: &str| {
        if yes {
            BTreeSet::from([word.to_owned()])
        } else {
            BTreeSet::new()
        }
    };
    let under_way = row
        .get("under_way")
        .split_once(' ')
        .map(|(priority, place)| UnderWay {
            priority: read(priority),
            on_site: place == "site",
            self_made: false,
        });
    let unit = UnitFacts {
        id: UnitId::from("u-1"),
        jurisdiction: Some(if row.yes("own_street") {
            here.clone()
        } else {
            JurisdictionCode::from("310107014")
        }),
        on_shift: row.yes("on_shift"),
        in_trouble: row.yes("trouble"),
        has_vehicle: row.yes("vehicle"),
        skills: set(row.yes("skill"), "first_aid"),
        languages: set(row.yes("language"), "en"),
        n_under_way: usize::from(under_way.is_some()),
        n_offered: row.word("offered"),
        under_way,
        position: row
            .maybe::<f64>("position")
            .map(|distance_m| (distance_m, length(row.get("age")))),
        post_distance_m: row.maybe("post"),
        had_it_before: row.yes("had_it"),
    };
    let facts = AssignmentFacts {
        priority: row.word("priority"),
        jurisdiction: here,
        skills: set(true, "first_aid"),
        language: Some("en".to_owned()),
        units: vec![unit],
    };
    let judged = rank_units(policy, &facts);
    let [judged] = judged.as_slice() else {
        panic!("one unit, one judgement")
    };
    let says = match judged.fit {
        UnitFit::Fits { metres_judged } => format!("fits {metres_judged:.0}"),
        UnitFit::TakenOff { metres_judged } => format!("taken_off {metres_judged:.0}"),
        UnitFit::Rejected(why) => why.rule().to_owned(),
    };
    (says, row.get("answer").to_owned())
}

pub fn returning(_: &Policy, row: &Row) -> (String, String) {
    let by = Instant::from_ms(0) + Span::from_mins(10);
    let (now, state) = match row.get("when") {
        "in_time" => (by, TaskState::Accepted),
        "late" => (by + Span::from_ms(1), TaskState::Departed),
        "done" => (by, TaskState::Done),
        other => panic!("returning.csv line {}: {other}", row.line),
    };
    let facts = ReturnFacts {
        reason: row.word("reason"),
        state,
        acknowledge_by: Some(by),
        now,
    };
    (yes_no(may_return(&facts)), row.get("answer").to_owned())
}
