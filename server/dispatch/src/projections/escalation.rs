//! Escalations and hand-overs as views.

use model::escalation::{Escalation, HandOver};
use model::view::escalation::{EscalationReportView, EscalationView, HandOverView};

use super::shown::Shown;

impl Shown<'_> {
    /// One escalation.
    pub fn escalation(&self, escalation: &Escalation) -> EscalationView {
        EscalationView {
            id: escalation.id,
            case_id: escalation.case_id,
            cases: escalation.cases.clone(),
            jurisdictions: escalation.jurisdictions.clone(),
            tier: escalation.tier,
            department: escalation.department.clone(),
            opened_at: self.stamp(escalation.opened_at),
            acknowledge_by: (!escalation.for_information)
                .then(|| self.stamp(escalation.acknowledge_by)),
            missed_at: self.stamp_opt(escalation.missed_at),
            acknowledged_at: self.stamp_opt(escalation.acknowledged_at),
            acknowledged_by: escalation.acknowledged_by.clone(),
            late: escalation.late,
            eta: self.stamp_opt(escalation.eta),
            completed_at: self.stamp_opt(escalation.completed_at),
            for_information: escalation.for_information,
            ended: escalation.ended,
            reasons: self.reasons(&escalation.reasons),
            ask_again_at: self.stamp_opt(escalation.ask_again_at),
            asked_again: escalation.asked_again,
            part: escalation.part.clone(),
            transferred_to: escalation.transferred_to.clone(),
            declined: escalation.declined,
            reports: escalation
                .reports
                .iter()
                .map(|report| EscalationReportView {
                    at: self.stamp(report.at),
                    by: report.by.clone(),
                    text: report.text.clone(),
                    completes: report.completes,
                })
                .collect(),
            drill: escalation.drill,
            seq: escalation.seq,
        }
    }

    /// One hand-over.
    pub fn hand_over(&self, hand_over: &HandOver) -> HandOverView {
        let answer = hand_over.answer.as_ref();
        HandOverView {
            id: hand_over.id,
            case_id: hand_over.case_id,
            to: hand_over.to.clone(),
            from: hand_over
                .from_district
                .as_ref()
                .map(std::string::ToString::to_string),
            reason: hand_over.reason.clone(),
            by: hand_over.by.clone(),
            offered_at: self.stamp(hand_over.offered_at),
            answer_by: self.stamp(hand_over.answer_by),
            answer: answer.map(|a| a.kind),
            answered_by: answer.map(|a| a.name.clone()),
            answered_at: answer.map(|a| self.stamp(a.at)),
        }
    }
}
