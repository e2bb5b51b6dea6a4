//! Who could be sent to a case: what the rule says of every unit, from the facts that a decision would have now.

use std::collections::BTreeMap;

use model::case::{Case, CaseState};
use model::id::{CaseId, UnitId};
use model::refusal::{Refusal, RefusalCode};
use model::task::TaskState;
use model::time::Instant;
use model::view::candidate::{CandidateFit, CandidateRejection, CandidateView};
use policy::assignment::{Rejected, UnitFit, UnitJudgement, rank_units};
use policy::facts::UnitFacts;
use policy::policy::PolicyBook;

use super::shown::Shown;
use crate::context::UnitPositions;
use crate::settle::tasks::hands::{self, Hand, Measured};
use crate::settle::tasks::is_visit;

impl Shown<'_> {
    /// Every unit as it is judged for a case now: the best first, the rejected ones last.
    ///
    /// # Errors
    /// `not_found` for an unknown case, `case_already_closed`.
    pub fn units_for(
        &self,
        book: &PolicyBook,
        positions: &dyn UnitPositions,
        now: Instant,
        id: CaseId,
    ) -> Result<Vec<CandidateView>, Refusal> {
        let case = self.tables.root(id).ok_or(RefusalCode::NotFound)?;
        if case.state == CaseState::Closed {
            return Err(RefusalCode::CaseAlreadyClosed.into());
        }
        let hands: BTreeMap<&UnitId, Hand> = self
            .tables
            .units
            .iter()
            .map(|(id, unit)| (id, Hand::of(self.policy, self.tables, unit, now)))
            .collect();
        let had_it = self.had_it(case);
        let measured = Measured {
            tables: self.tables,
            positions,
            now,
        };
        let facts =
            hands::assignment_facts(measured, case, hands.values(), |unit| had_it.contains(unit));
        let judged = rank_units(book.of_case(&case.policy_id), &facts);
        let by_unit: BTreeMap<&UnitId, &UnitFacts> =
            facts.units.iter().map(|unit| (&unit.id, unit)).collect();
        Ok(judged
            .iter()
            .filter_map(|judgement| {
                let facts = by_unit.get(&judgement.unit)?;
                let hand = hands.get(&judgement.unit)?;
                let fix = positions.newest(&judgement.unit);
                Some(self.candidate(judgement, facts, hand, fix.map(|fix| fix.at)))
            })
            .collect())
    }

    /// The units that had the visit which waits or is offered, as far as it is not theirs now.
    fn had_it(&self, case: &Case) -> Vec<UnitId> {
        self.tables
            .tasks_of(case.id)
            .into_iter()
            .filter(|task| {
                is_visit(task.kind) && matches!(task.state, TaskState::Waiting | TaskState::Offered)
            })
            .flat_map(|task| task.offered_before.iter().chain(&task.returned_by))
            .cloned()
            .collect()
    }

    fn candidate(
        &self,
        judgement: &UnitJudgement,
        facts: &UnitFacts,
        hand: &Hand,
        position_at: Option<Instant>,
    ) -> CandidateView {
        let (fit, metres_judged, rejected) = match judgement.fit {
            UnitFit::Fits { metres_judged } => (CandidateFit::Fits, Some(metres_judged), None),
            UnitFit::TakenOff { metres_judged } => {
                (CandidateFit::TakenOff, Some(metres_judged), None)
            }
            UnitFit::Rejected(why) => (CandidateFit::Rejected, None, Some(word_of(why))),
        };
        let distance_m = facts
            .position
            .map(|(distance_m, _)| distance_m)
            .or(facts.post_distance_m);
        let offered = || {
            hands::tasks_of(self.tables, &judgement.unit)
                .into_iter()
                .find(|task| task.state == TaskState::Offered)
                .map(|task| task.id)
        };
        CandidateView {
            unit: judgement.unit.clone(),
            name: hand.unit.name.clone(),
            jurisdiction: hand.unit.jurisdiction.clone(),
            fit,
            rejected,
            distance_m: distance_m.map(f64::round),
            metres_judged: metres_judged.map(f64::round),
            position_at: self.stamp_opt(position_at),
            task_id: hand.under_way.map(|(_, id)| id).or_else(offered),
            reason: self.reason(&judgement.reason),
        }
    }
}

