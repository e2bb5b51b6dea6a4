//! Commands: what somebody wants done, in one envelope with who, when and under which id.
//!
//! The payloads are the bodies of `wire.md` without their personal fields (note, looks, names), which the inbox takes
//! off before a command reaches the core.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use spatial::crs::DeclaredPosition;
use utoipa::ToSchema;

use crate::actor::Actor;
use crate::area::WeatherSignal;
use crate::background::{Department, Jurisdiction, Place, Resource, Unit};
use crate::case::ClosingDecision;
use crate::closed_list::closed_list;
use crate::deadline::Timer;
use crate::escalation::DeclineReason;
use crate::grade::{Level, Priority, Tier};
use crate::id::{
    CaseId, CommandId, DepartmentId, DistrictId, EscalationId, HandOverId, HoldId,
    JurisdictionCode, NoticeId, PersonId, PlaceId, PolicyId, RecordId, ResourceId, SightingId,
    TaskId, UnitId,
};
use crate::outcome::Outcome;
use crate::person::NameQuality;
use crate::sighting::{EmergencyCall, SameAnswer};
use crate::sign::{AgeBand, PlaceLevel, Sex, Sign, Source};
use crate::task::ReturnReason;
use crate::time::Instant;

closed_list! {
    /// A kind of personal field; never in the core.
    PersonalKind {
        /// What somebody wrote.
        Note = "note",
        /// What somebody looks like.
        Looks = "looks",
        /// A name.
        Name = "name",
        /// A photo.
        Photo = "photo",
    }
}

closed_list! {
    /// Why personal fields are read.
    Purpose {
        /// To find somebody again.
        FindAgain = "find_again",
        /// For a visit.
        Visit = "visit",
        /// For treatment.
        Treatment = "treatment",
        /// To identify.
        Identify = "identify",
        /// Somebody lost.
        Lost = "lost",
        /// Trafficking.
        Trafficking = "trafficking",
        /// A hand-over.
        HandOver = "hand_over",
        /// A review.
        Review = "review",
    }
}

/// A command with everything around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Made by the sender; a repeat gets the first answer again.
    pub id: CommandId,
    /// Who.
    pub actor: Actor,
    /// When the sender wrote it down, if not now.
    pub recorded_at: Option<Instant>,
    /// What the sender had seen of the thing that it touches.
    pub seen_seq: Option<u64>,
    /// HMAC over the parsed content, hexadecimal.
    pub content_tag: String,
    /// Which personal fields came with it.
    pub personal: BTreeSet<PersonalKind>,
    /// What.
    pub command: Command,
}

