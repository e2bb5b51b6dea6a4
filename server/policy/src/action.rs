//! The calls of the outside face, as the permission rule knows them. A closed list: a new call needs a new row.

use serde::{Deserialize, Serialize};

macro_rules! actions {
    ($($(#[$meta:meta])* $variant:ident = $word:literal seen through $seen:ident;)+) => {
        /// A call, read or command, whose right is judged.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Action { $($(#[$meta])* #[serde(rename = $word)] $variant),+ }

        impl Action {
            /// Every call.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Its word in the permission table.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            /// The read that decides whether its thing may be seen: 404 instead of 403.
            #[must_use]
            pub const fn seen_through(self) -> Self { match self { $(Self::$variant => Self::$seen),+ } }
        }

        impl std::str::FromStr for Action {
            type Err = UnknownAction;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word { $($word => Ok(Self::$variant),)+ _ => Err(UnknownAction) }
            }
        }
    };
}

/// A word that is no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such call")]
pub struct UnknownAction;

actions! {
    /// `PUT /sightings/{id}`
    SightingReport = "sighting_report" seen through CaseRead;
    /// `POST /sightings/{id}/additions`
    SightingAdd = "sighting_add" seen through CaseRead;
    /// `POST /sightings/{id}/same`
    SightingSame = "sighting_same" seen through CaseRead;
    /// `POST /sightings/{id}/reply`
    SightingReply = "sighting_reply" seen through CaseRead;
    /// `POST /sync`; each operation in it is judged by its own action too.
    Sync = "sync" seen through Sync;
    /// `PUT /photos/{id}`
    PhotoPut = "photo_put" seen through CaseRead;
    /// `POST /positions`
    PositionReport = "position_report" seen through UnitsRead;
    /// `GET /tasks`
    TaskRead = "task_read" seen through TaskRead;
    /// `POST /tasks/{id}/accept`
    TaskAccept = "task_accept" seen through TaskRead;
    /// `POST /tasks/{id}/depart`
    TaskDepart = "task_depart" seen through TaskRead;
    /// `POST /tasks/{id}/arrive`
    TaskArrive = "task_arrive" seen through TaskRead;
    /// `POST /tasks/{id}/outcome`
    TaskOutcome = "task_outcome" seen through TaskRead;
    /// `POST /tasks/{id}/return`
    TaskReturn = "task_return" seen through TaskRead;
    /// `POST /tasks/{id}/seen`
    TaskSeen = "task_seen" seen through TaskRead;
    /// `GET /cases`, `GET /cases/{id}`
    CaseRead = "case_read" seen through CaseRead;
    /// `GET /live/snapshot`
    SnapshotRead = "snapshot_read" seen through SnapshotRead;
    /// `GET /live`
    LiveRead = "live_read" seen through LiveRead;
    /// `GET /figures`
    FiguresRead = "figures_read" seen through FiguresRead;
    /// `GET /revisits`
    RevisitsRead = "revisits_read" seen through CaseRead;
    /// `GET /cases/{id}/personal`; which fields and purposes is for `personal` to say.
    PersonalRead = "personal_read" seen through CaseRead;
    /// The log of personal reads.
    ReadLogRead = "read_log_read" seen through ReadLogRead;
    /// `POST /cases/{id}/raise`, not to 一级
    CaseRaise = "case_raise" seen through CaseRead;
    /// `POST /cases/{id}/raise`, to 一级
    CaseRaiseToOne = "case_raise_to_one" seen through CaseRead;
    /// `POST /cases/{id}/lower`, not from 一级
    CaseLower = "case_lower" seen through CaseRead;
    /// `POST /cases/{id}/lower`, from 一级
    CaseLowerFromOne = "case_lower_from_one" seen through CaseRead;
    /// `POST /cases/{id}/assign`
    CaseAssign = "case_assign" seen through CaseRead;
    /// `POST /cases/{id}/take`
    CaseTake = "case_take" seen through CaseRead;
    /// `POST /cases/{id}/merge`
    CaseMerge = "case_merge" seen through CaseRead;
    /// `POST /cases/{id}/unmerge`
    CaseUnmerge = "case_unmerge" seen through CaseRead;
    /// `POST /cases/{id}/split`
    CaseSplit = "case_split" seen through CaseRead;
    /// `POST /cases/{id}/relocate`
    CaseRelocate = "case_relocate" seen through CaseRead;
    /// `POST /cases/{id}/note`
    CaseNote = "case_note" seen through CaseRead;
    /// `POST /cases/{id}/close`
    CaseClose = "case_close" seen through CaseRead;
    /// `POST /cases/{id}/hand_over`
    CaseHandOver = "case_hand_over" seen through CaseRead;
    /// `POST /cases/{id}/arrivals`
    CaseArrivals = "case_arrivals" seen through CaseRead;
    /// `POST /cases/{id}/subjects`
    CaseSubjects = "case_subjects" seen through CaseRead;
    /// A named person says that 120 or 110 was called.
    CaseEmergencyCall = "case_emergency_call" seen through CaseRead;
    /// `POST /hand-overs/{id}/accept`, `…/decline`
    HandOverAnswer = "hand_over_answer" seen through CaseRead;
    /// `POST /persons`
    PersonOpen = "person_open" seen through CaseRead;
    /// `POST /persons/{id}/join`
    PersonJoin = "person_join" seen through CaseRead;
    /// `POST /persons/{id}/separate`
    PersonSeparate = "person_separate" seen through CaseRead;
    /// `GET /escalations`
    EscalationRead = "escalation_read" seen through EscalationRead;
    /// `POST /escalations/{id}/acknowledge`
    EscalationAcknowledge = "escalation_acknowledge" seen through EscalationRead;
    /// `POST /escalations/{id}/report`
    EscalationReport = "escalation_report" seen through EscalationRead;
    /// `POST /escalations/{id}/complete`
    EscalationComplete = "escalation_complete" seen through EscalationRead;
    /// `POST /escalations/{id}/accept_part`
    EscalationAcceptPart = "escalation_accept_part" seen through EscalationRead;
    /// `POST /escalations/{id}/transfer`
    EscalationTransfer = "escalation_transfer" seen through EscalationRead;
    /// `POST /escalations/{id}/decline`
    EscalationDecline = "escalation_decline" seen through EscalationRead;
    /// `GET /area-warnings`
    AreaRead = "area_read" seen through AreaRead;
    /// `POST /area-warnings/{jurisdiction}/raise`
    AreaRaise = "area_raise" seen through AreaRead;
    /// `POST /area-warnings/{jurisdiction}/lower`
    AreaLower = "area_lower" seen through AreaRead;
    /// `POST /area-warnings/{jurisdiction}/confirm`
    AreaConfirm = "area_confirm" seen through AreaRead;
    /// `POST /weather/signals`
    WeatherSignal = "weather_signal" seen through AreaRead;
    /// `GET /round`
    RoundRead = "round_read" seen through PlacesRead;
    /// `POST /places/{id}/looked`
    PlaceLooked = "place_looked" seen through PlacesRead;
    /// `POST /shifts/start`
    ShiftStart = "shift_start" seen through UnitsRead;
    /// `POST /shifts/check_in`
    ShiftCheckIn = "shift_check_in" seen through UnitsRead;
    /// `POST /shifts/end`
    ShiftEnd = "shift_end" seen through UnitsRead;
    /// `POST /panic`
    Panic = "panic" seen through UnitsRead;
    /// `POST /resources/{id}/state`
    ResourceState = "resource_state" seen through ResourcesRead;
    /// `POST /resources/{id}/holds`
    HoldMake = "hold_make" seen through ResourcesRead;
    /// `POST /holds/{id}/arrive`
    HoldArrive = "hold_arrive" seen through ResourcesRead;
    /// `POST /holds/{id}/release`
    HoldRelease = "hold_release" seen through ResourcesRead;
    /// `GET /jurisdictions`
    JurisdictionsRead = "jurisdictions_read" seen through JurisdictionsRead;
    /// `GET /places`
    PlacesRead = "places_read" seen through PlacesRead;
    /// `GET /units`
    UnitsRead = "units_read" seen through UnitsRead;
    /// `GET /resources`
    ResourcesRead = "resources_read" seen through ResourcesRead;
    /// `GET /departments`
    DepartmentsRead = "departments_read" seen through DepartmentsRead;
    /// `GET /policy/tables`
    PolicyTablesRead = "policy_tables_read" seen through PolicyTablesRead;
    /// `POST /drill`
    DrillSwitch = "drill_switch" seen through DrillSwitch;
    /// `POST /policy/adopt`
    PolicyAdopt = "policy_adopt" seen through PolicyTablesRead;
    /// Streets, places, units, departments and resources: new or replaced.
    BackgroundImport = "background_import" seen through PlacesRead;
    /// Accounts: add, password, disable.
    AccountsManage = "accounts_manage" seen through AccountsManage;
}

impl std::fmt::Display for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
