//! A policy: one parsed, checked file of numbers with its id, sources and calendar; and the book of all policies
//! that a district knows. Reading it is here; what the numbers decide is in the rules.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use model::id::PolicyId;
use model::reason::Reason;
use sha2::{Digest, Sha256};

use crate::calendar::Calendar;
use crate::numbers::Numbers;
use crate::permission::Permissions;
use crate::sources::Sources;

/// The policy of Putuo District, as shipped.
pub const PUTUO: &str = include_str!("../rules/putuo.toml");
/// The permission table, as shipped.
pub const PERMISSIONS: &str = include_str!("../rules/permissions.toml");

/// A parsed and checked policy. Immutable.
#[derive(Clone, Debug)]
pub struct Policy {
    id: PolicyId,
    text: String,
    pub(crate) numbers: Numbers,
    pub(crate) sources: Sources,
    pub(crate) calendar: Calendar,
    pub(crate) permissions: Permissions,
}

/// One thing that is wrong with a policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyProblem {
    /// Where in the file: `deadlines.P1.blue.acknowledge`; empty for the whole file.
    pub path: String,
    /// What is wrong, as a sentence.
    pub what: String,
}

/// Everything that is wrong with a policy file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct PolicyProblems(pub Vec<PolicyProblem>);

impl fmt::Display for PolicyProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            let gap = if i == 0 { "" } else { "\n" };
            if problem.path.is_empty() {
                write!(f, "{gap}{}", problem.what)?;
            } else {
                write!(f, "{gap}{}: {}", problem.path, problem.what)?;
            }
        }
        Ok(())
    }
}

impl Policy {
    /// Reads a policy file; the permission table is the shipped one.
    ///
    /// # Errors
    /// Every problem with its path in the file.
    pub fn parse(text: &str) -> Result<Self, PolicyProblems> {
        Self::parse_with(text, PERMISSIONS)
    }

    /// Reads a policy file and a permission table.
    ///
    /// # Errors
    /// Every problem with its path in the file.
    pub fn parse_with(text: &str, permissions: &str) -> Result<Self, PolicyProblems> {
        let one = |what: String| {
            PolicyProblems(vec![PolicyProblem {
                path: String::new(),
                what,
            }])
        };
        let mut tree: toml::Table = text
            .parse()
            .map_err(|e: toml::de::Error| one(e.to_string()))?;
        let sources = Sources::taken_from(&mut tree);
        let numbers: Numbers = toml::Value::Table(tree)
            .try_into()
            .map_err(|e: toml::de::Error| one(e.to_string()))?;
        let calendar = Calendar::new(&numbers.calendar).map_err(|what| {
            PolicyProblems(vec![PolicyProblem {
                path: "calendar.timezone".to_owned(),
                what,
            }])
        })?;
        let problems = crate::sanity::problems(&numbers);
        if !problems.is_empty() {
            return Err(PolicyProblems(problems));
        }
        let permissions_read = Permissions::parse(permissions)?;
        let id = PolicyId(format!(
            "{}-{}@{}",
            numbers.name,
            numbers.version,
            head_of_hash(text, permissions)
        ));
        Ok(Self {
            id,
            text: text.to_owned(),
            numbers,
            sources,
            calendar,
            permissions: permissions_read,
        })
    }

    /// The shipped policy of Putuo.
    ///
    /// # Errors
    /// Only if the shipped file itself is wrong, which a test excludes.
    pub fn putuo() -> Result<Self, PolicyProblems> {
        Self::parse(PUTUO)
    }

    /// Name, version and head of the content hash: `putuo-2026.1@1a2b3c4d`.
    pub const fn id(&self) -> &PolicyId {
        &self.id
    }

    /// The file as it was read; stored by its hash.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its name for people.
    pub fn title(&self) -> &str {
        &self.numbers.title
    }

    /// The district it was written for.
    pub fn district(&self) -> &str {
        &self.numbers.district
    }

    /// Nights, weeks, special days in the policy's time zone.
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// A reason of this policy for a rule; `path` names the group of the file whose source is quoted.
    pub(crate) fn reason(&self, rule: &str, path: &str) -> Reason {
        Reason::new(rule, &self.id).from_source(self.sources.source_of(path))
    }
}

