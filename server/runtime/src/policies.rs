//! The policies that the store has, and the shipped one. Which of them a district has adopted says its state.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use journal::store::{Store, StoreWrite};
use model::id::PolicyId;
use policy::policy::{Policy, PolicyBook};
use sha2::{Digest, Sha256};

use crate::fault::RuntimeFault;

/// Every policy that this installation knows.
pub struct Policies {
    store: Arc<dyn Store>,
    shipped: Arc<Policy>,
    known: ArcSwap<BTreeMap<PolicyId, Arc<Policy>>>,
}

impl std::fmt::Debug for Policies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.known.load().keys()).finish()
    }
}

impl Policies {
    /// Reads all policies of the store.
    ///
    /// # Errors
    /// [`RuntimeFault::Journal`], [`RuntimeFault::Policy`].
    pub(crate) async fn load(store: Arc<dyn Store>) -> Result<Self, RuntimeFault> {
        let shipped = shipped()?;
        let mut known = BTreeMap::from([(shipped.id().clone(), Arc::clone(&shipped))]);
        let reading = || RuntimeFault::journal("reading policies");
        for hash in store.policies().await.map_err(reading())? {
            let Some(text) = store.policy(&hash).await.map_err(reading())? else {
                continue;
            };
            let policy =
                Policy::parse(&text).map_err(|source| RuntimeFault::Policy { hash, source })?;
            known.insert(policy.id().clone(), Arc::new(policy));
        }
        Ok(Self {
            store,
            shipped,
            known: ArcSwap::from_pointee(known),
        })
    }

    /// Keeps a policy so that it can be adopted. The same text again changes nothing.
    ///
    /// # Errors
    /// [`RuntimeFault::Policy`] when it is not in order, [`RuntimeFault::Journal`].
    pub async fn add(&self, text: &str) -> Result<PolicyId, RuntimeFault> {
        let hash = content_hash(text);
        let policy = Policy::parse(text).map_err(|source| RuntimeFault::Policy {
            hash: hash.clone(),
            source,
        })?;
        let id = policy.id().clone();
        self.store
            .write(vec![StoreWrite::PutPolicy {
                content_hash: hash,
                text: text.to_owned(),
            }])
            .await
            .map_err(RuntimeFault::journal("keeping a policy"))?;
        let policy = Arc::new(policy);
        self.known.rcu(|known| {
            let mut known = BTreeMap::clone(known);
            known.insert(policy.id().clone(), Arc::clone(&policy));
            known
        });
        Ok(id)
    }

    /// A policy by its id.
    pub fn get(&self, id: &PolicyId) -> Option<Arc<Policy>> {
        self.known.load().get(id).cloned()
    }

    /// The shipped policy.
    pub fn shipped(&self) -> &Arc<Policy> {
        &self.shipped
    }

    /// The book of a district that has adopted this one.
    pub(crate) fn book(&self, adopted: &PolicyId) -> PolicyBook {
        let mut book = PolicyBook::new(Arc::clone(&self.shipped));
        for policy in self.known.load().values() {
            book.add(Arc::clone(policy));
        }
        book.adopt(adopted);
        book
    }

    /// Whether a policy was kept that a book does not have yet.
    pub(crate) fn has_more_than(&self, book: &PolicyBook) -> bool {
        self.known.load().keys().any(|id| book.get(id).is_none())
    }
}

/// The shipped policy, read once in a process.
fn shipped() -> Result<Arc<Policy>, RuntimeFault> {
    static SHIPPED: OnceLock<Arc<Policy>> = OnceLock::new();
    if let Some(known) = SHIPPED.get() {
        return Ok(Arc::clone(known));
    }
    let read = Policy::putuo().map_err(|source| RuntimeFault::Policy {
        hash: "shipped".to_owned(),
        source,
    })?;
    Ok(Arc::clone(SHIPPED.get_or_init(|| Arc::new(read))))
}

/// The hash under which a text is kept: SHA-256, hexadecimal.
pub fn content_hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
