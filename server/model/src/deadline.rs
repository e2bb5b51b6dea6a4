//! Deadlines: a time by which something must have happened, and the steps that fire when it has not.

use serde::{Deserialize, Serialize};

use crate::closed_list::closed_list;
use crate::id::{
    AccountName, CaseId, ColourChangeId, DepartmentId, EscalationId, HandOverId, HoldId,
    JurisdictionCode, NoticeId, PersonId, SignalId, TaskId, UnitId,
};
use crate::time::{Instant, Span};

closed_list! {
    /// The deadlines of a case.
    DeadlineKind {
        /// Somebody says "mine".
        Acknowledge = "acknowledge",
        /// Somebody is there.
        OnSite = "on_site",
        /// The first outcome.
        Outcome = "outcome",
        /// The next visit.
        Revisit = "revisit",
    }
}

/// One of the three ladders of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// From when it counts: acceptance, reopening, undo, split.
    pub from: Instant,
    /// Its length.
    pub length: Span,
    /// Due.
    pub by: Instant,
    /// When it was met.
    #[serde(default)]
    pub met_at: Option<Instant>,
    /// When it was missed.
    #[serde(default)]
    pub missed_at: Option<Instant>,
    /// The three steps, in order: 100 %, 150 %, 200 %.
    pub steps: Vec<LadderStep>,
}

/// One step of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LadderStep {
    /// When it fires.
    pub at: Instant,
    /// When it fired; it never fires again.
    #[serde(default)]
    pub fired_at: Option<Instant>,
}

impl Ladder {
    /// Whether nothing more can fire: met, or every step fired.
    pub fn is_done(&self) -> bool {
        self.met_at.is_some() || self.steps.iter().all(|step| step.fired_at.is_some())
    }

    /// The next step that has not fired, if the ladder still runs.
    pub fn next_step(&self) -> Option<(usize, Instant)> {
        if self.met_at.is_some() {
            return None;
        }
        self.steps
            .iter()
            .enumerate()
            .find(|(_, s)| s.fired_at.is_none())
            .map(|(i, s)| (i, s.at))
    }
}

/// The three ladders of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseDeadlines {
    /// Acknowledge.
    pub acknowledge: Ladder,
    /// On site.
    pub on_site: Ladder,
    /// First outcome.
    pub outcome: Ladder,
}

impl CaseDeadlines {
    /// The ladder of a kind; revisits have none.
    pub fn get(&self, kind: DeadlineKind) -> Option<&Ladder> {
        match kind {
            DeadlineKind::Acknowledge => Some(&self.acknowledge),
            DeadlineKind::OnSite => Some(&self.on_site),
            DeadlineKind::Outcome => Some(&self.outcome),
            DeadlineKind::Revisit => None,
        }
    }

    /// The ladder of a kind, to be changed.
    pub fn get_mut(&mut self, kind: DeadlineKind) -> Option<&mut Ladder> {
        match kind {
            DeadlineKind::Acknowledge => Some(&mut self.acknowledge),
            DeadlineKind::OnSite => Some(&mut self.on_site),
            DeadlineKind::Outcome => Some(&mut self.outcome),
            DeadlineKind::Revisit => None,
        }
    }

    /// The kinds that have ladders, in their order.
    pub const LADDERS: [DeadlineKind; 3] = [
        DeadlineKind::Acknowledge,
        DeadlineKind::OnSite,
        DeadlineKind::Outcome,
    ];
}

/// What a timer of the state is about. When it is due the runtime submits `DeadlineReached`; `decide` looks again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "timer")]
pub enum Timer {
    /// Cases wait to be re-graded after a change of colour.
    Regrade,
    /// A step of one of the three ladders of a case.
    CaseStep {
        /// The case.
        case_id: CaseId,
        /// Which ladder.
        kind: DeadlineKind,
    },
    /// The repeated call to the district duty leader for all untaken cases together.
    DutyCall,
    /// The repeated word that hands are short.
    CapacityRepeat,
    /// An offer that nobody took.
    OfferLapses {
        /// The task.
        task_id: TaskId,
    },
    /// A revisit becomes a task.
    RevisitDue {
        /// The case.
        case_id: CaseId,
    },
    /// A receiver has not confirmed.
    ReceiverUnconfirmed {
        /// The case.
        case_id: CaseId,
    },
    /// The thirty days without contact are over.
    FollowUpEnds {
        /// The case.
        case_id: CaseId,
    },
    /// A step of a department's ladder.
    EscalationStep {
        /// The escalation.
        escalation_id: EscalationId,
    },
    /// A department is asked once more after its own ETA.
    EscalationAskAgain {
        /// The escalation.
        escalation_id: EscalationId,
    },
    /// The colours of areas are looked at again.
    AreaLook,
    /// A change of colour was not confirmed.
    ConfirmLapses {
        /// The change.
        change_id: ColourChangeId,
    },
    /// A weather signal ends.
    SignalEnds {
        /// The signal.
        signal_id: SignalId,
    },
    /// A lone worker has not checked in.
    CheckInMissed {
        /// The unit.
        unit: UnitId,
    },
    /// A shift ends.
    ShiftEnds {
        /// The unit.
        unit: UnitId,
    },
    /// The other side was silent.
    HandOverLapses {
        /// The hand-over.
        hand_over_id: HandOverId,
    },
    /// A hold on beds ends.
    HoldEnds {
        /// The hold.
        hold_id: HoldId,
    },
    /// A person of special concern is due a visit.
    SpecialCare {
        /// The person.
        person_id: PersonId,
    },
    /// The details of a closed case have to be erased, or it has to be looked at when.
    Retention {
        /// The case.
        case_id: CaseId,
    },
    /// Personal fields that were taken under a warning of a street have to be erased.
    EmergencyData {
        /// The street.
        jurisdiction: JurisdictionCode,
    },
}

