//! Colours of streets and the official signals behind them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::area::{SignalKind, WeatherValues};
use crate::grade::{Level, SignalColour};
use crate::id::{AccountName, ColourChangeId, JurisdictionCode, SignalId};
use crate::view::reason::ReasonView;
use crate::view::stamp::Stamp;

/// The colour of one street.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AreaWarningView {
    /// The street.
    pub jurisdiction: JurisdictionCode,
    /// Its name.
    pub name: String,
    /// Its colour.
    pub level: Level,
    /// Whether a red signal is folded in.
    pub extreme: bool,
    /// Since when; absent when it never had a colour.
    pub since: Option<Stamp>,
    /// Until when a named officer is asked to confirm it.
    pub confirm_by: Option<Stamp>,
    /// Who confirmed.
    pub confirmed_by: Option<AccountName>,
    /// Why.
    pub reasons: Vec<ReasonView>,
    /// What would change it, in Chinese.
    pub next: String,
    /// The same in English.
    pub next_en: String,
    /// The raise by hand.
    pub raise: Option<RaiseView>,
    /// The last change, shared by all its streets.
    pub change_id: Option<ColourChangeId>,
    /// Official signals for the street, quoted apart: only met stations may publish weather warnings.
    pub signals: Vec<SignalView>,
}

/// A raise by a named officer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RaiseView {
    /// To.
    pub level: Level,
    /// Until; absent = until lowered.
    pub until: Option<Stamp>,
    /// By whom.
    pub by: AccountName,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Stamp,
}

/// An official signal or forecast, as quoted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SignalView {
    /// The issuer's id.
    pub id: SignalId,
    /// What about.
    pub kind: SignalKind,
    /// Its colour.
    pub colour: Option<SignalColour>,
    /// Issued.
    pub issued_at: Stamp,
    /// Ends.
    pub expires_at: Option<Stamp>,
    /// Who issued it.
    pub station: String,
    /// Values.
    pub values: WeatherValues,
}
