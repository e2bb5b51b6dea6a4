//! Hand-over between districts that are hosted here: never a direct write, always a command to the other loop, with an
//! id that follows from the hand-over. Driven by the state, so that a start continues what a crash interrupted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use dispatch::Tables;
use dispatch::effect::command_id_of;
use model::actor::Actor;
use model::command::{Command, Description, PlaceBody, ReportSighting};
use model::escalation::{HandOver, HandOverAnswerKind};
use model::id::{DistrictId, HandOverId, SightingId};
use model::sign::{Sign, Source};
use spatial::crs::DeclaredPosition;
use uuid::Uuid;

use crate::handle::{DistrictHandle, Shared};
use crate::submission::{Submission, SubmitError};

/// How long to wait before something that was not taken is handed in again.
const RETRY: Duration = Duration::from_millis(500);

/// Every hosted district.
pub(crate) type Hosted = Arc<BTreeMap<DistrictId, DistrictHandle>>;

/// Carries the hand-overs of one district to the others.
pub(crate) struct HandOvers {
    shared: Arc<Shared>,
    hosted: Hosted,
    /// Offers and answers that the other loop has taken or refused for good.
    told: BTreeSet<(HandOverId, &'static str)>,
}

impl HandOvers {
    pub(crate) fn new(shared: Arc<Shared>, hosted: Hosted) -> Self {
        Self {
            shared,
            hosted,
            told: BTreeSet::new(),
        }
    }

    /// Runs until the district stops.
    pub(crate) async fn run(mut self) {
        let mut head = self.shared.head.subscribe();
        loop {
            let retry = !self.work().await;
            tokio::select! {
                biased;
                changed = head.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(RETRY), if retry => {}
            }
        }
    }

    /// Tells the other districts what they do not know yet; false when something was not taken.
    async fn work(&mut self) -> bool {
        let tables = self.shared.published.load().tables.clone();
        let mut all = true;
        for hand_over in tables.hand_overs.values() {
            let Some((district, step, command)) = self.message(&tables, hand_over) else {
                continue;
            };
            let Some(other) = self.hosted.get(&district).cloned() else {
                continue;
            };
            let key = (hand_over.id, step);
            if self.told.contains(&key) {
                continue;
            }
            let id = command_id_of(hand_over.id.0, step);
            let submission = Submission::new(id, Actor::system(), command);
            match other.shared.submit_internal(submission).await {
                Ok(_) => {
                    self.told.insert(key);
                }
                Err(SubmitError::Refused(refusal)) => {
                    tracing::info!(hand_over.id = %hand_over.id, %refusal, step, "The other district did not take a hand-over message");
                    self.told.insert(key);
                }
                Err(SubmitError::Unavailable(_)) => all = false,
            }
        }
        all
    }

    /// What the other side of a hand-over has to be told now.
    fn message(
        &self,
        tables: &Tables,
        hand_over: &HandOver,
    ) -> Option<(DistrictId, &'static str, Command)> {
        match (
            &hand_over.from_district,
            &hand_over.district,
            &hand_over.answer,
        ) {
            (Some(from), _, Some(answer)) => Some((
                from.clone(),
                "answer",
                Command::AnswerHandOver {
                    hand_over_id: hand_over.id,
                    accept: answer.kind == HandOverAnswerKind::Accepted,
                    name: answer.name.clone(),
                },
            )),
            (None, Some(to), None) => Some((
                to.clone(),
                "offer",
                Command::ReceiveHandOver {
                    hand_over_id: hand_over.id,
                    from_district: self.shared.id.clone(),
                    report: Box::new(report_of(tables, hand_over)?),
                    reason: hand_over.reason.clone(),
                },
            )),
            _ => None,
        }
    }
}

/// The report that opens the case on the other side: what is known of it now, without personal fields.
fn report_of(tables: &Tables, hand_over: &HandOver) -> Option<ReportSighting> {
    let case = tables.root(hand_over.case_id)?;
    let sightings = tables.sightings_of(case.id);
    let last = sightings.last()?;
    let mut signs: BTreeSet<Sign> = BTreeSet::new();
    let mut place = None;
    let mut description = Description::default();
    for sighting in &sightings {
        let records = std::iter::once(sighting.id.into())
            .chain(sighting.additions.iter().map(|addition| addition.id));
        for details in records.filter_map(|record| tables.details.get(&record)) {
            signs.extend(details.signs.iter().copied());
            for withdrawn in &details.signs_withdrawn {
                signs.remove(withdrawn);
            }
            place = details.place.clone().or(place);
            description.sex = details.sex.or(description.sex);
            description.age_band = details.age_band.or(description.age_band);
        }
    }
    let position = tables.position_of(case).map(|stored| {
        DeclaredPosition::new(
            stored.position.lon(),
            stored.position.lat(),
            stored.accuracy_m,
            Some(spatial::crs::Crs::Wgs84),
        )
    });
    Some(ReportSighting {
        id: SightingId(Uuid::new_v5(&hand_over.id.0, b"sighting")),
        position,
        seen_at: last.seen_at,
        signs: signs.into_iter().collect(),
        n_people: last.n_people,
        more_people: last.more_people,
        place: place.map(|words| PlaceBody {
            id: None,
            name: words.name,
            level: words.level,
        }),
        description: Some(description),
        source: Source::Department,
        source_ref: Some(hand_over.id.to_string()),
        reply_by: None,
        task: None,
        emergency_calls: case.emergency_calls.clone(),
        offline: false,
        recorded_at: None,
        device_seq: None,
        drill: last.drill,
        history: false,
    })
}
