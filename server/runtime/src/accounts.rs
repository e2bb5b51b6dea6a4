//! Accounts, passwords and sessions: who is signed in, with which rights. What the rights allow is judged by policy.

mod changes;
mod passwords;
mod rights;
mod throttle;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use journal::store::{Account, Session, Store, StoreWrite};
use model::actor::{Actor, Role};
use model::id::{AccountName, DepartmentId, DistrictId, JurisdictionCode, UnitId};
use model::refusal::RefusalCode;
use model::time::{Instant, Span};
use vault::randomness::Randomness;
use vault::ring::KeyRing;
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::districts::Hosted;
use crate::fault::RuntimeFault;
use crate::feed::{CloseCode, FeedCall, Refused, Subscriber, Subscription};
use crate::handle::DistrictHandle;
use crate::policies::hex;

use passwords::Passwords;
use rights::view_of;
use throttle::Throttle;

/// Random bytes of a token.
const TOKEN_BYTES: usize = 32;
/// Sessions of one account; the oldest ends when there would be more.
const N_SESSIONS_MAX: usize = 32;

/// The rights of an account, as an administrator gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRights {
    /// Its role.
    pub role: Role,
    /// Streets of a street account; for others the street they belong to.
    pub jurisdictions: Vec<JurisdictionCode>,
    /// Its department.
    pub department: Option<DepartmentId>,
    /// Its unit.
    pub unit: Option<UnitId>,
    /// Districts it may enter; empty = the default one.
    pub districts: Vec<DistrictId>,
}

/// An account as it is listed; without its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountView {
    /// Its name.
    pub account: AccountName,
    /// Its rights.
    pub rights: AccountRights,
    /// Whether it may no longer enter.
    pub disabled: bool,
    /// Grows with each change of rights.
    pub rights_version: u64,
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub actor: Actor,
    /// Districts that may be entered, the default one first.
    pub districts: Vec<DistrictId>,
    /// The session's key: the hash of its token. For the feed.
    pub session: [u8; 32],
    /// Version of the account's rights. For the feed.
    pub rights_version: u64,
    /// When it ends without another request.
    pub expires_at: Instant,
}

/// A new session with its token, which is shown once.
#[derive(Debug)]
pub struct NewSession {
    /// The token.
    pub token: Zeroizing<String>,
    /// Who.
    pub signed_in: SignedIn,
}

/// Why somebody was not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Account or password is wrong, or the account is disabled.
    #[error("account or password is wrong")]
    WrongCredentials,
    /// Too many tries; again after this time.
    #[error("too many tries, again in {} s", retry_after.as_secs())]
    TooManyTries {
        /// For `Retry-After`.
        retry_after: Duration,
    },
    /// The disk or the hasher failed.
    #[error(transparent)]
    Fault(#[from] RuntimeFault),
}

/// Why a change of accounts was not made.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// There is no such account.
    #[error("there is no account {0}")]
    Unknown(AccountName),
    /// The account is there already.
    #[error("account {0} is there already")]
    Present(AccountName),
    /// The name or the rights are not in order.
    #[error("{0}")]
    Invalid(String),
    /// The disk or the hasher failed.
    #[error(transparent)]
    Fault(#[from] RuntimeFault),
}

#[derive(Default)]
struct Kept {
    accounts: BTreeMap<String, Account>,
    sessions: BTreeMap<[u8; 32], Session>,
}

/// All accounts and sessions of the installation.
pub struct Accounts {
    store: Arc<dyn Store>,
    ring: KeyRing,
    randomness: Arc<dyn Randomness>,
    clock: Arc<dyn Clock>,
    within: Span,
    hosted: Hosted,
    default: DistrictId,
    passwords: Passwords,
    throttle: Throttle,
    kept: Mutex<Kept>,
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kept = self.kept();
        f.debug_struct("Accounts")
            .field("n_accounts", &kept.accounts.len())
            .field("n_sessions", &kept.sessions.len())
            .finish_non_exhaustive()
    }
}

