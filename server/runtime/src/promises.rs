//! The promises of the program, looked at while it runs: each look takes a committed state and a portion of its cases, so
//! that a large district is watched without being kept waiting. What is found is a metric, a line in `/readyz` and in
//! `doctor`, and one line in the log; nothing is mended here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dispatch::Tables;
use dispatch::promises::{Broken, Promise, look_at_case, look_at_time};
use model::actor::{Actor, Role};
use model::command::{PersonalKind, Purpose};
use model::id::CaseId;
use model::time::Span;
use tokio::time::Instant as TokioInstant;

use crate::fault::chain_of;
use crate::handle::{DistrictHandle, Shared};
use crate::published::Published;

/// Active cases in one look; ten thousand are gone through in a few seconds.
const N_ACTIVE_A_LOOK: usize = 1_024;
/// Other cases in one look.
const N_OTHERS_A_LOOK: usize = 256;
/// How long something that takes its time (a due timer, the feed) may last before it counts.
const GRACE: Duration = Duration::from_secs(4);
/// How long a promise counts as broken after it was last seen to be.
const REMEMBERED: Duration = Duration::from_mins(1);

/// How one promise stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseView {
    /// Its name.
    pub promise: &'static str,
    /// What is wrong; none when it holds.
    pub broken: Option<String>,
}

/// How the promises of one district stand.
#[derive(Debug, Default)]
pub(crate) struct Promises {
    broken: Mutex<BTreeMap<Promise, Found>>,
}

/// What was found, and when it was last seen; one that was caught in the act stays.
#[derive(Debug)]
struct Found {
    what: String,
    until: Option<TokioInstant>,
}

impl Promises {
    /// Something was caught that is over by now: it stays named until the next start.
    pub(crate) fn caught(&self, promise: Promise, what: String) {
        tracing::error!(
            promise.name = promise.as_str(),
            what,
            "A promise was broken"
        );
        self.lock().insert(promise, Found { what, until: None });
    }

    fn seen(&self, one: Broken) {
        let mut broken = self.lock();
        let Broken { promise, what } = one;
        match broken.get_mut(&promise) {
            Some(known) => {
                if known.until.is_some() {
                    known.until = Some(TokioInstant::now() + REMEMBERED);
                }
            }
            None => {
                tracing::error!(promise.name = promise.as_str(), what, "A promise is broken");
                let until = Some(TokioInstant::now() + REMEMBERED);
                broken.insert(promise, Found { what, until });
            }
        }
    }

    fn forget_old(&self) {
        let now = TokioInstant::now();
        self.lock()
            .retain(|_, found| found.until.is_none_or(|until| until > now));
    }

    /// A poisoned lock still holds what was found.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Promise, Found>> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DistrictHandle {
    /// How each promise stands, in their order.
    pub fn promises(&self) -> Vec<PromiseView> {
        let broken = self.shared.promises.lock();
        Promise::ALL
            .into_iter()
            .map(|promise| PromiseView {
                promise: promise.as_str(),
                broken: broken.get(&promise).map(|found| found.what.clone()),
            })
            .collect()
    }
}

/// Whether the program may ever give such fields to such a reader: a second judge beside the rule, that knows nothing of
/// the case.
pub(crate) fn may_ever_be_given(actor: &Actor, purpose: Purpose, kinds: &[PersonalKind]) -> bool {
    let has_name = kinds.contains(&PersonalKind::Name);
    match actor.role {
        Role::Street | Role::Command => true,
        Role::Patrol => kinds
            .iter()
            .all(|kind| matches!(kind, PersonalKind::Note | PersonalKind::Looks)),
        Role::Department => match actor.department.as_ref().map(|id| id.as_str()) {
            Some("police" | "health") => {
                !has_name
                    || matches!(
                        purpose,
                        Purpose::Lost | Purpose::Trafficking | Purpose::Treatment
                    )
            }
            Some("city_management" | "emergency") | None => kinds.is_empty(),
            Some(_) => true,
        },
        Role::Auditor | Role::Admin | Role::System => kinds.is_empty(),
    }
}

/// Looks again and again.
pub(crate) struct Watching {
    shared: Arc<Shared>,
    every: Duration,
    /// Where the active cases are gone on with.
    n_active: usize,
    /// After which case the others are gone on with.
    after: Option<CaseId>,
    /// Since when something lasts that may last a little.
    lasting: BTreeMap<(Promise, String), TokioInstant>,
    /// A head that the feed has to reach, and since when.
    feed_owes: (u64, TokioInstant),
}

impl Watching {
    pub(crate) fn new(shared: Arc<Shared>, every: Duration) -> Self {
        Self {
            shared,
            every,
            n_active: 0,
            after: None,
            lasting: BTreeMap::new(),
            feed_owes: (0, TokioInstant::now()),
        }
    }

