//! Couriers hand out what is queued: driven by the state, so that a start continues what a crash interrupted. What came
//! of it goes back as a command whose id follows from the notice, so that a second try changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dispatch::Tables;
use dispatch::effect::command_id_of;
use imbl::OrdSet;
use imbl::ordset::DiffItem;
use model::actor::{Actor, Role};
use model::command::Command;
use model::deadline::{Addressee, Notice};
use model::id::{CommandId, NoticeId};
use notify::channel::{Channel, Delivery};
use notify::live_page::LivePage;
use tokio::sync::{Notify, watch};

use crate::config::RuntimeConfig;
use crate::handle::Shared;
use crate::submission::{Submission, SubmitError};

/// How long to wait before a result that the disk did not take is handed in again.
const RETRY: Duration = Duration::from_millis(500);

/// Who has a page open.
#[derive(Debug, Default)]
pub struct Presence {
    present: Mutex<BTreeMap<u64, Actor>>,
    entered: Notify,
}

impl Presence {
    pub(crate) fn enter(&self, connection: u64, actor: Actor) {
        self.lock().insert(connection, actor);
        self.entered.notify_one();
    }

    pub(crate) fn leave(&self, connection: u64) {
        self.lock().remove(&connection);
    }

    /// Whether somebody who answers for an addressee has a page open.
    pub fn is_present(&self, tables: &Tables, addressee: &Addressee) -> bool {
        self.lock()
            .values()
            .any(|actor| answers(tables, actor, addressee))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, Actor>> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an actor is, or stands for, an addressee. Until there are rosters an addressee is a duty role.
pub fn answers(tables: &Tables, actor: &Actor, addressee: &Addressee) -> bool {
    match addressee {
        Addressee::Unit { unit } => actor.unit.as_ref() == Some(unit),
        Addressee::UnitLeader { unit } => {
            match tables
                .units
                .get(unit)
                .and_then(|known| known.jurisdiction.as_ref())
            {
                Some(street) => actor.role == Role::Street && actor.jurisdictions.contains(street),
                None => actor.role == Role::Command,
            }
        }
        Addressee::Department { department }
        | Addressee::DepartmentLeader { department }
        | Addressee::DepartmentSuperior { department } => actor.answers_for(department),
        Addressee::DutyOfficer | Addressee::NextOfficer | Addressee::DistrictDutyLeader => {
            actor.role == Role::Command
        }
        Addressee::Account { account } => actor.account == *account,
    }
}

/// What came of a notice and is not yet in the journal.
#[derive(Clone, Debug)]
enum Outcome {
    HandedOut { channel: &'static str },
    Failed { why: String },
}

/// Hands out the notices of one district.
pub(crate) struct Couriers {
    shared: Arc<Shared>,
    channels: Vec<Arc<dyn Channel>>,
    head: watch::Receiver<u64>,
    /// What was queued when it was looked at last; only the difference is looked at again.
    seen: OrdSet<NoticeId>,
    /// Notices to be tried.
    to_try: BTreeSet<NoticeId>,
    /// Notices that wait for a page of their addressee.
    waiting: BTreeSet<NoticeId>,
    /// Notices whose end is known here and not yet in the journal.
    ended: BTreeMap<NoticeId, Outcome>,
    #[cfg_attr(
        not(feature = "planted"),
        expect(dead_code, reason = "only mistakes made on purpose are set here")
    )]
    config: RuntimeConfig,
    #[cfg(feature = "planted")]
    n_tries: u128,
}

impl Couriers {
    pub(crate) fn new(
        shared: Arc<Shared>,
        mut channels: Vec<Arc<dyn Channel>>,
        config: RuntimeConfig,
    ) -> Self {
        let page = Arc::clone(&shared);
        channels.push(Arc::new(LivePage(move |addressee: &Addressee| {
            page.presence
                .is_present(&page.published.load().tables, addressee)
        })));
        let head = shared.head.subscribe();
        Self {
            shared,
            channels,
            head,
            seen: OrdSet::new(),
            to_try: BTreeSet::new(),
            waiting: BTreeSet::new(),
            ended: BTreeMap::new(),
            config,
            #[cfg(feature = "planted")]
            n_tries: 0,
        }
    }

