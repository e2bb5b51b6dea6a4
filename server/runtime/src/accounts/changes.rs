//! Changes of accounts: add, other rights, another password, no longer enter. Open feeds notice each of them.

use journal::store::{Account, StoreWrite};
use model::id::AccountName;
use zeroize::Zeroizing;

use super::rights::{check_name, check_rights, with_rights};
use super::{AccountError, AccountRights, Accounts};
use crate::fault::RuntimeFault;
use crate::feed::FeedCall;

impl Accounts {
    /// Adds an account. Without a password one is made; it is given back to be shown once.
    ///
    /// # Errors
    /// [`AccountError::Present`], [`AccountError::Invalid`], [`AccountError::Fault`].
    pub async fn add(
        &self,
        account: AccountName,
        rights: AccountRights,
        password: Option<Zeroizing<String>>,
    ) -> Result<Option<Zeroizing<String>>, AccountError> {
        check_name(&account)?;
        check_rights(&rights)?;
        if self.kept().accounts.contains_key(account.as_str()) {
            return Err(AccountError::Present(account));
        }
        let (password, made) = self.passwords.given_or_made(password)?;
        let password_hash = self.passwords.hash(password).await?;
        self.put(with_rights(
            Account {
                account: account.0,
                password_hash,
                role: String::new(),
                jurisdictions: Vec::new(),
                department: None,
                unit: None,
                districts: Vec::new(),
                disabled: false,
                rights_version: 1,
            },
            rights,
        ))
        .await?;
        Ok(made)
    }

    /// Gives an account other rights. Its feeds are closed; its sessions go on with the new rights.
    ///
    /// # Errors
    /// [`AccountError::Unknown`], [`AccountError::Invalid`], [`AccountError::Fault`].
    pub async fn set_rights(
        &self,
        account: &AccountName,
        rights: AccountRights,
    ) -> Result<(), AccountError> {
        check_rights(&rights)?;
        let mut changed = with_rights(self.known(account)?, rights);
        changed.rights_version += 1;
        self.put(changed).await?;
        let account = account.clone();
        self.tell_feeds(|| FeedCall::RightsChanged {
            account: account.clone(),
        })
        .await;
        Ok(())
    }

    /// Sets another password and ends every session. Without a password one is made and given back.
    ///
    /// # Errors
    /// [`AccountError::Unknown`], [`AccountError::Fault`].
    pub async fn set_password(
        &self,
        account: &AccountName,
        password: Option<Zeroizing<String>>,
    ) -> Result<Option<Zeroizing<String>>, AccountError> {
        let mut changed = self.known(account)?;
        let (password, made) = self.passwords.given_or_made(password)?;
        changed.password_hash = self.passwords.hash(password).await?;
        self.put(changed).await?;
        self.end_sessions_of(account, CloseFeeds::SignedOut).await?;
        Ok(made)
    }

    /// Lets an account no longer enter, and ends every session; or lets it enter again.
    ///
    /// # Errors
    /// [`AccountError::Unknown`], [`AccountError::Fault`].
    pub async fn set_disabled(
        &self,
        account: &AccountName,
        disabled: bool,
    ) -> Result<(), AccountError> {
        let mut changed = self.known(account)?;
        changed.disabled = disabled;
        changed.rights_version += 1;
        self.put(changed).await?;
        if disabled {
            self.end_sessions_of(account, CloseFeeds::Disabled).await?;
        }
        Ok(())
    }

    async fn end_sessions_of(
        &self,
        account: &AccountName,
        close: CloseFeeds,
    ) -> Result<(), AccountError> {
        self.store
            .write(vec![StoreWrite::DeleteSessionsOf {
                account: account.0.clone(),
            }])
            .await
            .map_err(RuntimeFault::journal("ending sessions"))?;
        let ended: Vec<[u8; 32]> = {
            let mut kept = self.kept();
            let ended = kept
                .sessions
                .values()
                .filter(|session| session.account == account.0)
                .map(|session| session.token_hash)
                .collect();
            kept.sessions
                .retain(|_, session| session.account != account.0);
            ended
        };
        match close {
            CloseFeeds::Disabled => {
                self.tell_feeds(|| FeedCall::Disabled {
                    account: account.clone(),
                })
                .await;
            }
            CloseFeeds::SignedOut => {
                for session in ended {
                    self.tell_feeds(|| FeedCall::SignedOut { session }).await;
                }
            }
        }
        Ok(())
    }

    fn known(&self, account: &AccountName) -> Result<Account, AccountError> {
        self.kept()
            .accounts
            .get(account.as_str())
            .cloned()
            .ok_or_else(|| AccountError::Unknown(account.clone()))
    }

    async fn put(&self, account: Account) -> Result<(), AccountError> {
        self.store
            .write(vec![StoreWrite::PutAccount(account.clone())])
            .await
            .map_err(RuntimeFault::journal("keeping an account"))?;
        self.kept()
            .accounts
            .insert(account.account.clone(), account);
        Ok(())
    }
}

/// Which code the feeds of ended sessions are closed with.
#[derive(Clone, Copy)]
enum CloseFeeds {
    Disabled,
    SignedOut,
}