    /// Looks until the district stops.
    pub(crate) async fn run(mut self) {
        loop {
            tokio::time::sleep(self.every).await;
            if self.shared.is_stopping() {
                return;
            }
            let published = self.shared.published.load_full();
            let mut broken = Vec::new();
            self.look_at_cases(&published.tables, &mut broken);
            self.look_at_what_lasts(&published.tables, &mut broken);
            self.look_at_disk(&published, &mut broken).await;
            for one in broken {
                self.shared.promises.seen(one);
            }
            self.shared.promises.forget_old();
        }
    }

    fn look_at_cases(&mut self, tables: &Tables, broken: &mut Vec<Broken>) {
        let active = tables.active.values().flatten();
        let mut n = 0;
        for id in active.skip(self.n_active).take(N_ACTIVE_A_LOOK) {
            n += 1;
            match tables.cases.get(id) {
                Some(case) => look_at_case(tables, case, broken),
                None => broken.push(Broken {
                    promise: Promise::FiguresAddUp,
                    what: format!("case {id} is listed and not there"),
                }),
            }
        }
        self.n_active = if n < N_ACTIVE_A_LOOK {
            0
        } else {
            self.n_active + n
        };
        let from = self
            .after
            .map_or(std::ops::Bound::Unbounded, std::ops::Bound::Excluded);
        let rest = tables.cases.range((from, std::ops::Bound::Unbounded));
        let mut last = None;
        for (id, case) in rest.take(N_OTHERS_A_LOOK) {
            look_at_case(tables, case, broken);
            last = Some(*id);
        }
        self.after = last;
    }

    /// What is due and what follows may take its time, but not long.
    fn look_at_what_lasts(&mut self, tables: &Tables, broken: &mut Vec<Broken>) {
        let now = TokioInstant::now();
        let mut lasting = Vec::new();
        look_at_time(tables, self.shared.now(), Span::from_secs(0), &mut lasting);
        let before = std::mem::take(&mut self.lasting);
        for one in lasting {
            let key = (one.promise, one.what.clone());
            let since = before.get(&key).copied().unwrap_or(now);
            if since + GRACE <= now {
                broken.push(one);
            }
            self.lasting.insert(key, since);
        }
        let (owed, since) = self.feed_owes;
        if self.shared.metrics.feed_head.get() >= owed {
            self.feed_owes = (tables.head, now);
        } else if since + GRACE <= now {
            let what = format!("the feed has not come to event {owed}");
            broken.push(Broken {
                promise: Promise::FeedFollows,
                what,
            });
        }
    }

    /// The disk has what is published; it may have more, which nobody was told yet.
    async fn look_at_disk(&self, published: &Published, broken: &mut Vec<Broken>) {
        let district = self.shared.id.as_str();
        match self.shared.journal.head(district).await {
            Ok(on_disk) => {
                let is_there = on_disk.seq > published.head.seq || on_disk == published.head;
                if !is_there || published.tables.head != published.head.seq {
                    let what = format!(
                        "the journal ends at {on_disk}, {} is published",
                        published.head
                    );
                    broken.push(Broken {
                        promise: Promise::NothingLost,
                        what,
                    });
                }
            }
            // A disk that does not answer is told by the commits.
            Err(fault) => {
                tracing::debug!(fault = %chain_of(&fault), "The head cannot be looked at");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::id::{AccountName, DepartmentId};

    use super::*;

    #[test]
    fn the_second_judge_knows_who_never_reads_what() {
        let reader = |role, department: Option<&str>| Actor {
            account: AccountName::from("a"),
            role,
            jurisdictions: BTreeSet::new(),
            department: department.map(DepartmentId::from),
            unit: None,
        };
        let (note, name) = ([PersonalKind::Note], [PersonalKind::Name]);
        let street = reader(Role::Street, None);
        let police = reader(Role::Department, Some("police"));
        let city = reader(Role::Department, Some("city_management"));
        for (actor, purpose, kinds, may) in [
            (&street, Purpose::Visit, &name, true),
            (&reader(Role::Patrol, None), Purpose::Visit, &note, true),
            (&reader(Role::Patrol, None), Purpose::Visit, &name, false),
            (&police, Purpose::Visit, &note, true),
            (&police, Purpose::Visit, &name, false),
            (&police, Purpose::Lost, &name, true),
            (&city, Purpose::Lost, &note, false),
            (&reader(Role::Admin, None), Purpose::Review, &note, false),
            (&reader(Role::Auditor, None), Purpose::Review, &note, false),
        ] {
            assert_eq!(may_ever_be_given(actor, purpose, kinds), may, "{actor:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_seen_again_is_forgotten_and_what_was_caught_stays() {
        let promises = Promises::default();
        promises.seen(Broken {
            promise: Promise::Owned,
            what: "a case".to_owned(),
        });
        promises.caught(Promise::PersonalInScope, "a read".to_owned());
        promises.forget_old();
        assert_eq!(promises.lock().len(), 2);
        tokio::time::advance(REMEMBERED).await;
        promises.forget_old();
        let left: Vec<Promise> = promises.lock().keys().copied().collect();
        assert_eq!(left, [Promise::PersonalInScope]);
    }
}