impl Accounts {
    pub(crate) async fn load(
        store: Arc<dyn Store>,
        ring: KeyRing,
        randomness: Arc<dyn Randomness>,
        clock: Arc<dyn Clock>,
        within: Span,
        (hosted, default): (Hosted, DistrictId),
    ) -> Result<Self, RuntimeFault> {
        let reading = || RuntimeFault::journal("reading accounts");
        let accounts = store.accounts().await.map_err(reading())?;
        let sessions = store.sessions().await.map_err(reading())?;
        let now_ms = clock.now().as_ms();
        let kept = Kept {
            accounts: accounts
                .into_iter()
                .map(|account| (account.account.clone(), account))
                .collect(),
            sessions: sessions
                .into_iter()
                .filter(|session| session.expires_at_ms > now_ms)
                .map(|session| (session.token_hash, session))
                .collect(),
        };
        Ok(Self {
            store,
            ring,
            randomness: Arc::clone(&randomness),
            clock,
            within,
            hosted,
            default,
            passwords: Passwords::new(randomness),
            throttle: Throttle::default(),
            kept: Mutex::new(kept),
        })
    }

    /// Signs somebody in. `address` is where the request came from.
    ///
    /// # Errors
    /// [`SignInError`]: wrong, too often, or a fault.
    pub async fn sign_in(
        &self,
        account: &str,
        password: Zeroizing<String>,
        address: &str,
    ) -> Result<NewSession, SignInError> {
        let now = self.clock.now();
        self.throttle
            .admit(now, account, address)
            .map_err(|retry_after| SignInError::TooManyTries { retry_after })?;
        let known = self.kept().accounts.get(account).cloned();
        let hash = known.as_ref().map(|known| known.password_hash.clone());
        // An unknown account costs the same time as a wrong password.
        let right = self.passwords.verify(password, hash).await?;
        let known = match known {
            Some(known) if right && !known.disabled => known,
            _ => {
                self.throttle.failed(now, account, address);
                tracing::info!("A sign-in failed");
                return Err(SignInError::WrongCredentials);
            }
        };
        self.throttle.succeeded(account);
        Ok(self.open_session(&known, now).await?)
    }

    async fn open_session(
        &self,
        account: &Account,
        now: Instant,
    ) -> Result<NewSession, RuntimeFault> {
        let mut bytes = Zeroizing::new([0_u8; TOKEN_BYTES]);
        self.randomness
            .fill(bytes.as_mut_slice())
            .map_err(RuntimeFault::vault("making a token"))?;
        let token = Zeroizing::new(hex(bytes.as_slice()));
        let session = Session {
            token_hash: self.ring.session_hash(token.as_bytes()),
            account: account.account.clone(),
            created_at_ms: now.as_ms(),
            expires_at_ms: (now + self.within).as_ms(),
        };
        let mut writes: Vec<StoreWrite> = self
            .surplus_sessions(&account.account)
            .into_iter()
            .map(|token_hash| StoreWrite::DeleteSession { token_hash })
            .collect();
        writes.push(StoreWrite::DeleteSessionsExpired { at_ms: now.as_ms() });
        writes.push(StoreWrite::PutSession(session.clone()));
        self.store
            .write(writes.clone())
            .await
            .map_err(RuntimeFault::journal("keeping a session"))?;
        let mut kept = self.kept();
        for write in writes {
            if let StoreWrite::DeleteSession { token_hash } = write {
                kept.sessions.remove(&token_hash);
            }
        }
        kept.sessions
            .retain(|_, session| session.expires_at_ms > now.as_ms());
        kept.sessions.insert(session.token_hash, session.clone());
        drop(kept);
        Ok(NewSession {
            token,
            signed_in: self.signed_in(account, &session)?,
        })
    }

    /// The oldest sessions of an account that already has as many as it may.
    fn surplus_sessions(&self, account: &str) -> Vec<[u8; 32]> {
        let kept = self.kept();
        let mut own: Vec<&Session> = kept
            .sessions
            .values()
            .filter(|session| session.account == account)
            .collect();
        own.sort_by_key(|session| (session.created_at_ms, session.token_hash));
        let n_surplus = (own.len() + 1).saturating_sub(N_SESSIONS_MAX);
        own.into_iter()
            .take(n_surplus)
            .map(|session| session.token_hash)
            .collect()
    }