/// Everything that can be asked of a district's core.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "command")]
pub enum Command {
    /// A report.
    ReportSighting(ReportSighting),
    /// What is learnt later.
    AddToSighting {
        /// Which sighting.
        sighting_id: SightingId,
        /// What.
        addition: AdditionBody,
    },
    /// The reporter's answer to `may_duplicate`.
    AnswerSame {
        /// Which sighting.
        sighting_id: SightingId,
        /// Compared with.
        case_id: CaseId,
        /// The answer.
        answer: SameAnswer,
    },
    /// The other system's ticket was answered.
    ReplyToSighting {
        /// Which sighting.
        sighting_id: SightingId,
        /// Who answered.
        name: String,
        /// When; absent = now.
        at: Option<Instant>,
    },
    /// "I go."
    AcceptTask {
        /// Which.
        task_id: TaskId,
    },
    /// Set out.
    DepartTask {
        /// Which.
        task_id: TaskId,
    },
    /// There.
    ArriveTask {
        /// Which.
        task_id: TaskId,
    },
    /// What came of it.
    RecordOutcome {
        /// Which.
        task_id: TaskId,
        /// What.
        outcome: Outcome,
    },
    /// Given back.
    ReturnTask {
        /// Which.
        task_id: TaskId,
        /// Why.
        reason: ReturnReason,
    },
    /// The change was seen.
    SeeTask {
        /// Which.
        task_id: TaskId,
    },
    /// A named person raises.
    RaiseCase {
        /// Which.
        case_id: CaseId,
        /// To what.
        to: GradeDecision,
    },
    /// A named person lowers.
    LowerCase {
        /// Which.
        case_id: CaseId,
        /// To what.
        to: GradeDecision,
    },
    /// Send this unit.
    AssignUnit {
        /// Which.
        case_id: CaseId,
        /// Whom.
        unit: UnitId,
        /// Why.
        reason: String,
    },
    /// "Mine", without a unit.
    TakeCase {
        /// Which.
        case_id: CaseId,
        /// The name.
        name: String,
        /// Why.
        reason: String,
    },
    /// One case becomes part of another.
    MergeCases {
        /// The case that is merged.
        case_id: CaseId,
        /// Its survivor.
        into: CaseId,
        /// Pairs of subjects: (of the merged, of the survivor); empty = n-th with n-th.
        same: Vec<(u32, u32)>,
        /// Why.
        reason: String,
    },
    /// A merge is undone.
    UnmergeCase {
        /// The survivor.
        survivor: CaseId,
        /// The case to give back.
        case_id: CaseId,
        /// Ids of sightings, tasks and escalations made while merged that go with it.
        take: Vec<uuid::Uuid>,
        /// Why.
        reason: String,
    },
    /// Sightings move to a case of their own, or to another.
    SplitCase {
        /// From.
        case_id: CaseId,
        /// Which.
        sightings: Vec<SightingId>,
        /// To; absent = a new case.
        to_case: Option<CaseId>,
        /// Why.
        reason: String,
    },
    /// A case is somewhere else.
    RelocateCase {
        /// Which.
        case_id: CaseId,
        /// Where.
        to: Relocation,
    },
    /// A note; the text is a personal field.
    NoteCase {
        /// Which.
        case_id: CaseId,
    },
    /// Close by hand.
    CloseCase {
        /// Which.
        case_id: CaseId,
        /// Why.
        reason: String,
        /// A closing outcome for all subjects.
        outcome: Option<crate::outcome::OutcomeKind>,
        /// A named decision.
        decision: Option<ClosingDecision>,
    },
    /// Somebody called 120 or 110.
    RecordEmergencyCall {
        /// Which.
        case_id: CaseId,
        /// The call.
        call: EmergencyCall,
    },
    /// Offer a case to another district or organisation.
    OfferHandOver {
        /// Which.
        case_id: CaseId,
        /// To whom.
        to: String,
        /// Why.
        reason: String,
    },
    /// Answer to a hand-over, typed by the caller where the other side has no system.
    AnswerHandOver {
        /// Which.
        hand_over_id: HandOverId,
        /// Whether it is taken.
        accept: bool,
        /// Who says so.
        name: String,
    },
    /// Another district hosted here offers a case.
    ReceiveHandOver {
        /// The same id as there.
        hand_over_id: HandOverId,
        /// From.
        from_district: DistrictId,
        /// The report that opens the case here.
        report: Box<ReportSighting>,
        /// Why.
        reason: String,
    },
    /// The receiving place confirms.
    RecordArrivals {
        /// Which.
        case_id: CaseId,
        /// Which subjects; empty = all.
        subjects: Vec<u32>,
        /// The organisation.
        organisation: String,
        /// Who confirms.
        name: String,
        /// When.
        at: Option<Instant>,
    },
    /// Add a subject or link one to a person.
    SetSubject {
        /// Which case.
        case_id: CaseId,
        /// What.
        subject: SubjectBody,
    },
    /// Open a person; name and looks are personal fields.
    OpenPerson {
        /// Their id.
        person_id: PersonId,
        /// How sure the name is.
        name_quality: NameQuality,
        /// Age.
        age_band: AgeBand,
        /// 特殊关爱对象
        special_care: bool,
    },
    /// Two persons are one.
    JoinPersons {
        /// This one.
        person_id: PersonId,
        /// Is that one.
        with: PersonId,
        /// Why.
        reason: String,
    },
    /// They are not.
    SeparatePersons {
        /// This one.
        person_id: PersonId,
        /// Why.
        reason: String,
    },
    /// A department says "mine".
    AcknowledgeEscalation {
        /// Which.
        escalation_id: EscalationId,
        /// The name.
        name: String,
        /// Minutes until they are there.
        eta_min: Option<u32>,
    },
    /// Progress.
    ReportEscalation {
        /// Which.
        escalation_id: EscalationId,
        /// The text.
        text: String,
    },
    /// Done.
    CompleteEscalation {
        /// Which.
        escalation_id: EscalationId,
        /// The text.
        text: String,
    },
    /// Yes, to a part.
    AcceptPart {
        /// Which.
        escalation_id: EscalationId,
        /// The name.
        name: String,
        /// Which part.
        part: String,
        /// Why not all.
        reason: String,
    },
    /// Another department should.
    TransferEscalation {
        /// Which.
        escalation_id: EscalationId,
        /// To whom.
        to: DepartmentId,
        /// Why.
        reason: String,
    },
    /// No.
    DeclineEscalation {
        /// Which.
        escalation_id: EscalationId,
        /// Why.
        reason: DeclineReason,
        /// In words.
        text: String,
    },
    /// An official signal or a forecast.
    ReceiveSignal(WeatherSignal),
    /// Raise the colour of a street.
    RaiseArea {
        /// Which.
        jurisdiction: JurisdictionCode,
        /// To.
        level: Level,
        /// Until.
        until: Option<Instant>,
        /// Why.
        reason: String,
    },
    /// Lower the colour of a street.
    LowerArea {
        /// Which.
        jurisdiction: JurisdictionCode,
        /// To.
        level: Level,
        /// Why.
        reason: String,
    },
    /// Confirm the colour that the system proposed.
    ConfirmArea {
        /// A street of the change.
        jurisdiction: JurisdictionCode,
    },
    /// A keeper says how it is.
    SetResourceState {
        /// Which.
        resource: ResourceId,
        /// Open or closed.
        open: bool,
        /// Free beds.
        beds_free: Option<u32>,
        /// Guests inside who have not chosen where to go.
        n_guests: Option<u32>,
    },
    /// Hold beds.
    HoldBeds {
        /// Where.
        resource: ResourceId,
        /// For which case.
        case_id: CaseId,
        /// How many.
        n: u32,
        /// Until.
        until: Instant,
    },
    /// They came.
    ArriveHold {
        /// Which.
        hold_id: HoldId,
    },
    /// Not needed.
    ReleaseHold {
        /// Which.
        hold_id: HoldId,
    },
    /// A shift starts.
    StartShift {
        /// Planned end.
        ends_at: Option<Instant>,
        /// Whether the worker is alone and checks in.
        lone: bool,
    },
    /// "I am safe."
    CheckIn,
    /// A shift ends.
    EndShift,
    /// Help me.
    RaisePanic,
    /// Looked, nobody here.
    LookAtPlace {
        /// Where.
        place: PlaceId,
    },
    /// Drill on or off.
    SwitchDrill {
        /// On.
        on: bool,
        /// Why.
        reason: String,
    },
    /// Adopt a policy of the book.
    AdoptPolicy {
        /// Which.
        policy_id: PolicyId,
    },
    /// Streets, with what is known of them. Boundaries themselves are stored by hash.
    AdoptJurisdictions {
        /// All of them.
        jurisdictions: Vec<Jurisdiction>,
        /// Hash of the boundary set; absent when there is none.
        boundaries: Option<String>,
    },
    /// Places: new or replaced.
    ImportPlaces {
        /// Rows.
        places: Vec<Place>,
    },
    /// Units: new or replaced.
    ImportUnits {
        /// Rows.
        units: Vec<Unit>,
    },
    /// Departments: new or replaced.
    ImportDepartments {
        /// Rows.
        departments: Vec<Department>,
    },
    /// Resources: new or replaced.
    ImportResources {
        /// Rows.
        resources: Vec<Resource>,
    },
    /// A read of personal fields; logged before anything is given out.
    ReadPersonal {
        /// Whose case.
        case_id: CaseId,
        /// Why.
        purpose: Purpose,
    },
    /// The outbox of a phone: decided in order, drawn once at the end.
    Sync {
        /// Which device.
        device: String,
        /// Sent.
        sent_at: Instant,
        /// In the device's order.
        operations: Vec<Operation>,
    },
    /// A timer of the state is due.
    DeadlineReached {
        /// Which.
        timer: Timer,
        /// For when.
        due: Instant,
    },
    /// A channel confirmed a notice.
    NoticeHandedOut {
        /// Which.
        notice_id: NoticeId,
        /// By which channel.
        channel: String,
    },
    /// No channel reached the person.
    NoticeFailed {
        /// Which.
        notice_id: NoticeId,
        /// Why.
        why: String,
    },
    /// A person gets what is kept of them: the read is written down in each of their cases before anything is opened.
    HandOutPerson {
        /// Who.
        person_id: PersonId,
    },
    /// A person is forgotten: two named people decided it.
    ErasePerson {
        /// Who.
        person_id: PersonId,
        /// By whom.
        named: Vec<String>,
        /// On which ground.
        ground: String,
    },
    /// Details are forgotten.
    EraseDetails {
        /// Which records.
        records: Vec<RecordId>,
        /// On which ground.
        ground: String,
    },
}

