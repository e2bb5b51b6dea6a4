//! Laws of the live picture over wild nights: snapshot and events lead to the same picture as a fresh snapshot, for
//! every audience, from every position.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use model::actor::Actor;
use model::case::Case;
use model::command::Command;
use model::escalation::DeclineReason;
use model::event::Event;
use model::id::{JurisdictionCode, RecordId};
use model::sign::Sign;
use model::time::{Instant, Span};
use model::view::live::FeedEvent;
use proptest::prelude::*;

use super::answer::answer;
use super::audience::Audience;
use super::feed::{Told, feed_event};
use super::fold::Picture;
use super::shown::Shown;
use super::snapshot::snapshot;
use super::touched::touched;
use crate::tables::Tables;
use crate::testing::wild::{N_KINDS, Step};
use crate::testing::{
    District, Order, auditor, command_desk, department, patrol, report, street_duty,
};

fn audiences(district: &District) -> Vec<(String, Audience)> {
    let mut all: Vec<(Actor, Vec<&str>)> = vec![
        (command_desk(), vec![]),
        (command_desk(), vec!["310107005", "310107015"]),
        (auditor(), vec![]),
    ];
    for street in 0..4 {
        all.push((street_duty(street), vec![]));
    }
    for name in ["police", "rescue_station", "health", "city_management"] {
        all.push((department(name), vec![]));
    }
    for n in 1..=4 {
        all.push((patrol(n), vec![]));
    }
    all.into_iter()
        .map(|(actor, areas)| {
            let name = format!("{} {areas:?}", actor.account);
            let areas = areas.into_iter().map(JurisdictionCode::from).collect();
            (name, Audience::of(district.policy(), &actor, areas))
        })
        .collect()
}

fn night(steps: &[Step]) -> District {
    let mut district = District::putuo();
    for (n, step) in steps.iter().enumerate() {
        district.wild_step(n, *step);
    }
    district
}

impl Picture {
    /// Every thing of the picture as text, by its list and id.
    fn listed(&self) -> BTreeMap<String, String> {
        fn list<K: std::fmt::Debug, V: serde::Serialize>(
            name: &str,
            map: &BTreeMap<K, V>,
        ) -> Vec<(String, String)> {
            map.iter()
                .map(|(id, value)| {
                    (
                        format!("{name} {id:?}"),
                        serde_json::to_string(value).unwrap(),
                    )
                })
                .collect()
        }
        let mut all = list("case", &self.cases);
        all.extend(list("task", &self.tasks));
        all.extend(list("escalation", &self.escalations));
        all.extend(list("area", &self.area_warnings));
        all.extend(list("unit", &self.units));
        all.extend(list("resource", &self.resources));
        all.into_iter().collect()
    }
}

fn picture(district: &District, tables: &Tables, audience: &Audience) -> Picture {
    Picture::of(&snapshot(&Shown::new(tables, &district.policies), audience))
}

/// Follows the feed from the tables after the event at `from`; answers the picture and the events that came.
fn followed(district: &District, audience: &Audience, from: usize) -> (Picture, Vec<FeedEvent>) {
    followed_to(district, audience, from, district.history.len() - 1)
}

fn followed_to(
    district: &District,
    audience: &Audience,
    from: usize,
    upto: usize,
) -> (Picture, Vec<FeedEvent>) {
    let mut before = &district.history[from];
    let mut picture_now = picture(district, before, audience);
    let mut heard = Vec::new();
    for (event, after) in district
        .journal
        .iter()
        .zip(&district.history)
        .take(upto + 1)
        .skip(from + 1)
    {
        match feed_event(&district.policies, audience, before, after, event) {
            Told::Events(events) => {
                for told in &events {
                    picture_now.fold(told).unwrap();
                }
                heard.extend(events);
            }
            Told::Resync => picture_now = picture(district, after, audience),
        }
        picture_now.reached(event.seq);
        before = after;
    }
    (picture_now, heard)
}