const fn word_of(why: Rejected) -> CandidateRejection {
    match why {
        Rejected::OffShift => CandidateRejection::OffShift,
        Rejected::InTrouble => CandidateRejection::InTrouble,
        Rejected::HadItBefore => CandidateRejection::HadItBefore,
        Rejected::UnderWay => CandidateRejection::UnderWay,
        Rejected::HasOffer => CandidateRejection::HasOffer,
        Rejected::SkillMissing => CandidateRejection::SkillMissing,
        Rejected::LanguageMissing => CandidateRejection::LanguageMissing,
        Rejected::WhereUnknown => CandidateRejection::WhereUnknown,
        Rejected::TooFar => CandidateRejection::TooFar,
    }
}

#[cfg(test)]
mod tests {
    use model::command::Command;
    use model::sign::Sign;

    use super::*;
    use crate::testing::{District, Order, command_desk, patrol, report};

    fn judged(district: &District, case: CaseId) -> Vec<CandidateView> {
        Shown::new(&district.state.tables, &district.policies)
            .units_for(&district.policies, &district.positions, district.now, case)
            .unwrap()
    }

    #[test]
    fn the_best_unit_stands_first_and_whoever_has_the_offer_says_so() {
        let mut district = District::putuo();
        let sighting = report(1, 0, district.now, &[Sign::BeddedDown]);
        district.when(Order::by(command_desk(), Command::ReportSighting(sighting)));
        let case = *district.state.tables.cases.keys().next().unwrap();
        let offered = district.state.tables.tasks_of(case)[0].clone();
        let unit = offered.unit.clone().unwrap();
        let all = judged(&district, case);
        assert_eq!(all.len(), district.state.tables.units.len());
        let best = all.first().unwrap();
        // u-1 and u-11 stand on the spot; the one that has the offer is out, the other is first.
        assert_eq!(best.fit, CandidateFit::Fits);
        assert_eq!(
            (best.distance_m, best.metres_judged),
            (Some(0.0), Some(0.0))
        );
        assert_ne!(best.unit, unit);
        assert!(best.position_at.is_some() && best.task_id.is_none());
        let taken = all.iter().find(|c| c.unit == unit).unwrap();
        assert_eq!(taken.rejected, Some(CandidateRejection::HasOffer));
        assert_eq!(taken.task_id, Some(offered.id));
        assert_eq!(taken.reason.rule, "assignment/has_offer");
        assert!(
            all.windows(2).all(|pair| pair[0].fit <= pair[1].fit),
            "the rejected ones come last"
        );
    }

    #[test]
    fn whom_the_rule_puts_first_is_whom_the_next_decision_sends() {
        let mut district = District::putuo();
        for n in 1..=3 {
            let sighting = report(n, 4, district.now, &[Sign::BeddedDown]);
            district.when(Order::by(patrol(9), Command::ReportSighting(sighting)));
        }
        let case = *district.state.tables.cases.keys().next().unwrap();
        let first = judged(&district, case).first().unwrap().clone();
        let mut urgent = report(9, 4, district.now, &[Sign::BeddedDown]);
        urgent.n_people = 3;
        let happened = district.when(Order::by(command_desk(), Command::ReportSighting(urgent)));
        let sent = happened.events.iter().find_map(|recorded| {
            if let model::event::Event::TaskOffered { task } = &recorded.new.event {
                task.unit.clone()
            } else {
                None
            }
        });
        assert_eq!(sent, Some(first.unit));
    }

    #[test]
    fn a_closed_case_needs_nobody_and_an_unknown_one_is_not_found() {
        let district = District::putuo();
        let shown = Shown::new(&district.state.tables, &district.policies);
        let unknown = CaseId(uuid::Uuid::nil());
        let refused = shown
            .units_for(
                &district.policies,
                &district.positions,
                district.now,
                unknown,
            )
            .unwrap_err();
        assert_eq!(refused.code, RefusalCode::NotFound);
    }
}
