//! Who is due a visit, and which places are due a look tonight. No looks, no names.

use model::actor::Actor;
use model::case::CaseState;
use model::grade::Tier;
use model::id::JurisdictionCode;
use model::time::{Instant, Span};
use model::view::person::{RevisitRow, RoundRow};
use policy::action::Action;
use policy::facts::CareFacts;
use policy::special_care::verdict_for_care;
use policy::tier::{area_tier, rounds};

use super::shown::{Shown, position};
use crate::rights;

/// Sightings of this span count in a round.
const COUNTED_WITHIN: Span = Span::from_days(30);

impl Shown<'_> {
    /// Everybody who is due a visit by a moment: cases in follow-up, and persons of special concern; soonest first.
    pub fn revisits(&self, actor: &Actor, due_by: Instant, now: Instant) -> Vec<RevisitRow> {
        let mut rows: Vec<RevisitRow> = self
            .case_revisits(actor, due_by, now)
            .into_iter()
            .chain(self.care_visits(actor, due_by, now))
            .collect();
        rows.sort_by(|a, b| {
            (a.due_at, a.case_id, a.person_id).cmp(&(b.due_at, b.case_id, b.person_id))
        });
        rows
    }

    fn case_revisits(&self, actor: &Actor, due_by: Instant, now: Instant) -> Vec<RevisitRow> {
        let tables = self.tables;
        tables
            .active
            .values()
            .flatten()
            .filter_map(|id| tables.cases.get(id))
            .filter(|case| case.state == CaseState::FollowUp)
            .filter_map(|case| {
                let plan = case.revisit.as_ref()?;
                let due = *plan.due.get(plan.n_done)?;
                Some((case, plan, due))
            })
            .filter(|(_, _, due)| *due <= due_by)
            .filter(|(case, _, _)| {
                rights::of_case(tables, case.id).reaches(self.policy, actor, Action::RevisitsRead)
            })
            .map(|(case, plan, due)| RevisitRow {
                due_at: self.stamp(due),
                kind: "revisit".to_owned(),
                case_id: Some(case.id),
                person_id: case.subjects.iter().find_map(|s| s.person_id),
                jurisdiction: Some(case.jurisdiction.code.clone()),
                priority: Some(case.grade.priority.value),
                place: self.place_of(case),
                look: plan.look,
                task_id: plan.task_id,
                n_this_week: None,
                overdue: due < now,
                reasons: self.reasons(&plan.reasons),
            })
            .collect()
    }

    fn care_visits(&self, actor: &Actor, due_by: Instant, now: Instant) -> Vec<RevisitRow> {
        let tables = self.tables;
        tables
            .persons
            .values()
            .filter(|person| person.special_care && person.joined_to.is_none())
            .filter(|person| {
                rights::of_person(tables, person.id).reaches(
                    self.policy,
                    actor,
                    Action::RevisitsRead,
                )
            })
            .filter_map(|person| {
                let case =
                    person.case_id.and_then(|id| tables.root(id)).or_else(|| {
                        tables.cases.values().rev().find(|case| {
                            case.subjects.iter().any(|s| s.person_id == Some(person.id))
                        })
                    });
                let area = case.map_or(model::grade::Level::None, |case| {
                    tables.area_level(&case.jurisdiction.code)
                });
                let seen: Vec<Instant> = case
                    .map(|case| {
                        tables
                            .sightings_of(case.id)
                            .into_iter()
                            .map(|s| s.seen_at)
                            .collect()
                    })
                    .unwrap_or_default();
                let verdict = verdict_for_care(
                    self.policy,
                    &CareFacts {
                        now,
                        area,
                        visits: person.visited_at.clone(),
                        since: person.opened_at,
                        seen,
                    },
                );
                let due = person
                    .next_due
                    .map_or(verdict.due, |at| at.min(verdict.due));
                (due <= due_by).then(|| RevisitRow {
                    due_at: self.stamp(due),
                    kind: "special_care".to_owned(),
                    case_id: case.map(|case| case.id),
                    person_id: Some(person.id),
                    jurisdiction: case.map(|case| case.jurisdiction.code.clone()),
                    priority: case.map(|case| case.grade.priority.value),
                    place: case.and_then(|case| self.place_of(case)),
                    look: false,
                    task_id: case
                        .and_then(|case| case.revisit.as_ref())
                        .and_then(|plan| plan.task_id),
                    n_this_week: Some(verdict.n_this_week),
                    overdue: due < now,
                    reasons: vec![self.reason(&verdict.reason)],
                })
            })
            .collect()
    }

    /// Tonight's round of an actor: the places of its streets (without streets, all), those that lack looks first, then
    /// those with more cases and sightings, then by id.
    pub fn round(&self, actor: &Actor, now: Instant) -> Vec<RoundRow> {
        let calendar = self.policy.calendar();
        let night = calendar.night_running_or_coming(now);
        let (from, _) = calendar.bounds(night);
        let mut rows: Vec<RoundRow> = self
            .tables
            .places
            .values()
            .filter(|place| {
                actor.jurisdictions.is_empty()
                    || place
                        .jurisdiction
                        .as_ref()
                        .is_none_or(|code| actor.jurisdictions.contains(code))
            })
            .map(|place| {
                let looks = self.tables.place_looks.get(&place.id);
                let n_looked_tonight = looks.map_or(0, |looks| {
                    looks.looks.iter().filter(|look| look.at >= from).count()
                });
                let (n_sightings, usual_hour) = self.seen_at_place(&place.id, now);
                RoundRow {
                    order: 0,
                    place: place.id.clone(),
                    name: place.name.clone(),
                    jurisdiction: place.jurisdiction.clone(),
                    position: place.position.map(|at| position(at, None)),
                    key: place.key,
                    looked_at: looks.and_then(|looks| self.stamp_opt(looks.looked_at)),
                    n_looked_tonight: u32::try_from(n_looked_tonight).unwrap_or(u32::MAX),
                    n_wanted_tonight: self.n_wanted(place.key, place.jurisdiction.as_ref()),
                    n_sightings,
                    usual_hour,
                    n_cases: self.cases_at_place(&place.id),
                }
            })
            .collect();
        rows.sort_by_key(|row| {
            let n_missing = row.n_wanted_tonight.saturating_sub(row.n_looked_tonight);
            (
                std::cmp::Reverse(n_missing),
                std::cmp::Reverse(row.n_cases),
                std::cmp::Reverse(row.n_sightings),
                row.looked_at,
                row.place.clone(),
            )
        });
        for (order, row) in (1..).zip(&mut rows) {
            row.order = order;
        }
        rows
    }

    /// Looks wanted in a night: of a key place by the tier of its street's colour, below 三级 as for 三级.
    fn n_wanted(&self, key: bool, street: Option<&JurisdictionCode>) -> u32 {
        if !key {
            return 0;
        }
        let area = street.map_or(model::grade::Level::None, |code| {
            self.tables.area_level(code)
        });
        let tier = area_tier(self.policy, area).unwrap_or(Tier::Three);
        rounds(self.policy, tier).per_night
    }

    fn seen_at_place(&self, place: &model::id::PlaceId, now: Instant) -> (usize, Option<String>) {
        let since = now - COUNTED_WITHIN;
        let seen: Vec<Instant> = self
            .tables
            .sightings
            .values()
            .filter(|s| s.place_id.as_ref() == Some(place) && s.seen_at >= since && !s.drill)
            .map(|s| s.seen_at)
            .collect();
        let hour = self
            .policy
            .calendar()
            .usual_hour(&seen)
            .map(|clock| clock.to_string());
        (seen.len(), hour)
    }

    fn cases_at_place(&self, place: &model::id::PlaceId) -> usize {
        self.tables
            .active
            .values()
            .flatten()
            .filter_map(|id| self.tables.cases.get(id))
            .filter(|case| case.place_id.as_ref() == Some(place))
            .count()
    }
}
