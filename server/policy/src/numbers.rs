//! The shape of a policy file: every number that a rule asks for, under the name it has in the file.
//! Only names and types; what the numbers mean is written beside them in `rules/putuo.toml`.

use std::collections::BTreeMap;

use model::grade::{Level, Priority, SignalColour, Tier};
use model::sign::{AgeBand, Sign};
use serde::Deserialize;

use crate::duration::{ClockTime, DayOfWeek, Days, Length};

macro_rules! tables {
    ($($(#[$meta:meta])* $name:ident { $($field:ident: $kind:ty),+ $(,)? })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct $name { $(pub(crate) $field: $kind),+ }
    )+};
}

tables! {
    /// The whole file.
    Numbers {
        name: String, version: String, title: String, district: String,
        calendar: CalendarNumbers, area_colour: AreaColourNumbers, priority: PriorityNumbers,
        warning_level: ByPriority<ByLevel<Level>>, tier: TierNumbers, deadlines: ByPriority<ByLevel<Lengths>>,
        ladder: LadderNumbers, department_ladder: DepartmentLadderNumbers, capacity: CapacityNumbers,
        assignment: AssignmentNumbers, matching: MatchingNumbers, jurisdiction: JurisdictionNumbers,
        doubt: DoubtNumbers, outcome: OutcomeNumbers, revisit: RevisitNumbers, special_care: SpecialCareNumbers,
        shelter: ShelterNumbers, safety: SafetyNumbers, statutory: StatutoryNumbers, retention: RetentionNumbers,
    }
    /// `[calendar]`
    CalendarNumbers {
        timezone: String, night_from: ClockTime, night_to: ClockTime, week_from: DayOfWeek,
        special_nodes: BTreeMap<String, Vec<Days>>,
    }
    /// `[area_colour]`
    AreaColourNumbers {
        signals: SignalNumbers, cold: ColdNumbers, wet: WetNumbers, heat: HeatNumbers, other: OtherNumbers,
        lowering: LoweringNumbers, hand: HandNumbers,
    }
    /// `[area_colour.signals]`
    SignalNumbers {
        classes: BTreeMap<String, SignalClass>,
        cold: BySignalColour, wet: BySignalColour, heat: BySignalColour,
    }
    /// Colour of the official signal → colour of the response.
    BySignalColour { blue: Level, yellow: Level, orange: Level, red: Level }
    /// `[area_colour.cold]`
    ColdNumbers { temp_min_c_at_most: ByColour, apparent_min_c_at_most: ByColour, running_nights: RunningNights }
    /// `[area_colour.cold.running_nights]`
    RunningNights { n_nights: u32, temp_min_c_at_most: f64, level: Level }
    /// `[area_colour.wet]`
    WetNumbers { temp_min_c_at_most: f64, precipitation_mm_at_least: f64, level: Level }
    /// `[area_colour.heat]`
    HeatNumbers { temp_max_c_at_least: ByColour, night_min_c_at_least: ByColour }
    /// `[area_colour.other]`
    OtherNumbers { aqi_at_least: f64, level: Level }
    /// `[area_colour.lowering]`
    LoweringNumbers { clear_for: Length, between_steps: Length, not_from: ClockTime, not_to: ClockTime }
    /// `[area_colour.hand]`
    HandNumbers { undo_within: Length, confirm_within: Length }
    /// `[priority]`
    PriorityNumbers {
        p0: Vec<Sign>, p1: Vec<Sign>, p2: Vec<Sign>, p3: Vec<Sign>,
        without_sign_seen: Priority, without_sign_nobody: Priority,
        minor_bands: Vec<AgeBand>, elderly_bands: Vec<AgeBand>, step_up: StepUpNumbers, withdraw: WithdrawNumbers,
    }
    /// `[priority.step_up]`
    StepUpNumbers {
        from_level: Level, signs: Vec<Sign>, nights_running: u32, refusals_under_warning: u32, highest: Priority,
    }
    /// `[priority.withdraw]`
    WithdrawNumbers { within: Length }
    /// `[tier]`
    TierNumbers {
        of_level: ByLevel<Tier>, of_area: AreaTiers, departments: TierDepartments, lead: TierLeads, rounds: TierRounds,
        reports: ReportNumbers,
    }
    /// `[tier.of_area]`
    AreaTiers { blue: Tier, yellow: Tier, orange: Tier }
    /// `[tier.departments]`
    TierDepartments {
        three: Vec<String>, two: Vec<String>, one: Vec<String>, one_area: Vec<String>, affected_within_m: f64,
    }
    /// `[tier.lead]`
    TierLeads { three: String, two: String, one: String }
    /// `[tier.rounds]`
    TierRounds { three: Rounds, two: Rounds, one: Rounds }
    /// `[tier.reports]`
    ReportNumbers { morning_at: ClockTime, every: Length }
    /// One cell of `[deadlines]`.
    Lengths { acknowledge: Length, on_site: Length, outcome: Length }
    /// `[ladder]`
    LadderNumbers {
        first_percent: u32, second_percent: u32, third_percent: u32, p0_percent: u32, call_every: Length,
        call_every_with_p0: Length, same_call_within: Length,
    }
    /// `[department_ladder]`
    DepartmentLadderNumbers {
        leader_percent: u32, superior_percent: u32, district_percent: u32, area_priority: Priority,
        report_after_eta_percent: u32,
    }
    /// `[capacity]`
    CapacityNumbers { repeat_every: Length, n_under_way_max: usize, n_offered_max: usize, regrade_n_cases_max: usize }
    /// `[assignment]`
    AssignmentNumbers {
        position_fresh_within: Length, position_usable_within: Length, drift_m_per_minute: f64, distance_m_max: f64,
        distance_m_max_p0: f64, other_street_extra_m: f64, unknown_distance_m: f64, no_vehicle_extra_m: f64,
        no_vehicle_beyond_m: f64,
    }
    /// `[matching]`
    MatchingNumbers {
        radius_m: f64, radius_m_max: f64, merge_distance_m_max: f64, merge_accuracy_m_max: f64, recent_within: Length,
        weight_distance: f64, weight_time: f64, weight_likeness: f64, likeness_unknown: f64, suggestions_max: usize,
    }
    /// `[jurisdiction]`
    JurisdictionNumbers { border_both_sides_m: f64 }
    /// `[doubt]`
    DoubtNumbers {
        ahead_of_clock: Length, behind_clock: Length, outside_district_m: f64, far_from_centres_m: f64,
        accuracy_asks_place_m: f64, speed_m_per_s_max: f64,
    }
    /// `[outcome]`
    OutcomeNumbers { receiver_confirm_within: Length, receiver_ask_every: Length, follow_up_days: Length }
    /// `[revisit]`
    RevisitNumbers {
        refused_high: ByLevel<Length>, refused_low: RefusedLow, same_night_after: Length, same_night_before: ClockTime,
        usual_hour_unknown: ClockTime, cut_from: ClockTime, cut_to: ClockTime, next_day_at: ClockTime,
        not_found_tries_none: u32, not_found_nights_blue: u32, not_found_cuts_yellow: u32, not_found_cuts_orange: u32,
        task_before: Length, look_from: ClockTime, look_to: ClockTime, offers_per_night_max: u32,
    }
    /// `[revisit.refused_low]`; yellow is 'same night and next day'.
    RefusedLow { none: Length, blue: Length, orange: Length }
    /// `[special_care]`
    SpecialCareNumbers {
        visits_per_week: u32, first_by: DayOfWeek, second_by: DayOfWeek, due_at: ClockTime, day_visit_by: ClockTime,
    }
    /// `[shelter]`
    ShelterNumbers { stays_open_until: ClockTime, hold_at_most: Length }
    /// `[safety]`
    SafetyNumbers { check_in_every: Length, check_in_grace: Length }
    /// `[statutory]`
    StatutoryNumbers {
        family_search_notice_within: Length, dna_request_working_days: u32, stay_at_most_days: u32,
        notice_refresh_after_months: u32, settlement_after_months: u32,
    }
    /// `[retention]`
    RetentionNumbers { emergency_only_after_warning: Length, details_after_close: Length, staff_positions: Length }
}

/// Rounds of the key places in a night and in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rounds {
    /// Rounds a night.
    pub per_night: u32,
    /// Rounds by day.
    pub per_day: u32,
}

