//! `lamplighter policy replay FILE`: every grading of the journal again under another policy, at the moment and with
//! the colours at which it was made, and what would have been different. Reads only.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use dispatch::projections::regrade::{SaidOfCase, said_of_case};
use journal::journal::Archive;
use model::event::Event;
use model::id::CaseId;
use model::time::{Instant, Span};
use policy::policy::Policy;
use policy::words::length_words;
use serde::Serialize;
use vault::ring::KeyRing;

use crate::fault::ToolFault;
use crate::replay;

/// One grading that would have been different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherGrade {
    /// The case.
    pub case_id: CaseId,
    /// The event that graded it.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// The policy that graded it then.
    pub policy_id: String,
    /// What would have been different: `priority`, `warning_level`, `tier`, `acknowledge`, `on_site`, `outcome`.
    pub changes: BTreeMap<&'static str, Change>,
}

/// From what the journal's policy says to what the other one says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// By the policy of the case.
    pub from: String,
    /// By the other.
    pub to: String,
}

/// What another policy would have changed in one district.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Regraded {
    /// The district.
    pub district: String,
    /// The other policy.
    pub policy_id: String,
    /// Gradings in the journal.
    pub n_gradings: u64,
    /// Cases with one.
    pub n_cases: usize,
    /// Cases of which something would have been different.
    pub n_cases_changed: usize,
    /// How often each thing would have been different.
    pub n_by_change: BTreeMap<&'static str, u64>,
    /// Each grading that would have been different, in the order of the journal.
    pub others: Vec<OtherGrade>,
}

/// Grades a district's journal again under another policy.
///
/// # Errors
/// [`ToolFault::Policy`] when the file is not in order; faults of the disk and of keys. Without the keys the signs of
/// cases are absent, so a ring is needed.
pub async fn replay(
    archive: &dyn Archive,
    district: &str,
    ring: &KeyRing,
    other: &str,
) -> Result<Regraded, ToolFault> {
    let other = Policy::parse(other)?;
    // Which policies there were is known only at the end.
    let book = replay::replay(archive, district, Some(ring))
        .await?
        .policies;
    let mut regraded = Regraded {
        district: district.to_owned(),
        policy_id: other.id().to_string(),
        n_gradings: 0,
        n_cases: 0,
        n_cases_changed: 0,
        n_by_change: BTreeMap::new(),
        others: Vec::new(),
    };
    let mut cases: BTreeMap<CaseId, bool> = BTreeMap::new();
    let mut state = replay::empty(district);
    // A case is opened before the sighting that opens it is accepted: it can be graded once both are there.
    let mut opened: Option<CaseId> = None;
    replay::each_event(archive, district, Some(ring), |event| {
        dispatch::apply(&mut state, event);
        let Some(case_id) = graded(&event.new.event, &mut opened) else {
            return Ok(());
        };
        let tables = &state.tables;
        let Some(case) = tables.cases.get(&case_id).filter(|case| !case.history) else {
            return Ok(());
        };
        let own = book.of_case(&case.policy_id);
        let said = said_of_case(tables, own, case_id).zip(said_of_case(tables, &other, case_id));
        let Some((from, to)) = said else {
            return Ok(());
        };
        regraded.n_gradings += 1;
        let changes = changes(from, to);
        *cases.entry(case_id).or_default() |= !changes.is_empty();
        if changes.is_empty() {
            return Ok(());
        }
        for change in changes.keys() {
            *regraded.n_by_change.entry(change).or_default() += 1;
        }
        regraded.others.push(OtherGrade {
            case_id,
            seq: event.seq,
            at: event.at,
            policy_id: case.policy_id.to_string(),
            changes,
        });
        Ok(())
    })
    .await?;
    regraded.n_cases = cases.len();
    regraded.n_cases_changed = cases.values().filter(|changed| **changed).count();
    Ok(regraded)
}

/// The case that an event leaves graded.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a case is graded by the events that are named and by no other"
)]
fn graded(event: &Event, opened: &mut Option<CaseId>) -> Option<CaseId> {
    match event {
        Event::CaseOpened { case } => {
            *opened = Some(case.id);
            None
        }
        Event::SightingAccepted { sighting, .. } => {
            opened.take().filter(|id| *id == sighting.case_id)
        }
        Event::CaseLevelChanged { case_id, .. } => Some(*case_id),
        _ => None,
    }
}

fn changes(from: SaidOfCase, to: SaidOfCase) -> BTreeMap<&'static str, Change> {
    let length = |span: Span| length_words(span.as_ms()).en;
    [
        (
            "priority",
            from.priority.to_string(),
            to.priority.to_string(),
        ),
        (
            "warning_level",
            from.warning_level.to_string(),
            to.warning_level.to_string(),
        ),
        ("tier", from.tier.to_string(), to.tier.to_string()),
        (
            "acknowledge",
            length(from.acknowledge),
            length(to.acknowledge),
        ),
        ("on_site", length(from.on_site), length(to.on_site)),
        ("outcome", length(from.outcome), length(to.outcome)),
    ]
    .into_iter()
    .filter(|(_, from, to)| from != to)
    .map(|(what, from, to)| (what, Change { from, to }))
    .collect()
}

impl Regraded {
    /// For people.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for other in &self.others {
            let changes: Vec<String> = other
                .changes
                .iter()
                .map(|(what, change)| format!("{what} {} → {}", change.from, change.to))
                .collect();
            let _ = writeln!(
                text,
                "{} #{} {}: {}",
                other.at,
                other.seq,
                other.case_id,
                changes.join(", ")
            );
        }
        let counts: Vec<String> = self
            .n_by_change
            .iter()
            .map(|(what, n)| format!("{what} {n}"))
            .collect();
        let _ = writeln!(
            text,
            "{} · {}: {} 次评定、{} 个个案，其中 {} 个会不同 / {} gradings of {} cases, {} cases would differ: {}",
            self.district,
            self.policy_id,
            self.n_gradings,
            self.n_cases,
            self.n_cases_changed,
            self.n_gradings,
            self.n_cases,
            self.n_cases_changed,
            counts.join(", ")
        );
        text.push_str(
            "街镇颜色按当时的记录 / the colours of the streets are those of the journal\n",
        );
        text
    }
}
