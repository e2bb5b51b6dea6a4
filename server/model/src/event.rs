//! Events: what happened. Each carries everything that `apply` stores; nothing is looked up again on replay.

use serde::{Deserialize, Serialize};

use crate::area::{ColourChange, StreetChange, WeatherSignal};
use crate::background::{
    Department, Hold, HoldEnd, Jurisdiction, Place, Resource, ResourceState, Shift, Unit,
};
use crate::case::{
    Case, ClosingDecision, Grade, HumanGrade, RetentionPlan, RevisitPlan, Standing, Subject, Taken,
};
use crate::command::{PersonalKind, Purpose};
use crate::deadline::{CaseDeadlines, DeadlineKind, Notice};
use crate::details::Details;
use crate::escalation::{
    DeclineReason, Escalation, EscalationEnd, EscalationReport, HandOver, HandOverAnswer,
};
use crate::grade::Tier;
use crate::id::{
    AccountName, CaseId, ColourChangeId, CommandId, DepartmentId, DistrictId, EscalationId,
    HandOverId, HoldId, JurisdictionCode, NoticeId, PersonId, PlaceId, PolicyId, RecordId,
    ResourceId, SightingId, SignalId, TaskId, UnitId,
};
use crate::outcome::{HandedTo, LegalBasis};
use crate::person::Person;
use crate::reason::Reason;
use crate::sighting::{Addition, EmergencyCall, Jurisdicted, Reply, SameAnswer, Sighting};
use crate::task::{RecordedOutcome, ReturnReason, Task};
use crate::time::Instant;

/// An event that `decide` made, before it has a place in the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// The command (or operation of an outbox) it belongs to.
    pub command_id: CommandId,
    /// When the sender wrote it down.
    pub recorded_at: Option<Instant>,
    /// HMAC of the command's content.
    pub content_tag: String,
    /// Who.
    pub actor: AccountName,
    /// The policy that judged.
    pub policy_id: PolicyId,
    /// Whether it is a drill.
    pub drill: bool,
    /// What.
    pub event: Event,
    /// Its erasable values.
    pub details: Details,
}

/// An event with its place in the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordedEvent {
    /// The district.
    pub district: DistrictId,
    /// Its place, from 1, without gaps.
    pub seq: u64,
    /// When it was decided; never earlier than the event before.
    pub at: Instant,
    /// The rest.
    pub new: NewEvent,
}