/// The class of an official signal: which column of the colour table it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignalClass {
    /// Cold.
    Cold,
    /// Wet, wind, snow, ice.
    Wet,
    /// Heat.
    Heat,
}

/// One value for each colour of a street.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ByLevel<T> {
    none: T,
    blue: T,
    yellow: T,
    orange: T,
}

/// One value for each priority.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ByPriority<T> {
    #[serde(rename = "P0")]
    p0: T,
    #[serde(rename = "P1")]
    p1: T,
    #[serde(rename = "P2")]
    p2: T,
    #[serde(rename = "P3")]
    p3: T,
}

/// A threshold for some of the colours.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ByColour {
    blue: Option<f64>,
    yellow: Option<f64>,
    orange: Option<f64>,
}

impl<T> ByLevel<T> {
    /// The value for a colour.
    pub(crate) const fn at(&self, level: Level) -> &T {
        match level {
            Level::None => &self.none,
            Level::Blue => &self.blue,
            Level::Yellow => &self.yellow,
            Level::Orange => &self.orange,
        }
    }
}

impl<T> ByPriority<T> {
    /// The value for a priority.
    pub(crate) const fn at(&self, priority: Priority) -> &T {
        match priority {
            Priority::P0 => &self.p0,
            Priority::P1 => &self.p1,
            Priority::P2 => &self.p2,
            Priority::P3 => &self.p3,
        }
    }
}

impl ByColour {
    /// The thresholds, gravest colour first.
    pub(crate) fn gravest_first(&self) -> impl Iterator<Item = (Level, f64)> {
        [
            (Level::Orange, self.orange),
            (Level::Yellow, self.yellow),
            (Level::Blue, self.blue),
        ]
        .into_iter()
        .filter_map(|(level, threshold)| threshold.map(|threshold| (level, threshold)))
    }
}

impl BySignalColour {
    /// The response colour of an official colour.
    pub(crate) const fn at(&self, colour: SignalColour) -> Level {
        match colour {
            SignalColour::Blue => self.blue,
            SignalColour::Yellow => self.yellow,
            SignalColour::Orange => self.orange,
            SignalColour::Red => self.red,
        }
    }
}