/// Stops at the first event after which the folded picture is not what a fresh snapshot shows.
fn tell_the_first_difference(district: &District, name: &str, audience: &Audience, from: usize) {
    for upto in from..district.history.len() {
        let cut = &district.history[upto];
        let folded = followed_to(district, audience, from, upto).0;
        let fresh = picture(district, cut, audience);
        let (a, b) = (folded.listed(), fresh.listed());
        let only = |a: &BTreeMap<String, String>, b: &BTreeMap<String, String>| -> Vec<String> {
            a.iter()
                .filter(|(key, value)| b.get(*key) != Some(value))
                .map(|(key, value)| format!("{key}: {value}"))
                .collect()
        };
        assert!(
            a == b,
            "{name}: wrong after {:?}\nfolded only: {:#?}\nfresh only: {:#?}",
            format!("{:?}", district.journal[upto].new.event)
                .chars()
                .take(400)
                .collect::<String>(),
            only(&a, &b),
            only(&b, &a),
        );
    }
}

/// A derived map without its empty sets, which say nothing.
fn filled<K: Ord + Clone, V: Ord + Clone>(map: &OrdMap<K, OrdSet<V>>) -> BTreeMap<K, BTreeSet<V>> {
    map.iter()
        .filter(|(_, set)| !set.is_empty())
        .map(|(key, set)| (key.clone(), set.iter().cloned().collect()))
        .collect()
}

/// Ids whose values are others after than before.
fn changed<K: Ord + Clone, V>(before: &OrdMap<K, Arc<V>>, after: &OrdMap<K, Arc<V>>) -> Vec<K> {
    let same = |id: &K, value: &Arc<V>| before.get(id).is_some_and(|old| Arc::ptr_eq(old, value));
    after
        .iter()
        .filter(|(id, value)| !same(id, value))
        .map(|(id, _)| id.clone())
        .collect()
}

