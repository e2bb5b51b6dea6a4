//! Reasons and verdicts: every value that a rule gives says which rule, which policy and which facts.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::id::{AccountName, PolicyId, QuoteId, RecordId};

/// Why a value is what it is. Copies share one body until one of them is changed, since reasons are copied with every
/// change of the case that they explain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reason(Arc<ReasonBody>);

/// What a reason says.
///
/// # Shape
/// `facts` holds what may be kept for ever (priority, colours, counts, clock times, ids of rules).
/// What would have to be forgotten (signs, distances, bands) stands in `quoted`; before it is stored it moves into the
/// details of `record` under `quote`, and comes back for those who may read it while the record lives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReasonBody {
    /// Id of the rule, as `warning_level/matrix`. Never contains a sign.
    pub rule: String,
    /// The policy that judged.
    pub policy: PolicyId,
    /// The values that matched.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = Object)]
    pub facts: BTreeMap<String, Value>,
    /// Values that may have to be forgotten; never serialised with the body of an event.
    #[serde(skip)]
    #[schema(ignore)]
    pub quoted: BTreeMap<String, Value>,
    /// Where `quoted` was moved to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub quote: Option<Quote>,
    /// Where the rule comes from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// Where the quoted facts of a reason are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The record whose key seals them.
    pub record: RecordId,
    /// Their place among the record's details.
    pub id: QuoteId,
}

impl Deref for Reason {
    type Target = ReasonBody;

    fn deref(&self) -> &ReasonBody {
        &self.0
    }
}

impl DerefMut for Reason {
    fn deref_mut(&mut self) -> &mut ReasonBody {
        Arc::make_mut(&mut self.0)
    }
}

impl PartialSchema for Reason {
    fn schema() -> RefOr<Schema> {
        ReasonBody::schema()
    }
}

impl ToSchema for Reason {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ReasonBody::schemas(schemas);
    }
}

impl Reason {
    /// A reason without facts yet.
    pub fn new(rule: impl Into<String>, policy: &PolicyId) -> Self {
        Self(Arc::new(ReasonBody {
            rule: rule.into(),
            policy: policy.clone(),
            facts: BTreeMap::new(),
            quoted: BTreeMap::new(),
            quote: None,
            source: String::new(),
        }))
    }

    /// Adds a fact that may be kept.
    #[must_use]
    pub fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a fact that may have to be forgotten.
    #[must_use]
    pub fn quoting(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.quoted.insert(name.to_owned(), value.into());
        self
    }

    /// Says where the rule comes from.
    #[must_use]
    pub fn from_source(mut self, source: impl Into<String>) -> Self {
        self.source = source.into();
        self
    }
}

/// A value with its reasons, and who overrode it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Verdict<T> {
    /// The value that holds.
    pub value: T,
    /// Why, the strongest first.
    pub reasons: Vec<Reason>,
    /// Set when a named person decided otherwise.
    #[serde(default, rename = "override")]
    pub overridden: Option<Override>,
}

/// A human decision over a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Override {
    /// Who decided.
    pub by: AccountName,
    /// Why, in words.
    pub reason: String,
    /// Whether it raised or lowered.
    pub direction: OverrideDirection,
}

crate::closed_list::closed_list! {
    /// A raise is a floor until ended by name; a lowering ends at the next worse sign or rise of colour.
    OverrideDirection {
        /// Raised.
        Raised = "raised",
        /// Lowered.
        Lowered = "lowered",
    }
}

impl<T> Verdict<T> {
    /// A verdict for one reason.
    pub fn new(value: T, reason: Reason) -> Self {
        Self {
            value,
            reasons: vec![reason],
            overridden: None,
        }
    }

    /// A verdict for several reasons.
    pub fn with(value: T, reasons: Vec<Reason>) -> Self {
        Self {
            value,
            reasons,
            overridden: None,
        }
    }
}
