//! Verdicts and reasons as people read them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::id::{AccountName, PolicyId};
use crate::reason::OverrideDirection;

/// Why a value is what it is: which rule, of which policy, on which facts, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReasonView {
    /// Id of the rule: `warning_level/matrix`.
    pub rule: String,
    /// The policy that judged: name, version, head of its hash.
    pub policy: PolicyId,
    /// The values that matched, with those that may have to be forgotten while they are still there.
    #[schema(value_type = Object)]
    pub facts: BTreeMap<String, Value>,
    /// In Chinese.
    pub text: String,
    /// In English.
    pub text_en: String,
    /// Where the rule comes from.
    pub source: String,
}

/// A value with its reasons.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VerdictView<T> {
    /// The value that holds.
    pub value: T,
    /// Why, the strongest first.
    pub reasons: Vec<ReasonView>,
    /// Set when a named person decided otherwise.
    #[serde(rename = "override")]
    pub overridden: Option<OverrideView>,
}

/// A named person's decision over a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OverrideView {
    /// Who.
    pub by: AccountName,
    /// Why, in their words.
    pub reason: String,
    /// Raised or lowered.
    pub direction: OverrideDirection,
}