impl Command {
    /// The record under whose key the personal fields of a command are sealed: of the report, the addition or the
    /// person, else one of the command's own. `id` is the command's (or operation's) id.
    pub fn record(&self, id: CommandId) -> RecordId {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "every other command has a record of its own"
        )]
        match self {
            Self::ReportSighting(report) => report.id.into(),
            Self::AddToSighting { addition, .. } => addition.id.unwrap_or(RecordId(id.0)),
            Self::OpenPerson { person_id, .. } => RecordId(person_id.0),
            Self::ReceiveHandOver { report, .. } => report.id.into(),
            _ => RecordId(id.0),
        }
    }
}

/// A report, as in `wire.md`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportSighting {
    /// Made by the reporter; from the path.
    #[serde(skip_deserializing, default = "nil_sighting")]
    #[schema(ignore)]
    pub id: SightingId,
    /// Where.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub position: Option<DeclaredPosition>,
    /// When.
    pub seen_at: Instant,
    /// What.
    pub signs: Vec<Sign>,
    /// How many people.
    pub n_people: u32,
    /// That many or more.
    #[serde(default)]
    pub more_people: bool,
    /// Where, in words.
    #[serde(default)]
    pub place: Option<PlaceBody>,
    /// What was seen of the people; looks are taken off before.
    #[serde(default)]
    pub description: Option<Description>,
    /// From where.
    pub source: Source,
    /// The other system's ticket.
    #[serde(default)]
    pub source_ref: Option<String>,
    /// The other system's time for an answer.
    #[serde(default)]
    pub reply_by: Option<Instant>,
    /// The visit that the report carries.
    #[serde(default)]
    pub task: Option<OwnVisit>,
    /// Calls made.
    #[serde(default)]
    pub emergency_calls: Vec<EmergencyCall>,
    /// Made without signal.
    #[serde(default)]
    pub offline: bool,
    /// When the device wrote it down.
    #[serde(default)]
    pub recorded_at: Option<Instant>,
    /// The device's count.
    #[serde(default)]
    pub device_seq: Option<u64>,
    /// A drill.
    #[serde(default)]
    pub drill: bool,
    /// History; only an import sets it.
    #[serde(skip_deserializing, default)]
    #[schema(ignore)]
    pub history: bool,
}