    /// Who holds a token. The session lives on with each request; that is written down at most once an hour.
    ///
    /// # Errors
    /// `session_expired`, `not_signed_in`.
    pub async fn session(&self, token: &str) -> Result<SignedIn, RefusalCode> {
        let now = self.clock.now();
        let hash = self.ring.session_hash(token.as_bytes());
        let (account, mut session) = {
            let kept = self.kept();
            let session = kept.sessions.get(&hash).ok_or(RefusalCode::NotSignedIn)?;
            let account = kept
                .accounts
                .get(&session.account)
                .filter(|account| !account.disabled)
                .ok_or(RefusalCode::NotSignedIn)?;
            (account.clone(), session.clone())
        };
        if session.expires_at_ms <= now.as_ms() {
            self.end_session(hash).await;
            return Err(RefusalCode::SessionExpired);
        }
        let extended = (now + self.within).as_ms();
        if extended - session.expires_at_ms
            > Span::from_hours(1).min(self.within.scaled(1, 4)).as_ms()
        {
            session.expires_at_ms = extended;
            self.kept().sessions.insert(hash, session.clone());
            let write = vec![StoreWrite::PutSession(session.clone())];
            if let Err(fault) = self.store.write(write).await {
                tracing::warn!(%fault, "The longer life of a session was not written down");
            }
        }
        self.signed_in(&account, &session)
            .map_err(|_| RefusalCode::NotSignedIn)
    }

    /// Opens a live feed for a session. One that ended, or whose rights changed, while the feed was being opened gets
    /// none: whatever ends later finds the feed and closes it.
    ///
    /// # Errors
    /// [`Refused`] with its close code.
    pub async fn listen(
        &self,
        district: &DistrictHandle,
        subscriber: Subscriber,
    ) -> Result<Subscription, Refused> {
        let (session, rights_version) = (subscriber.session, subscriber.rights_version);
        let subscription = district.subscribe(subscriber).await?;
        match session.and_then(|session| self.ended(&session, rights_version)) {
            Some(code) => Err(Refused(code)),
            None => Ok(subscription),
        }
    }

    /// Why a session with these rights may not listen any longer, if so.
    fn ended(&self, session: &[u8; 32], rights_version: u64) -> Option<CloseCode> {
        let kept = self.kept();
        let Some(session) = kept.sessions.get(session) else {
            return Some(CloseCode::SignedOut);
        };
        match kept.accounts.get(&session.account) {
            Some(account) if account.disabled => Some(CloseCode::Disabled),
            Some(account) if account.rights_version == rights_version => None,
            Some(_) => Some(CloseCode::RightsChanged),
            None => Some(CloseCode::SignedOut),
        }
    }

    /// Ends the session of a token, and closes its feeds.
    pub async fn sign_out(&self, token: &str) {
        self.end_session(self.ring.session_hash(token.as_bytes()))
            .await;
    }

    async fn end_session(&self, token_hash: [u8; 32]) {
        self.kept().sessions.remove(&token_hash);
        if let Err(fault) = self
            .store
            .write(vec![StoreWrite::DeleteSession { token_hash }])
            .await
        {
            tracing::warn!(%fault, "The end of a session was not written down");
        }
        self.tell_feeds(|| FeedCall::SignedOut {
            session: token_hash,
        })
        .await;
    }

    /// Ends every session that expired, and closes its feeds.
    pub(crate) async fn end_expired(&self) {
        let now_ms = self.clock.now().as_ms();
        let expired: Vec<[u8; 32]> = self
            .kept()
            .sessions
            .values()
            .filter(|session| session.expires_at_ms <= now_ms)
            .map(|session| session.token_hash)
            .collect();
        for session in expired {
            self.end_session(session).await;
        }
    }

    fn signed_in(&self, account: &Account, session: &Session) -> Result<SignedIn, RuntimeFault> {
        let view = view_of(account)?;
        let districts = if view.rights.districts.is_empty() {
            vec![self.default.clone()]
        } else {
            view.rights.districts
        };
        Ok(SignedIn {
            actor: Actor {
                account: view.account,
                role: view.rights.role,
                jurisdictions: view.rights.jurisdictions.into_iter().collect(),
                department: view.rights.department,
                unit: view.rights.unit,
            },
            districts,
            session: session.token_hash,
            rights_version: view.rights_version,
            expires_at: Instant::from_ms(session.expires_at_ms),
        })
    }

    /// All accounts by name.
    pub fn list(&self) -> Vec<AccountView> {
        self.kept()
            .accounts
            .values()
            .filter_map(|account| view_of(account).ok())
            .collect()
    }

    async fn tell_feeds(&self, call: impl Fn() -> FeedCall) {
        for handle in self.hosted.values() {
            // A feed that has ended has nobody to close.
            let _ = handle.shared.feed.send(call()).await;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