/// Whom a notice is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "to")]
pub enum Addressee {
    /// A patrol unit.
    Unit {
        /// The unit.
        unit: UnitId,
    },
    /// The duty leader of a unit; without a unit the street's duty.
    UnitLeader {
        /// The unit.
        unit: UnitId,
    },
    /// A department's desk.
    Department {
        /// The department.
        department: DepartmentId,
    },
    /// A department's duty leader.
    DepartmentLeader {
        /// The department.
        department: DepartmentId,
    },
    /// A department's named superior.
    DepartmentSuperior {
        /// The department.
        department: DepartmentId,
    },
    /// The duty officer of the command centre.
    DutyOfficer,
    /// The next officer, when the first did not confirm.
    NextOfficer,
    /// The district duty leader.
    DistrictDutyLeader,
    /// One account.
    Account {
        /// The account.
        account: AccountName,
    },
}

/// Something that somebody has to be told: queued until handed out, failed for good, or pointless.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its id: the key of the effect.
    pub id: NoticeId,
    /// Whom.
    pub addressee: Addressee,
    /// What about.
    pub about: NoticeAbout,
    /// The case, if it is about one (the most urgent, if about several).
    #[serde(default)]
    pub case_id: Option<CaseId>,
    /// The escalation, if it is about one.
    #[serde(default)]
    pub escalation_id: Option<EscalationId>,
    /// The task, if it is about one.
    #[serde(default)]
    pub task_id: Option<TaskId>,
    /// The unit, if it is about the safety of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Which deadline and which step (100, 150, 200 per cent; further calls 201), if a ladder called.
    #[serde(default)]
    pub step: Option<NoticeStep>,
    /// Every case that the call is about, when it is one call for several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseId>,
    /// When it was queued.
    pub queued_at: Instant,
    /// How it ended.
    #[serde(default)]
    pub ended: Option<NoticeEnd>,
    /// Whether it is a drill.
    #[serde(default)]
    pub drill: bool,
}

/// Which step of which deadline calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeStep {
    /// The deadline; absent for a department's ladder.
    #[serde(default)]
    pub deadline: Option<DeadlineKind>,
    /// 100, 150, 200; above that a repeated call.
    pub percent: u32,
}

closed_list! {
    /// What a notice is about.
    NoticeAbout {
        /// A task is offered.
        TaskOffered = "task_offered",
        /// A task was withdrawn or changed.
        TaskChanged = "task_changed",
        /// A department is asked to answer.
        EscalationOpened = "escalation_opened",
        /// A department is told, without having to answer.
        EscalationInformed = "escalation_informed",
        /// A ladder step fired.
        LadderStep = "ladder_step",
        /// Hands are short.
        CapacityShort = "capacity_short",
        /// A colour is to be confirmed.
        ConfirmColour = "confirm_colour",
        /// Closed without your answer.
        ClosedWithoutAnswer = "closed_without_answer",
        /// A danger sign was taken back.
        SignWithdrawn = "sign_withdrawn",
        /// A report is doubted or needs a person.
        NeedsPerson = "needs_person",
        /// A check-in was missed.
        CheckInMissed = "check_in_missed",
        /// Panic.
        Panic = "panic",
        /// A receiver has not confirmed.
        ReceiverUnconfirmed = "receiver_unconfirmed",
        /// A hand-over is offered, answered or came back.
        HandOver = "hand_over",
        /// A special-care visit is due.
        SpecialCareDue = "special_care_due",
        /// A shelter should open, or its guests have to choose.
        Shelter = "shelter",
    }
}

/// How a notice ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "end")]
pub enum NoticeEnd {
    /// A channel confirmed it.
    HandedOut {
        /// When.
        at: Instant,
        /// Which channel.
        channel: String,
    },
    /// No channel reached the person.
    Failed {
        /// When.
        at: Instant,
        /// Why.
        why: String,
    },
    /// It became pointless before it was handed out.
    Cancelled {
        /// When.
        at: Instant,
    },
}
