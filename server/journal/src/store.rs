//! The store: what decides nothing about a case. Accounts, sessions, wrapped keys, sealed personal fields and photos,
//! newest positions, policies, boundaries, settings. Beside the journal in the same database.

use std::collections::BTreeMap;

use bytes::Bytes;
use uuid::Uuid;

use crate::journal::Answer;

/// An account. Its rights change only together with `rights_version`, by which open feeds notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name; the key.
    pub account: String,
    /// The password's hash in PHC form.
    pub password_hash: String,
    /// Its role, as `wire.md` names them.
    pub role: String,
    /// Codes of the jurisdictions it answers for.
    pub jurisdictions: Vec<String>,
    /// The department it speaks for.
    pub department: Option<String>,
    /// The unit it belongs to.
    pub unit: Option<String>,
    /// The districts it may enter.
    pub districts: Vec<String>,
    /// Whether it may no longer enter.
    pub disabled: bool,
    /// Grows with each change of rights.
    pub rights_version: u64,
}

/// A session. The token itself is never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The vault's hash of its token; the key.
    pub token_hash: [u8; 32],
    /// Whose it is.
    pub account: String,
    /// When it began, in milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// When it ends, in milliseconds since the Unix epoch.
    pub expires_at_ms: i64,
}

/// A sealed photo. A photo has its own id and belongs to the record whose key sealed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Its own id, made by the device; the key.
    pub id: Uuid,
    /// The record it belongs to.
    pub record: Uuid,
    /// The ciphertext.
    pub sealed: Bytes,
}

/// A sealed personal field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalField {
    /// The record whose key sealed it; with `field` the key.
    pub record: Uuid,
    /// Which field: `note`, `looks`, `name`, ….
    pub field: String,
    /// The ciphertext.
    pub sealed: Bytes,
}

/// One change of the store. Together with others it is one transaction, done in the order given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreWrite {
    /// Keeps a new record's wrapped key; `Fault::KeyPresent` when it has one, and nothing of the batch is done.
    AddKey {
        /// The record.
        record: Uuid,
        /// The wrapped key.
        wrapped: Bytes,
    },
    /// Puts another wrapping of the same key in place of the stored one; does nothing when there is none.
    RewrapKey {
        /// The record.
        record: Uuid,
        /// The key in its new wrapping.
        wrapped: Bytes,
    },
    /// Erases: without its key nothing of the record opens again. The bytes are overwritten on disk.
    DeleteKey {
        /// The record.
        record: Uuid,
    },
    /// Keeps a sealed personal field in place of an earlier one.
    PutPersonal(PersonalField),
    /// Removes one sealed personal field of a record.
    DeletePersonalField {
        /// The record.
        record: Uuid,
        /// Which field.
        field: String,
    },
    /// Removes all sealed personal fields and photos of a record.
    DeletePersonal {
        /// The record.
        record: Uuid,
    },
    /// Keeps a sealed photo in place of an earlier one with its id.
    PutPhoto(Photo),
    /// Removes one photo.
    DeletePhoto {
        /// The photo.
        id: Uuid,
    },
    /// Keeps the newest position of a unit; opaque here.
    PutPosition {
        /// The district the unit belongs to.
        district: String,
        /// The unit.
        unit: String,
        /// The report.
        report: Bytes,
    },
    /// Forgets the newest position of a unit.
    DeletePosition {
        /// The district the unit belongs to.
        district: String,
        /// The unit.
        unit: String,
    },
    /// Keeps an account in place of an earlier one with its name.
    PutAccount(Account),
    /// Keeps a session.
    PutSession(Session),
    /// Ends a session.
    DeleteSession {
        /// The hash of its token.
        token_hash: [u8; 32],
    },
    /// Ends every session of an account.
    DeleteSessionsOf {
        /// The account.
        account: String,
    },
    /// Ends every session that expired at or before this time.
    DeleteSessionsExpired {
        /// Milliseconds since the Unix epoch.
        at_ms: i64,
    },
    /// Keeps a policy under its content hash. Texts of one hash are equal: a second time changes nothing.
    PutPolicy {
        /// Hash of the text.
        content_hash: String,
        /// The policy file.
        text: String,
    },
    /// Keeps a boundary set under its content hash. A second time changes nothing.
    PutBoundaries {
        /// Hash of the text.
        content_hash: String,
        /// The boundaries as GeoJSON.
        text: String,
    },
    /// Keeps a setting in place of an earlier one.
    PutSetting {
        /// Its name.
        name: String,
        /// Its value; opaque here.
        value: String,
    },
    /// Removes a setting.
    DeleteSetting {
        /// Its name.
        name: String,
    },
}