fn step() -> impl Strategy<Value = Step> {
    (0..N_KINDS, any::<u16>(), any::<u16>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, max_shrink_iters: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn folding_the_feed_gives_what_a_fresh_snapshot_shows(
        steps in proptest::collection::vec(step(), 10..55),
        from in any::<prop::sample::Index>(),
    ) {
        let district = night(&steps);
        let last = district.history.last().unwrap();
        let from = from.index(district.history.len());
        // One half begins with the background alone, the other in the middle of the night.
        for (n, (name, audience)) in audiences(&district).into_iter().enumerate() {
            let fresh = picture(&district, last, &audience);
            let from = if n % 2 == 0 { 4 } else { from };
            let (folded, heard) = followed(&district, &audience, from);
            if folded != fresh {
                tell_the_first_difference(&district, &name, &audience, from);
            }
            let mut told: BTreeSet<u64> = BTreeSet::new();
            for event in heard {
                if event.kind != "case.shown" && event.kind != "case.hidden" {
                    prop_assert!(told.insert(event.seq), "two events at {}", event.seq);
                }
            }
        }
    }

    #[test]
    fn a_repeat_at_the_end_of_the_night_gets_the_first_answer(
        steps in proptest::collection::vec(step(), 10..120),
    ) {
        let mut district = District::putuo();
        let mut first = Vec::new();
        for (n, step) in steps.iter().enumerate() {
            if let Some(happened) = district.wild_step(n, *step)
                && !happened.events.is_empty()
            {
                let given = answer(&district.policies, &district.state.tables, &happened.events);
                first.push((happened.events, given));
            }
        }
        for (events, given) in first {
            let again = answer(&district.policies, &district.state.tables, &events);
            if again["details_erased"] == true {
                prop_assert_eq!(&again["seq"], &given["seq"]);
                prop_assert_eq!(&again["case_id"], &given["case_id"]);
            } else {
                prop_assert_eq!(again, given);
            }
        }
    }

    #[test]
    fn a_figure_equals_its_drill_down(
        steps in proptest::collection::vec(step(), 10..120),
    ) {
        let district = night(&steps);
        let shown = Shown::new(&district.state.tables, &district.policies);
        let figures = shown.figures(Instant::from_ms(0), district.now + Span::from_ms(1), |_| true);
        let real: BTreeSet<_> = district
            .state
            .tables
            .cases
            .values()
            .filter(|case| !case.drill && case.merged_into.is_none())
            .map(|case| case.id)
            .collect();
        for figure in &figures.items {
            prop_assert!(figure.n_counted <= figure.n, "{}", figure.id);
            for id in &figure.cases {
                prop_assert!(real.contains(id), "{} names {id}", figure.id);
            }
            if figure.id == "cases" && figure.split.is_empty() {
                prop_assert_eq!(figure.cases.len(), real.len());
            }
            if figure.unit == "share" {
                let share = figure.value.unwrap_or(0.0);
                prop_assert!((0.0..=1.0).contains(&share), "{}: {share}", figure.id);
            }
            if figure.split.is_empty() && figure.cases.len() == figure.n {
                let of_streets: usize = figures
                    .items
                    .iter()
                    .filter(|part| part.id == figure.id && part.split.contains_key("jurisdiction"))
                    .map(|part| part.n)
                    .sum();
                prop_assert!(of_streets == figure.n || of_streets == 0, "{}", figure.id);
            }
        }
    }

    #[test]
    fn what_an_event_changes_is_what_it_is_said_to_touch(
        steps in proptest::collection::vec(step(), 10..160),
    ) {
        let district = night(&steps);
        for ((before, after), event) in district
            .history
            .iter()
            .zip(district.history.iter().skip(1))
            .zip(district.journal.iter().skip(1))
        {
            let said = touched(before, after, event);
            if said.anew {
                continue;
            }
            let what = event.new.event.kind();
            for id in changed(&before.cases, &after.cases) {
                // When it will be forgotten is shown to nobody.
                let bare = |tables: &Tables| {
                    tables.cases.get(&id).map(|case| Case { retention: None, ..(**case).clone() })
                };
                if bare(before) == bare(after) {
                    continue;
                }
                // A survivor is found through what is merged into it.
                let through = said.cases.iter().any(|named| {
                    [before, after]
                        .iter()
                        .any(|tables| tables.root(*named).is_some_and(|root| root.id == id))
                });
                prop_assert!(said.cases.contains(&id) || through, "{what}: case {id}");
            }
            for id in changed(&before.tasks, &after.tasks) {
                let its = said.task == Some(id) || said.tasks.contains(&id) || said.moved;
                prop_assert!(its, "{what}: task {id}");
            }
            for id in changed(&before.escalations, &after.escalations) {
                let its = said.escalation == Some(id) || said.escalations.contains(&id) || said.moved;
                prop_assert!(its, "{what}: escalation {id}");
            }
            for id in changed(&before.areas, &after.areas) {
                prop_assert!(said.streets.contains(&id), "{what}: street {id}");
            }
            for id in changed(&before.units, &after.units)
                .into_iter()
                .chain(changed(&before.shifts, &after.shifts))
            {
                prop_assert!(said.units.contains(&id), "{what}: unit {id}");
            }
            for id in changed(&before.resources, &after.resources)
                .into_iter()
                .chain(changed(&before.resource_states, &after.resource_states))
            {
                prop_assert!(said.resources.contains(&id), "{what}: resource {id}");
            }
            for id in changed(&before.holds, &after.holds) {
                let hold = after.holds.get(&id).unwrap();
                prop_assert!(said.resources.contains(&hold.resource), "{what}: hold {id}");
            }
        }
    }

    #[test]
    fn a_replay_of_a_wild_night_gives_the_live_state(
        steps in proptest::collection::vec(step(), 10..120),
    ) {
        let district = night(&steps);
        let mut replayed = district.replayed();
        prop_assert_eq!(replayed.hash().unwrap(), district.state.hash().unwrap());
        prop_assert_eq!(
            replayed.details_hash().unwrap(),
            district.state.details_hash().unwrap()
        );
        // What is derived is rebuilt the same from the tables alone.
        let timers = district.state.tables.timers.clone();
        prop_assert_eq!(&replayed.tables.timers, &timers);
        replayed.tables.rebuild_derived();
        prop_assert_eq!(&replayed.tables.timers, &timers);
        let live = &district.state.tables;
        prop_assert_eq!(filled(&replayed.tables.active), filled(&live.active));
        prop_assert_eq!(filled(&replayed.tables.tasks_of_unit), filled(&live.tasks_of_unit));
        prop_assert_eq!(filled(&replayed.tables.open_escalations), filled(&live.open_escalations));
        prop_assert_eq!(&replayed.tables.waiting, &live.waiting);
    }
}

#[test]
fn a_wild_night_of_some_length_brings_about_most_kinds_of_events() {
    // A fixed walk through the kinds, so that the laws above are not laws about nothing.
    let steps: Vec<Step> = (0_u16..900)
        .map(|i| {
            let kind = u8::try_from((u32::from(i) * 7_919 / 13) % u32::from(N_KINDS)).unwrap_or(0);
            (kind, i.wrapping_mul(31), i.wrapping_mul(17) / 3)
        })
        .collect();
    let district = night(&steps);
    let kinds: BTreeSet<&str> = district
        .journal
        .iter()
        .map(|event| event.new.event.kind())
        .collect();
    let missing: Vec<&&str> = model::event::Event::KINDS
        .iter()
        .filter(|kind| !kinds.contains(**kind))
        .collect();
    eprintln!("missing kinds: {missing:?}");
    assert!(kinds.len() > 50, "only {kinds:?}");
}

#[test]
fn the_answer_to_a_report_says_what_the_outside_face_promises() {
    let mut district = District::putuo();
    district.at("22:14");
    let report = report(1, 0, district.now, &[Sign::BeddedDown, Sign::Aged60OrOlder]);
    let happened = district.when((patrol(1), Command::ReportSighting(report)));
    let given = answer(&district.policies, &district.state.tables, &happened.events);
    assert_eq!(given["priority"]["value"], "P1");
    assert_eq!(given["warning_level"]["value"], "yellow");
    assert_eq!(given["tier"]["value"], 2);
    assert_eq!(given["merged"], false);
    assert_eq!(given["jurisdiction"]["code"], "310107005");
    assert_eq!(given["jurisdiction"]["name"], "曹杨新村街道");
    assert_eq!(given["jurisdiction"]["guessed"], false);
    // P1 where the street has no colour: 10 min, 45 min, 3 h.
    assert_eq!(given["acknowledge_by"], "2026-01-12T22:24:00+08:00");
    assert_eq!(given["on_site_by"], "2026-01-12T22:59:00+08:00");
    assert_eq!(given["outcome_by"], "2026-01-13T01:14:00+08:00");
    assert_eq!(given["tasks"][0]["state"], "offered");
    assert_eq!(given["details_erased"], false);
    let departments: Vec<&str> = given["escalations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["department"].as_str().unwrap())
        .collect();
    assert_eq!(
        departments,
        [
            "city_management",
            "police",
            "rescue_station",
            "street_310107005"
        ]
    );
    let reason = &given["priority"]["reasons"][0];
    assert_eq!(reason["facts"]["signs"][0], "aged_60_or_older");
    assert!(reason["text"].as_str().unwrap().contains("60 岁及以上"));
    assert!(reason["text_en"].as_str().unwrap().contains("60 or older"));
}

#[test]
fn after_erasure_a_repeat_says_so_and_quotes_nothing() {
    let mut district = District::putuo();
    let first = report(1, 0, district.now, &[Sign::BeddedDown]);
    district.when((patrol(1), Command::ReportSighting(first)));
    let second = report(2, 0, district.now, &[Sign::Aged60OrOlder]);
    let record = RecordId::from(second.id);
    let happened = district.when((patrol(11), Command::ReportSighting(second)));
    let given = answer(&district.policies, &district.state.tables, &happened.events);
    assert_eq!(given["may_duplicate"][0]["distance_m"], 0.0);
    district.given([Order::by(
        Actor::system(),
        Command::EraseDetails {
            records: vec![record],
            ground: "到期".to_owned(),
        },
    )]);
    let again = answer(&district.policies, &district.state.tables, &happened.events);
    assert_eq!(again["details_erased"], true);
    assert_eq!(again["case_id"], given["case_id"]);
    assert!(again["may_duplicate"][0]["distance_m"].is_null());
    assert!(again["may_duplicate"][0]["sex"].is_null());
    assert!(
        again["priority"]["reasons"][0]["facts"]
            .get("signs")
            .is_none()
    );
}

#[test]
fn each_role_reads_the_cases_that_are_its_own() {
    let mut district = District::putuo();
    let by_patrol = report(1, 0, district.now, &[Sign::BeddedDown]);
    let opened = district.when((patrol(5), Command::ReportSighting(by_patrol)));
    let case_id = opened
        .events
        .iter()
        .find_map(|event| {
            if let Event::CaseOpened { case } = &event.new.event {
                Some(case.id)
            } else {
                None
            }
        })
        .unwrap();
    let sees = |district: &District, actor: &Actor| {
        let audience = Audience::of(district.policy(), actor, BTreeSet::new());
        audience.sees_case(district.policy(), &district.state.tables, case_id)
    };
    // P2 without colour is 三级: the street office and the station are asked. The nearest patrol has the offer.
    for (actor, expected) in [
        (command_desk(), true),
        (auditor(), true),
        (street_duty(0), true),
        (street_duty(1), false),
        (department("rescue_station"), true),
        (department("police"), false),
        (department("city_management"), false),
        (patrol(5), true),
        (patrol(2), false),
    ] {
        assert_eq!(sees(&district, &actor), expected, "{}", actor.account);
    }
    let holder = district
        .state
        .tables
        .tasks
        .values()
        .find_map(|task| task.unit.clone())
        .unwrap();
    let n: usize = holder.as_str().trim_start_matches("u-").parse().unwrap();
    assert!(sees(&district, &patrol(n)), "the patrol with the offer");
}

#[test]
fn a_department_is_shown_the_whole_case_before_it_is_asked_and_loses_it_when_it_declines() {
    let mut district = District::putuo();
    let audience = Audience::of(
        district.policy(),
        &department("rescue_station"),
        BTreeSet::new(),
    );
    let from = district.history.len() - 1;
    let new = report(1, 0, district.now, &[Sign::BeddedDown]);
    district.when((patrol(1), Command::ReportSighting(new)));
    let (_, heard) = followed(&district, &audience, from);
    let kinds: Vec<&str> = heard.iter().map(|event| event.kind.as_str()).collect();
    let shown = kinds.iter().position(|kind| *kind == "case.shown").unwrap();
    assert_eq!(kinds[shown + 1], "escalation.opened");
    assert_eq!(heard[shown].seq, heard[shown + 1].seq);
    let data: serde_json::Value = heard[shown].data.read().unwrap();
    assert_eq!(data["case"]["seq"], heard[shown].seq);

    let escalation_id = district
        .state
        .tables
        .escalations
        .values()
        .find(|e| e.department.as_str() == "rescue_station")
        .unwrap()
        .id;
    let from = district.history.len() - 1;
    district.given([Order::by(
        department("rescue_station"),
        Command::DeclineEscalation {
            escalation_id,
            reason: DeclineReason::NoStaff,
            text: "无人".to_owned(),
        },
    )]);
    let (picture, heard) = followed(&district, &audience, from);
    let last = heard.last().unwrap();
    assert_eq!(last.kind, "case.hidden");
    assert!(picture.cases.is_empty() && picture.tasks.is_empty() && picture.escalations.is_empty());
}

#[test]
fn history_is_counted_when_it_was_seen_and_looks_and_undone_merges_have_figures_of_their_own() {
    let mut district = District::putuo();
    let seen_at = district.now - Span::from_days(100);
    let mut old = report(1, 0, seen_at, &[Sign::BeddedDown]);
    old.history = true;
    let (one, two) = (
        report(2, 1, district.now, &[Sign::BeddedDown]),
        report(3, 2, district.now, &[Sign::BeddedDown]),
    );
    district.given([
        Order::by(Actor::system(), Command::ReportSighting(old)),
        Order::by(command_desk(), Command::ReportSighting(one)),
        Order::by(command_desk(), Command::ReportSighting(two)),
        Order::by(
            patrol(1),
            Command::LookAtPlace {
                place: "p-caoyang".into(),
            },
        ),
    ]);
    let real: Vec<_> = district
        .state
        .tables
        .cases
        .values()
        .filter(|case| !case.history)
        .map(|case| case.id)
        .collect();
    let reason = "核对".to_owned();
    district.given([
        Order::by(
            command_desk(),
            Command::MergeCases {
                case_id: real[0],
                into: real[1],
                same: Vec::new(),
                reason: reason.clone(),
            },
        ),
        Order::by(
            command_desk(),
            Command::UnmergeCase {
                survivor: real[1],
                case_id: real[0],
                take: Vec::new(),
                reason,
            },
        ),
    ]);
    let value = |from: Instant, to: Instant, id: &str| {
        let shown = Shown::new(&district.state.tables, &district.policies);
        shown
            .figures(from, to, |_| true)
            .items
            .into_iter()
            .find(|figure| figure.id == id && figure.split.is_empty())
            .and_then(|figure| figure.value)
    };
    let (then, now) = (seen_at - Span::from_hours(1), district.now);
    let to = now + Span::from_ms(1);
    assert_eq!(
        value(then, now, "cases"),
        Some(1.0),
        "history, when it was seen"
    );
    assert_eq!(
        value(now, to, "cases"),
        Some(2.0),
        "not when it was imported"
    );
    assert_eq!(value(now, to, "rounds"), Some(1.0));
    assert_eq!(value(now, to, "coverage"), Some(1.0 / 3.0));
    assert_eq!(value(now, to, "merges_undone"), Some(1.0));
}