macro_rules! events {
    ($($(#[$meta:meta])* $variant:ident = $kind:literal { $($(#[$fmeta:meta])* $field:ident : $ty:ty),* $(,)? })+) => {
        /// Everything that can have happened in a district.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(tag = "kind")]
        pub enum Event {
            $($(#[$meta])* #[serde(rename = $kind)] $variant {
                $($(#[$fmeta])* $field: $ty),*
            }),+
        }

        impl Event {
            /// The dotted kind, as on the wire.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $kind),+ }
            }

            /// Reads the JSON of an event whose kind is known: without looking for the kind first, which would keep
            /// every value aside until it is found.
            ///
            /// # Errors
            /// When the text is no event of this kind, or the kind is unknown.
            pub fn read(kind: &str, text: &str) -> Result<Self, serde_json::Error> {
                match kind {
                    $($kind => {
                        #[derive(Deserialize)]
                        struct Fields { $($(#[$fmeta])* $field: $ty),* }
                        let Fields { $($field),* } = serde_json::from_str(text)?;
                        Ok(Self::$variant { $($field),* })
                    })+
                    unknown => Err(serde::de::Error::unknown_variant(unknown, Self::KINDS)),
                }
            }

            /// Every kind.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];
        }
    };
}

events! {
    /// A report was accepted.
    SightingAccepted = "sighting.accepted" {
        /// All of it.
        sighting: Box<Sighting>,
        /// Personal fields that came with it.
        personal: Vec<PersonalKind>,
    }
    /// Something was learnt later.
    SightingAdded = "sighting.added" {
        /// To which.
        sighting_id: SightingId,
        /// What.
        addition: Addition,
        /// Personal fields that came with it.
        personal: Vec<PersonalKind>,
    }
    /// The reporter answered whether it is the same person.
    SameAnswered = "sighting.same_answered" {
        /// Which.
        sighting_id: SightingId,
        /// Compared with.
        case_id: CaseId,
        /// The answer.
        answer: SameAnswer,
    }
    /// The other system's ticket was answered.
    SightingReplied = "sighting.replied" {
        /// Which.
        sighting_id: SightingId,
        /// Who, when.
        reply: Reply,
    }
    /// A case was opened.
    CaseOpened = "case.opened" {
        /// All of it.
        case: Box<Case>,
    }
    /// The grade changed (priority, warning level or tier), with the deadlines that go with it.
    CaseLevelChanged = "case.level_changed" {
        /// Which.
        case_id: CaseId,
        /// The new grade.
        grade: Box<Grade>,
        /// The ladders after it.
        deadlines: CaseDeadlines,
        /// The revisit after it.
        revisit: Option<RevisitPlan>,
        /// The policy it is graded under from now on.
        policy_id: PolicyId,
        /// The change of colour that caused it.
        change_id: Option<ColourChangeId>,
    }
    /// The tier rose: a ladder, a level or a person.
    CaseTierRaised = "case.tier_raised" {
        /// Which.
        case_id: CaseId,
        /// From.
        from: Tier,
        /// The grade with the new tier.
        grade: Box<Grade>,
    }
    /// A named person lowered the tier.
    CaseTierLowered = "case.tier_lowered" {
        /// Which.
        case_id: CaseId,
        /// From.
        from: Tier,
        /// The grade with the new tier.
        grade: Box<Grade>,
    }
    /// What named people decided about the grade, after this decision or its end.
    CaseDecided = "case.decided" {
        /// Which.
        case_id: CaseId,
        /// All decisions that stand.
        human: HumanGrade,
        /// Why.
        reason: String,
    }
    /// A sighting joined a case by itself.
    CaseJoined = "case.joined" {
        /// Which.
        case_id: CaseId,
        /// The sighting.
        sighting_id: SightingId,
        /// The subjects after it.
        subjects: Vec<Subject>,
        /// Why.
        reasons: Vec<Reason>,
        /// How the case stood: the reporter's answer is rebuilt from it years later.
        #[serde(default)]
        standing: Option<Box<Standing>>,
    }
    /// In follow-up from now on.
    CaseFollowedUp = "case.followed_up" {
        /// Which.
        case_id: CaseId,
        /// The next visits; absent while a receiver is awaited.
        revisit: Option<RevisitPlan>,
        /// When it closes without further contact.
        ends_at: Option<Instant>,
    }
    /// Open again.
    CaseReopened = "case.reopened" {
        /// Which.
        case_id: CaseId,
        /// The ladders from now.
        deadlines: CaseDeadlines,
        /// Why.
        reasons: Vec<Reason>,
    }
    /// Closed.
    CaseClosed = "case.closed" {
        /// Which.
        case_id: CaseId,
        /// The named decision, if one closed it.
        decision: Option<ClosingDecision>,
        /// Why.
        reason: String,
        /// Whether a review is open.
        review: bool,
    }
    /// The next visits changed.
    RevisitPlanned = "case.revisit_planned" {
        /// Which.
        case_id: CaseId,
        /// The plan.
        revisit: Option<RevisitPlan>,
    }
    /// A named person took it.
    CaseTaken = "case.taken" {
        /// Which.
        case_id: CaseId,
        /// Who.
        taken: Taken,
    }
    /// One case became part of another.
    CasesMerged = "case.merged" {
        /// The merged one.
        case_id: CaseId,
        /// Its survivor.
        into: CaseId,
        /// Every subject of the merged case with its number in the survivor.
        same: Vec<(u32, u32)>,
        /// The survivor's subjects after it.
        subjects: Vec<Subject>,
        /// The survivor's ladders after it: the earlier deadlines.
        deadlines: CaseDeadlines,
        /// Why.
        reason: String,
        /// The score, when there was one.
        reasons: Vec<Reason>,
    }
    /// A merge was undone; both sides as they stand after it.
    CasesUnmerged = "case.unmerged" {
        /// The survivor as it stands.
        survivor: Box<Case>,
        /// The case given back as it stands.
        case: Box<Case>,
        /// Ids of sightings, tasks and escalations that moved home.
        moved: Vec<uuid::Uuid>,
        /// Why.
        reason: String,
    }
    /// Sightings moved to another case; both sides as they stand after it.
    CaseSplit = "case.split" {
        /// From, as it stands.
        from: Box<Case>,
        /// To, as it stands; a new case when it was opened by this.
        to: Box<Case>,
        /// Whether `to` is new.
        opened: bool,
        /// The sightings.
        sightings: Vec<SightingId>,
        /// Ids of tasks and escalations that moved home.
        moved: Vec<uuid::Uuid>,
        /// Why.
        reason: String,
    }
    /// It is somewhere else.
    CaseRelocated = "case.relocated" {
        /// Which.
        case_id: CaseId,
        /// The street.
        jurisdiction: Jurisdicted,
        /// The place of the gazetteer.
        place_id: Option<PlaceId>,
        /// The record whose details say where.
        located_by: Option<RecordId>,
        /// Why.
        reason: String,
    }
    /// A note was written; its text is a personal field.
    CaseNoted = "case.noted" {
        /// Which.
        case_id: CaseId,
        /// Its record.
        record: RecordId,
        /// The task it belongs to.
        task_id: Option<TaskId>,
        /// Kinds of fields.
        personal: Vec<PersonalKind>,
    }
    /// Subjects were added, linked or changed.
    SubjectsChanged = "case.subjects_changed" {
        /// Which.
        case_id: CaseId,
        /// All of them after it.
        subjects: Vec<Subject>,
    }
    /// A call to 120 or 110.
    EmergencyCallRecorded = "case.emergency_call_recorded" {
        /// Which.
        case_id: CaseId,
        /// The call.
        call: EmergencyCall,
    }
    /// A deadline passed unmet.
    DeadlineMissed = "deadline.missed" {
        /// Which case.
        case_id: CaseId,
        /// Which deadline.
        deadline: DeadlineKind,
        /// It was due.
        by: Instant,
    }
    /// A step of a ladder fired (its calls and rises are events of their own).
    LadderStepFired = "deadline.step_fired" {
        /// Which case.
        case_id: CaseId,
        /// Which deadline.
        deadline: DeadlineKind,
        /// Steps fired, by index 0, 1, 2.
        steps: Vec<usize>,
        /// Why: rule and values.
        reasons: Vec<Reason>,
    }
    /// A deadline was met.
    DeadlineMet = "deadline.met" {
        /// Which case.
        case_id: CaseId,
        /// Which deadlines.
        deadlines: Vec<DeadlineKind>,
        /// When.
        met_at: Instant,
    }
    /// Somebody has to be told.
    DutyNotified = "duty.notified" {
        /// What, whom.
        notice: Box<Notice>,
    }
    /// The repeated call to the district duty leader is armed, moved or ended.
    DutyCallsSet = "duty.calls_set" {
        /// The next call; absent = none.
        next_at: Option<Instant>,
        /// Untaken cases that it is for from now on.
        joined: Vec<CaseId>,
        /// Cases that it is no longer for.
        left: Vec<CaseId>,
    }
    /// More work than hands.
    CapacityShort = "capacity.short" {
        /// Cases that wait.
        cases: Vec<CaseId>,
        /// The next word about it; absent = none more.
        next_at: Option<Instant>,
        /// Whom.
        notice: Option<Box<Notice>>,
    }
    /// A channel confirmed a notice.
    NoticeHandedOut = "notice.handed_out" {
        /// Which.
        notice_id: NoticeId,
        /// By which channel.
        channel: String,
    }
    /// No channel reached the person.
    NoticeFailed = "notice.failed" {
        /// Which.
        notice_id: NoticeId,
        /// Why.
        why: String,
    }
    /// Notices became pointless before they were handed out.
    NoticesCancelled = "notice.cancelled" {
        /// Which.
        notices: Vec<NoticeId>,
    }
    /// A task waits for a hand.
    TaskWaiting = "task.waiting" {
        /// All of it.
        task: Box<Task>,
    }
    /// A task is offered to a unit, or to a department.
    TaskOffered = "task.offered" {
        /// All of it.
        task: Box<Task>,
    }
    /// Taken.
    TaskAccepted = "task.accepted" {
        /// Which.
        task_id: TaskId,
        /// By which unit.
        unit: Option<UnitId>,
        /// When.
        accepted_at: Instant,
    }
    /// Set out.
    TaskDeparted = "task.departed" {
        /// Which.
        task_id: TaskId,
        /// When.
        departed_at: Instant,
    }
    /// There.
    TaskArrived = "task.arrived" {
        /// Which.
        task_id: TaskId,
        /// When.
        arrived_at: Instant,
    }
    /// An outcome.
    TaskOutcomeRecorded = "task.outcome_recorded" {
        /// Which.
        task_id: TaskId,
        /// What.
        outcome: Box<RecordedOutcome>,
        /// The case that was seen.
        case_id: Option<CaseId>,
        /// Whether the task is done with it.
        done: bool,
        /// The case's subjects after it.
        subjects: Vec<Subject>,
        /// When somebody was met.
        contact_at: Option<Instant>,
        /// When help was declined.
        refused_at: Option<Instant>,
    }
    /// Given back.
    TaskReturned = "task.returned" {
        /// Which.
        task_id: TaskId,
        /// Why.
        reason: ReturnReason,
    }
    /// An offer was not taken in time.
    OfferLapsed = "task.offer_lapsed" {
        /// Which.
        task_id: TaskId,
    }
    /// Not needed.
    TaskWithdrawn = "task.withdrawn" {
        /// Which.
        task_id: TaskId,
        /// Why.
        reasons: Vec<Reason>,
    }
    /// What the unit must mark seen.
    TaskAmended = "task.amended" {
        /// Which.
        task_id: TaskId,
        /// Kind of the event that changed it.
        cause: String,
        /// Deadlines after it.
        acknowledge_by: Option<Instant>,
        /// On site.
        on_site_by: Option<Instant>,
        /// Outcome.
        outcome_by: Option<Instant>,
    }
    /// Marked seen.
    TaskSeen = "task.seen" {
        /// Which.
        task_id: TaskId,
    }
    /// A department is asked.
    EscalationOpened = "escalation.opened" {
        /// All of it.
        escalation: Box<Escalation>,
    }
    /// An open one for an area is about more, or more streets, or a higher tier.
    EscalationWidened = "escalation.widened" {
        /// Which.
        escalation_id: EscalationId,
        /// The tier now.
        tier: Tier,
        /// Streets that joined.
        jurisdictions: Vec<JurisdictionCode>,
        /// Cases that joined.
        cases: Vec<CaseId>,
    }
    /// Told without having to answer.
    EscalationInformed = "escalation.informed" {
        /// All of it, `for_information`.
        escalation: Box<Escalation>,
    }
    /// "Mine", in time, late for its limit, or after its end (`late`).
    EscalationAcknowledged = "escalation.acknowledged" {
        /// Which.
        escalation_id: EscalationId,
        /// The name.
        name: String,
        /// When they will be there.
        eta: Option<Instant>,
        /// When the department is asked once more unless it reports.
        ask_again_at: Option<Instant>,
        /// Whether it came after the end and changes nothing.
        late: bool,
        /// A part only.
        part: Option<String>,
        /// Why not all.
        reason: Option<String>,
    }
    /// A step of a department's ladder fired (its call is an event of its own).
    EscalationStepFired = "escalation.step_fired" {
        /// Which.
        escalation_id: EscalationId,
        /// Steps fired, by index 0, 1, 2.
        steps: Vec<usize>,
    }
    /// The same department is asked once more.
    EscalationAskedAgain = "escalation.asked_again" {
        /// Which.
        escalation_id: EscalationId,
        /// Due.
        acknowledge_by: Instant,
        /// The ladder from 0 %.
        steps: Vec<crate::deadline::LadderStep>,
    }
    /// Progress, or complete.
    EscalationReported = "escalation.reported" {
        /// Which.
        escalation_id: EscalationId,
        /// What.
        report: EscalationReport,
    }
    /// Given to another department.
    EscalationTransferred = "escalation.transferred" {
        /// Which.
        escalation_id: EscalationId,
        /// To whom.
        to: DepartmentId,
        /// Why.
        reason: String,
    }
    /// No.
    EscalationDeclined = "escalation.declined" {
        /// Which.
        escalation_id: EscalationId,
        /// Why.
        reason: DeclineReason,
        /// In words.
        text: String,
    }
    /// Ended without an answer.
    EscalationEnded = "escalation.ended" {
        /// Which.
        escalation_id: EscalationId,
        /// How.
        ended: EscalationEnd,
    }
    /// A legal basis was named; the body that may act is asked.
    LegalBasisNamed = "case.legal_basis_named" {
        /// Which case.
        case_id: CaseId,
        /// The basis.
        basis: LegalBasis,
        /// Whom it is put before.
        department: DepartmentId,
    }
    /// A receiver confirmed, or is asked again later.
    ReceiverConfirmed = "case.receiver_confirmed" {
        /// Which case.
        case_id: CaseId,
        /// The subjects after it.
        subjects: Vec<Subject>,
        /// Who.
        by: HandedTo,
    }
    /// A receiver was not heard of; asked again later.
    ReceiverAsked = "case.receiver_asked" {
        /// Which case.
        case_id: CaseId,
        /// The subjects with their next time.
        subjects: Vec<Subject>,
    }
    /// A signal came in, new, changed or cancelled.
    SignalReceived = "weather.signal_received" {
        /// As quoted.
        signal: Box<WeatherSignal>,
    }
    /// A signal ended by its time.
    SignalEnded = "weather.signal_ended" {
        /// Which.
        signal_id: SignalId,
    }
    /// Colours changed: one signal, look or raise with all its streets.
    AreaWarningChanged = "area_warning.changed" {
        /// The change.
        change: Box<ColourChange>,
        /// Cases to re-grade, most urgent first.
        regrade: Vec<CaseId>,
    }
    /// Triggers or times changed, but no colour.
    AreaWarningLooked = "area_warning.looked" {
        /// The streets as they stand.
        streets: Vec<StreetChange>,
    }
    /// A proposed colour was confirmed.
    AreaWarningConfirmed = "area_warning.confirmed" {
        /// Which change.
        change_id: ColourChangeId,
    }
    /// It was not, and the next officer is asked.
    AreaConfirmLapsed = "area_warning.confirm_lapsed" {
        /// Which change.
        change_id: ColourChangeId,
        /// Until.
        confirm_by: Option<Instant>,
    }
    /// A case was looked at after a change of colour and needs nothing.
    CaseRegraded = "case.regraded" {
        /// Which.
        cases: Vec<CaseId>,
    }
    /// A person was opened.
    PersonOpened = "person.opened" {
        /// All of it.
        person: Box<Person>,
        /// Personal fields that came with it.
        personal: Vec<PersonalKind>,
    }
    /// Two persons are one.
    PersonsJoined = "person.joined" {
        /// This one.
        person_id: PersonId,
        /// Is that one.
        with: PersonId,
        /// Why.
        reason: String,
    }
    /// They are not.
    PersonsSeparated = "person.separated" {
        /// This one.
        person_id: PersonId,
        /// Why.
        reason: String,
    }
    /// A person was visited, or care was planned.
    PersonCared = "person.cared" {
        /// Whom.
        person_id: PersonId,
        /// A visit that was made.
        visited_at: Option<Instant>,
        /// The next that is due.
        next_due: Option<Instant>,
        /// When to look again.
        #[serde(default)]
        look_at: Option<Instant>,
        /// The case in which care goes on.
        case_id: Option<CaseId>,
    }
    /// A resource says how it is.
    ResourceStateChanged = "resource.state_changed" {
        /// Which.
        resource: ResourceId,
        /// How.
        state: ResourceState,
        /// The keeper's task that is done, or not needed any more, with it.
        #[serde(default)]
        ends_task: Option<TaskId>,
    }
    /// Beds are held.
    HoldMade = "hold.made" {
        /// All of it.
        hold: Hold,
    }
    /// A hold ended.
    HoldEnded = "hold.ended" {
        /// Which.
        hold_id: HoldId,
        /// How.
        end: HoldEnd,
    }
    /// A shift started.
    ShiftStarted = "shift.started" {
        /// All of it.
        shift: Shift,
    }
    /// "I am safe."
    ShiftCheckedIn = "shift.checked_in" {
        /// Which unit.
        unit: UnitId,
        /// The next.
        next_by: Option<Instant>,
    }
    /// A check-in was missed.
    CheckInMissed = "shift.check_in_missed" {
        /// Which unit.
        unit: UnitId,
    }
    /// A shift ended.
    ShiftEnded = "shift.ended" {
        /// Which unit.
        unit: UnitId,
    }
    /// Help me.
    PanicRaised = "panic.raised" {
        /// Which unit.
        unit: UnitId,
    }
    /// A place was looked at; nobody was there.
    PlaceLooked = "place.looked" {
        /// Where.
        place: PlaceId,
        /// By which unit.
        unit: Option<UnitId>,
    }
    /// A hand-over was offered.
    HandOverOffered = "hand_over.offered" {
        /// All of it.
        hand_over: HandOver,
    }
    /// A hand-over came in from another district hosted here.
    HandOverReceived = "hand_over.received" {
        /// All of it.
        hand_over: HandOver,
    }
    /// A hand-over was answered, or nobody answered in time.
    HandOverAnswered = "hand_over.answered" {
        /// Which.
        hand_over_id: HandOverId,
        /// How.
        answer: HandOverAnswer,
    }
    /// Personal fields were read.
    PersonalRead = "personal.read" {
        /// Whose case.
        case_id: CaseId,
        /// Why.
        purpose: Purpose,
        /// Which kinds were given out.
        kinds: Vec<PersonalKind>,
    }
    /// Drill on or off.
    DrillSwitched = "drill.switched" {
        /// On.
        on: bool,
        /// Why.
        reason: String,
    }
    /// A policy was adopted.
    PolicyAdopted = "policy.adopted" {
        /// Which.
        policy_id: PolicyId,
    }
    /// Streets were adopted.
    JurisdictionsAdopted = "jurisdictions.adopted" {
        /// All of them.
        jurisdictions: Vec<Jurisdiction>,
        /// Hash of the boundary set.
        boundaries: Option<String>,
    }
    /// Places were imported.
    PlacesImported = "place.imported" {
        /// New or changed rows.
        places: Vec<Place>,
    }
    /// Units were imported.
    UnitsImported = "unit.imported" {
        /// New or changed rows.
        units: Vec<Unit>,
    }
    /// Departments were imported.
    DepartmentsImported = "department.imported" {
        /// New or changed rows.
        departments: Vec<Department>,
    }
    /// Resources were imported.
    ResourcesImported = "resource.imported" {
        /// New or changed rows.
        resources: Vec<Resource>,
    }
    /// Two acted on the same thing while one was offline.
    OperationLabelled = "sync.labelled" {
        /// The operation.
        operation: CommandId,
        /// The case, if one is concerned.
        case_id: Option<CaseId>,
        /// `parallel` or `conflict`.
        label: crate::event::SyncLabel,
    }
    /// Details were erased.
    DetailsErased = "details.erased" {
        /// Which records.
        records: Vec<RecordId>,
        /// The cases whose time was over; empty when records were named.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cases: Vec<CaseId>,
        /// On which ground.
        ground: String,
        /// Who decided it, by name; empty when time did.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        named: Vec<String>,
    }
    /// Personal fields were erased before the details: a warning under which they were taken is long over.
    PersonalErased = "personal.erased" {
        /// Which records.
        records: Vec<RecordId>,
        /// Their cases.
        cases: Vec<CaseId>,
        /// The street of the warning.
        jurisdiction: JurisdictionCode,
        /// When the warning ended.
        ended_at: Instant,
    }
    /// When the details of closed cases are erased.
    RetentionPlanned = "case.retention_planned" {
        /// Each case with its time.
        plans: Vec<PlannedRetention>,
    }
}

/// When the details of one case are erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedRetention {
    /// The case.
    pub case_id: CaseId,
    /// When.
    pub plan: RetentionPlan,
}

crate::closed_list::closed_list! {
    /// What became of an operation that was made without knowing the latest.
    SyncLabel {
        /// Nothing to see.
        Clean = "clean",
        /// Both kept.
        Parallel = "parallel",
        /// A person decides.
        Conflict = "conflict",
    }
}