/// Where what decides nothing about a case is kept. Installation wide, keyed as each type says.
///
/// # Errors
/// Every call answers with the faults of the disk, and `Fault::Unreadable` for a stored value that is damaged.
pub trait Store: Send + Sync {
    /// Does all of it in one transaction, or nothing. What belongs to an event goes through `Batch::store` instead.
    fn write(&self, writes: Vec<StoreWrite>) -> Answer<'_, ()>;

    /// An account by its name.
    fn account<'a>(&'a self, account: &'a str) -> Answer<'a, Option<Account>>;
    /// All accounts in the order of their names.
    fn accounts(&self) -> Answer<'_, Vec<Account>>;
    /// A session by the hash of its token, expired or not.
    fn session(&self, token_hash: [u8; 32]) -> Answer<'_, Option<Session>>;
    /// All sessions in the order of their token hashes.
    fn sessions(&self) -> Answer<'_, Vec<Session>>;

    /// The wrapped key of a record; none when it was erased or never was.
    fn key(&self, record: Uuid) -> Answer<'_, Option<Bytes>>;
    /// At most `n_max` wrapped keys of records after this one, in the order of their ids.
    fn keys(&self, after: Option<Uuid>, n_max: u32) -> Answer<'_, Vec<(Uuid, Bytes)>>;

    /// The sealed personal fields of a record by field.
    fn personal(&self, record: Uuid) -> Answer<'_, BTreeMap<String, Bytes>>;
    /// At most `n_max` sealed fields after this record and field, in that order.
    fn personal_fields(
        &self,
        after: Option<(Uuid, String)>,
        n_max: u32,
    ) -> Answer<'_, Vec<PersonalField>>;

    /// A photo by its id.
    fn photo(&self, id: Uuid) -> Answer<'_, Option<Photo>>;
    /// Ids of the photos of a record, in order.
    fn photos_of(&self, record: Uuid) -> Answer<'_, Vec<Uuid>>;
    /// Ids of at most `n_max` photos after this one, in order.
    fn photos(&self, after: Option<Uuid>, n_max: u32) -> Answer<'_, Vec<Uuid>>;

    /// The newest position of each unit of a district.
    fn positions<'a>(&'a self, district: &'a str) -> Answer<'a, BTreeMap<String, Bytes>>;
    /// The districts that have a position, in order.
    fn districts_with_positions(&self) -> Answer<'_, Vec<String>>;

    /// A policy by its content hash.
    fn policy<'a>(&'a self, content_hash: &'a str) -> Answer<'a, Option<String>>;
    /// Content hashes of all policies, in order.
    fn policies(&self) -> Answer<'_, Vec<String>>;
    /// A boundary set by its content hash.
    fn boundaries<'a>(&'a self, content_hash: &'a str) -> Answer<'a, Option<String>>;
    /// Content hashes of all boundary sets, in order.
    fn boundary_sets(&self) -> Answer<'_, Vec<String>>;

    /// A setting by its name.
    fn setting<'a>(&'a self, name: &'a str) -> Answer<'a, Option<String>>;
    /// All settings by their names.
    fn settings(&self) -> Answer<'_, BTreeMap<String, String>>;
}
