//! Ids: which thing is meant. Number ids are UUIDs, name ids are short texts given by an organisation.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}({})", stringify!($name), self.0) }
        }
        impl From<Uuid> for $name { fn from(id: Uuid) -> Self { Self(id) } }
    )+};
}

macro_rules! name_id {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}({})", stringify!($name), self.0) }
        }
        impl From<&str> for $name { fn from(id: &str) -> Self { Self(id.to_owned()) } }
        impl From<String> for $name { fn from(id: String) -> Self { Self(id) } }
    )+};
}

uuid_id! {
    /// One report; also the id of the command that made it and of its record.
    SightingId;
    /// One standing concern.
    CaseId;
    /// One piece of work for one unit or department.
    TaskId;
    /// One department asked to answer.
    EscalationId;
    /// One person, known or nameless.
    PersonId;
    /// One command; made by the sender, unique in a district for ever.
    CommandId;
    /// One record that may have to be forgotten: a sighting or an addition. Keys belong to records.
    RecordId;
    /// One thing that somebody has to be told.
    NoticeId;
    /// One offer of a case to another district or organisation.
    HandOverId;
    /// One hold on beds.
    HoldId;
    /// One set of facts, quoted by a reason, that may have to be forgotten.
    QuoteId;
    /// One change of colour: a signal or a raise, with all its streets.
    ColourChangeId;
}

name_id! {
    /// A district: the first part of every key. `310107` for Putuo.
    DistrictId;
    /// A street or town, by its official nine-digit code.
    JurisdictionCode;
    /// A patrol that can be sent.
    UnitId;
    /// A department: `police`, `street_310107005`, …
    DepartmentId;
    /// A rescue resource.
    ResourceId;
    /// A named spot of the gazetteer.
    PlaceId;
    /// A signed-in account.
    AccountName;
    /// A policy: name, version and the head of its content hash.
    PolicyId;
    /// The issuer's own id of a weather signal.
    SignalId;
}

impl DepartmentId {
    /// The department of a street office.
    pub fn street(code: &JurisdictionCode) -> Self {
        Self(format!("street_{code}"))
    }
}

impl From<SightingId> for RecordId {
    fn from(id: SightingId) -> Self {
        Self(id.0)
    }
}

impl From<SightingId> for CommandId {
    fn from(id: SightingId) -> Self {
        Self(id.0)
    }
}
