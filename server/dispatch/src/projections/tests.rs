//! Laws of the live picture over wild nights: snapshot and events lead to the same picture as a fresh snapshot, for
//! every audience, from every position.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use model::actor::Actor;
use model::id::JurisdictionCode;
use model::view::live::FeedEvent;
use proptest::prelude::*;

use super::audience::Audience;
use super::feed::{Told, feed_event};
use super::fold::Picture;
use super::shown::Shown;
use super::snapshot::snapshot;
use super::touched::touched;
use crate::tables::Tables;
use crate::testing::wild::{N_KINDS, Step};
use crate::testing::{District, auditor, command_desk, department, patrol, street_duty};

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
                prop_assert!(said.cases.contains(&id), "{what}: case {id}");
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