    /// Runs until the district stops.
    pub(crate) async fn run(mut self) {
        loop {
            let retry = !self.work().await;
            let shared = Arc::clone(&self.shared);
            tokio::select! {
                biased;
                changed = self.head.changed() => if changed.is_err() { return },
                () = shared.presence.entered.notified() => self.to_try.append(&mut self.waiting),
                () = tokio::time::sleep(RETRY), if retry => {}
            }
        }
    }

    /// Hands out everything that can be handed out now; false when a result could not be written down.
    async fn work(&mut self) -> bool {
        let tables = self.shared.published.load().tables.clone();
        self.shared
            .metrics
            .n_notices_queued
            .set(u64::try_from(tables.queued.len()).unwrap_or(u64::MAX));
        for change in self.seen.clone().diff(&tables.queued) {
            match change {
                DiffItem::Add(id) => {
                    self.to_try.insert(*id);
                }
                DiffItem::Remove(id) => {
                    self.to_try.remove(id);
                    self.waiting.remove(id);
                    self.ended.remove(id);
                }
            }
        }
        self.seen = tables.queued.clone();
        let mut todo: Vec<Arc<Notice>> = std::mem::take(&mut self.to_try)
            .iter()
            .filter(|id| !self.ended.contains_key(id))
            .filter_map(|id| tables.notices.get(id).cloned())
            .collect();
        todo.sort_by_key(|notice| (notice.queued_at, notice.id));
        for notice in todo {
            // It may have been cancelled while the ones before it were handed out.
            if self
                .shared
                .published
                .load()
                .tables
                .queued
                .contains(&notice.id)
            {
                self.hand_out(&notice).await;
            }
        }
        self.report().await
    }

    async fn hand_out(&mut self, notice: &Notice) {
        let mut failures: Vec<String> = Vec::new();
        let mut may_be_reached = false;
        for channel in self.channels.clone() {
            match channel.deliver(self.key_of(notice), notice).await {
                Ok(Delivery::Delivered) => {
                    self.ended.insert(
                        notice.id,
                        Outcome::HandedOut {
                            channel: channel.name(),
                        },
                    );
                    return;
                }
                Ok(Delivery::NotNow) => may_be_reached = true,
                Ok(Delivery::Noted) => {}
                Err(fault) => failures.push(format!("{}: {fault}", channel.name())),
            }
        }
        if may_be_reached || failures.is_empty() {
            self.waiting.insert(notice.id);
        } else {
            let why = failures.join("; ");
            self.ended.insert(notice.id, Outcome::Failed { why });
        }
    }

    /// The key that a channel sees: the same at every try.
    #[cfg_attr(
        not(feature = "planted"),
        expect(clippy::unused_self, reason = "the key is the notice's")
    )]
    fn key_of(&mut self, notice: &Notice) -> uuid::Uuid {
        #[cfg(feature = "planted")]
        if self
            .config
            .plants(crate::config::Planted::EffectUnderNewKey)
        {
            self.n_tries += 1;
            return uuid::Uuid::from_u128(notice.id.0.as_u128().wrapping_add(self.n_tries));
        }
        notice.id.0
    }

    /// Writes down what came of the notices; false when the disk did not take one of them.
    async fn report(&mut self) -> bool {
        let mut all = true;
        for (id, outcome) in self.ended.clone() {
            let (step, command) = match outcome {
                Outcome::HandedOut { channel } => {
                    self.shared.metrics.n_notices_handed_out.count();
                    let channel = channel.to_owned();
                    (
                        "handed_out",
                        Command::NoticeHandedOut {
                            notice_id: id,
                            channel,
                        },
                    )
                }
                Outcome::Failed { why } => {
                    self.shared.metrics.n_notices_failed.count();
                    tracing::warn!(notice.id = %id, why, "Nobody could be reached with a notice");
                    ("failed", Command::NoticeFailed { notice_id: id, why })
                }
            };
            let command_id: CommandId = command_id_of(id.0, step);
            let submission = Submission::new(command_id, Actor::system(), command);
            match self.shared.submit_internal(submission).await {
                // A refusal means that the notice ended otherwise meanwhile.
                Ok(_) | Err(SubmitError::Refused(_)) => {
                    self.ended.remove(&id);
                    if self.seen.contains(&id) {
                        self.waiting.insert(id);
                    }
                }
                Err(SubmitError::Unavailable(_)) => all = false,
            }
        }
        all
    }
}
