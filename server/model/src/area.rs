//! Area colours and the weather signals that make them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::closed_list::closed_list;
use crate::grade::{Level, SignalColour};
use crate::id::{AccountName, ColourChangeId, JurisdictionCode, SignalId};
use crate::reason::Reason;
use crate::time::Instant;

closed_list! {
    /// What a signal is about.
    SignalKind {
        /// 寒潮
        ColdWave = "cold_wave",
        /// 低温
        LowTemperature = "low_temperature",
        /// 霜冻
        Frost = "frost",
        /// 大风
        Gale = "gale",
        /// 暴雨
        Rainstorm = "rainstorm",
        /// 暴雪
        Snowstorm = "snowstorm",
        /// 道路结冰
        RoadIcing = "road_icing",
        /// 台风
        Typhoon = "typhoon",
        /// 高温
        Heat = "heat",
        /// Forecast values, no signal.
        Forecast = "forecast",
        /// Air quality.
        AirQuality = "air_quality",
    }
}

/// Values of a forecast. Temperatures in °C, precipitation in mm, the air quality index without unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WeatherValues {
    /// Lowest of the night.
    pub temp_min_c: Option<f64>,
    /// Lowest apparent of the night.
    pub apparent_min_c: Option<f64>,
    /// Highest of the day.
    pub temp_max_c: Option<f64>,
    /// Lowest of a hot night.
    pub night_min_c: Option<f64>,
    /// Rain or sleet in the night.
    pub precipitation_mm: Option<f64>,
    /// Air quality index.
    pub aqi: Option<f64>,
}

/// An official signal or forecast, as quoted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WeatherSignal {
    /// The issuer's own id; the same id again replaces it.
    pub id: SignalId,
    /// What about.
    pub kind: SignalKind,
    /// Its colour.
    #[serde(default)]
    pub colour: Option<SignalColour>,
    /// Issued; names the night of a forecast.
    pub issued_at: Instant,
    /// Ends.
    #[serde(default)]
    pub expires_at: Option<Instant>,
    /// Who issued it.
    pub station: String,
    /// District or street codes.
    pub areas: Vec<JurisdictionCode>,
    /// Values.
    #[serde(default)]
    pub values: WeatherValues,
    /// Whether it is ended by its issuer.
    #[serde(default)]
    pub cancelled: bool,
}

/// Something that holds a colour up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AreaTrigger {
    /// Which: `signal/…`, `forecast/…/night`, `raise/…`.
    pub id: String,
    /// The colour it gives.
    pub level: Level,
    /// Whether it is a red one.
    pub extreme: bool,
    /// It ends by itself.
    #[serde(default)]
    pub until: Option<Instant>,
    /// Why.
    pub reason: Reason,
}

/// A raise by a named officer, or a special declaration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandRaise {
    /// The colour.
    pub level: Level,
    /// Its named end; absent = until lowered.
    #[serde(default)]
    pub until: Option<Instant>,
    /// By whom.
    pub by: AccountName,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Instant,
}

/// A warning of a street that is over, while personal fields that were taken under it are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedWarning {
    /// Since when the street was not `none`.
    pub since: Instant,
    /// Since when it is again.
    pub ended_at: Instant,
    /// When the personal fields go.
    pub erase_at: Instant,
}

/// The colour of one street.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AreaWarning {
    /// The street.
    pub jurisdiction: JurisdictionCode,
    /// Its colour.
    pub level: Level,
    /// Whether a red signal is folded in.
    pub extreme: bool,
    /// Since when this colour.
    pub since: Instant,
    /// Since when not `none` without a break: "under this warning".
    #[serde(default)]
    pub warned_since: Option<Instant>,
    /// The last change, for the six hours between steps.
    pub last_step_at: Instant,
    /// When a trigger of at least this colour was last present; the key is the colour.
    #[serde(default)]
    pub last_triggered: BTreeMap<Level, Instant>,
    /// The same without raises by hand: what a lowering by hand is judged by.
    #[serde(default)]
    pub last_triggered_otherwise: BTreeMap<Level, Instant>,
    /// What holds it up now.
    #[serde(default)]
    pub triggers: Vec<AreaTrigger>,
    /// The raise by hand.
    #[serde(default)]
    pub raise: Option<HandRaise>,
    /// The colour before the raise, for the undo.
    #[serde(default)]
    pub before_raise: Option<Level>,
    /// The last change of colour.
    #[serde(default)]
    pub change_id: Option<ColourChangeId>,
    /// When to look again.
    #[serde(default)]
    pub next_look_at: Option<Instant>,
    /// Why this colour.
    pub reasons: Vec<Reason>,
    /// The minima of nights, by the night's first date, for 'running' nights; °C.
    #[serde(default)]
    pub night_minima: BTreeMap<String, f64>,
    /// Warnings that are over, oldest first, until the personal fields taken under them are erased.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<EndedWarning>,
}

/// One change of colour with all its streets: one event, one confirmation, one escalation a department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColourChange {
    /// Its id.
    pub id: ColourChangeId,
    /// When.
    pub at: Instant,
    /// By hand or by signal.
    pub by: AccountName,
    /// The signal that caused it.
    #[serde(default)]
    pub signal_id: Option<SignalId>,
    /// Each street: from, to.
    pub streets: Vec<StreetChange>,
    /// Confirmation wanted until; absent when none is needed.
    #[serde(default)]
    pub confirm_by: Option<Instant>,
    /// Confirmed by.
    #[serde(default)]
    pub confirmed_by: Option<AccountName>,
    /// How often the next officer was asked.
    #[serde(default)]
    pub n_asked: u32,
}

/// What a change of colour does to one street: the whole new warning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreetChange {
    /// Before.
    pub from: Level,
    /// After, with everything.
    pub warning: AreaWarning,
}