const fn nil_sighting() -> SightingId {
    SightingId(uuid::Uuid::nil())
}

/// A place as a reporter gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlaceBody {
    /// Of the gazetteer.
    pub id: Option<PlaceId>,
    /// In words.
    pub name: Option<String>,
    /// How high or low.
    pub level: Option<PlaceLevel>,
}

/// What was seen of the people, in bands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Description {
    /// Sex.
    pub sex: Option<Sex>,
    /// Age.
    pub age_band: Option<AgeBand>,
}

/// A visit that the reporter made for themself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnVisit {
    /// Its task id.
    pub id: TaskId,
    /// `accepted`, `departed` or `arrived`.
    pub state: crate::task::TaskState,
}

/// An addition, as in `wire.md`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdditionBody {
    /// Made by the sender; also its record. Absent: the server makes one.
    #[serde(default)]
    pub id: Option<RecordId>,
    /// Signs seen now.
    #[serde(default)]
    pub signs_added: Vec<Sign>,
    /// Signs taken back.
    #[serde(default)]
    pub signs_withdrawn: Vec<Sign>,
    /// A corrected number.
    #[serde(default)]
    pub n_people: Option<u32>,
    /// A place.
    #[serde(default)]
    pub place: Option<PlaceBody>,
    /// A better position.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub position: Option<DeclaredPosition>,
    /// Bands.
    #[serde(default)]
    pub description: Option<Description>,
    /// Calls made meanwhile.
    #[serde(default)]
    pub emergency_calls: Vec<EmergencyCall>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What a named person decides about a grade; at least one axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GradeDecision {
    /// Tier.
    #[serde(default)]
    pub tier: Option<Tier>,
    /// Priority.
    #[serde(default)]
    pub priority: Option<Priority>,
    /// Warning level.
    #[serde(default)]
    pub warning_level: Option<Level>,
    /// Why.
    pub reason: String,
}

/// Where a case really is; exactly one of the three.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Relocation {
    /// A place.
    #[serde(default)]
    pub place: Option<PlaceBody>,
    /// A position.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub position: Option<DeclaredPosition>,
    /// A street.
    #[serde(default)]
    pub jurisdiction: Option<JurisdictionCode>,
    /// Why.
    pub reason: String,
}

/// A subject to add (without `n`) or to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubjectBody {
    /// Its number; absent = a new one.
    #[serde(default)]
    pub n: Option<u32>,
    /// The person; absent leaves the link, null ends it.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// Ends the link.
    #[serde(default)]
    pub unlink: bool,
    /// Sex.
    #[serde(default)]
    pub sex: Option<Sex>,
    /// Age.
    #[serde(default)]
    pub age_band: Option<AgeBand>,
}

/// One operation of an outbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// Its id: the id of its command.
    pub id: CommandId,
    /// The device's count.
    pub device_seq: u64,
    /// When the device wrote it down.
    pub recorded_at: Instant,
    /// What the device had seen.
    pub seen_seq: Option<u64>,
    /// Operations that must have been accepted.
    pub needs: Vec<CommandId>,
    /// HMAC over its content.
    pub content_tag: String,
    /// Which personal fields came with it.
    pub personal: BTreeSet<PersonalKind>,
    /// Whether an earlier answer stands in the journal; the core skips it.
    pub repeated: bool,
    /// What; a refusal when its form was wrong.
    pub command: Result<Box<Command>, crate::refusal::Refusal>,
}