/// The first eight hex digits of SHA-256 over the text; another permission table than the shipped one counts too.
fn head_of_hash(text: &str, permissions: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(text.as_bytes());
    if permissions != PERMISSIONS {
        hasher.update(permissions.as_bytes());
    }
    let hash = hasher.finalize();
    let head = hash
        .iter()
        .take(4)
        .fold(0_u32, |head, byte| head << 8 | u32::from(*byte));
    format!("{head:08x}")
}

/// Every policy that a district has known, and which one is adopted. A case keeps the one it was opened under;
/// area colours follow the adopted one.
#[derive(Clone, Debug)]
pub struct PolicyBook {
    policies: BTreeMap<PolicyId, Arc<Policy>>,
    adopted: Arc<Policy>,
}

impl PolicyBook {
    /// A book with one policy, adopted.
    pub fn new(policy: Arc<Policy>) -> Self {
        Self {
            policies: BTreeMap::from([(policy.id().clone(), Arc::clone(&policy))]),
            adopted: policy,
        }
    }

    /// Adds a policy without adopting it.
    pub fn add(&mut self, policy: Arc<Policy>) {
        self.policies.insert(policy.id().clone(), policy);
    }

    /// Adopts a policy that the book has; answers whether it had it.
    pub fn adopt(&mut self, id: &PolicyId) -> bool {
        match self.policies.get(id) {
            Some(policy) => {
                self.adopted = Arc::clone(policy);
                true
            }
            None => false,
        }
    }

    /// The adopted policy.
    pub const fn adopted(&self) -> &Arc<Policy> {
        &self.adopted
    }

    /// A policy by id.
    pub fn get(&self, id: &PolicyId) -> Option<&Arc<Policy>> {
        self.policies.get(id)
    }

    /// The policy that a case was opened under; the adopted one if the book does not have it.
    pub fn of_case(&self, id: &PolicyId) -> &Arc<Policy> {
        self.policies.get(id).unwrap_or(&self.adopted)
    }

    /// All policies by id.
    pub fn iter(&self) -> impl Iterator<Item = (&PolicyId, &Arc<Policy>)> {
        self.policies.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policy_is_in_order_and_named() {
        let policy = Policy::putuo().unwrap();
        assert!(
            policy.id().as_str().starts_with("putuo-2026.1@"),
            "{}",
            policy.id()
        );
        assert_eq!(policy.id().as_str().len(), "putuo-2026.1@".len() + 8);
    }

    #[test]
    fn another_text_is_another_policy() {
        let policy = Policy::putuo().unwrap();
        let other =
            Policy::parse(&PUTUO.replace("call_every = \"10m\"", "call_every = \"11m\"")).unwrap();
        assert_ne!(policy.id(), other.id());
    }

    #[test]
    fn an_unknown_field_and_a_wrong_duration_are_named() {
        let unknown = Policy::parse(&format!("surprise = 1\n{PUTUO}"))
            .unwrap_err()
            .to_string();
        assert!(unknown.contains("surprise"), "{unknown}");
        let wrong = Policy::parse(&PUTUO.replace("clear_for = \"6h\"", "clear_for = \"6 hours\""))
            .unwrap_err()
            .to_string();
        assert!(
            wrong.contains("6 hours") && wrong.contains("clear_for"),
            "{wrong}"
        );
        let zone = Policy::parse(&PUTUO.replace("Asia/Shanghai", "Asia/Nowhere")).unwrap_err();
        assert_eq!(
            zone.0.first().map(|p| p.path.as_str()),
            Some("calendar.timezone")
        );
    }

    #[test]
    fn a_book_adopts_only_what_it_has() {
        let first = Arc::new(Policy::putuo().unwrap());
        let second = Arc::new(
            Policy::parse(&PUTUO.replace("version = \"2026.1\"", "version = \"2026.2\"")).unwrap(),
        );
        let mut book = PolicyBook::new(Arc::clone(&first));
        assert!(!book.adopt(second.id()));
        book.add(Arc::clone(&second));
        assert!(book.adopt(second.id()));
        assert_eq!(book.adopted().id(), second.id());
        assert_eq!(book.of_case(first.id()).id(), first.id());
        assert_eq!(book.of_case(&PolicyId::from("unknown")).id(), second.id());
    }
}
