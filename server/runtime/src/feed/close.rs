//! Why a feed is closed, as a websocket close code, and whether trying again makes sense.

use std::fmt;

use model::refusal::Retry;

/// Why a connection was closed. The numbers lie in the range that applications may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CloseCode {
    /// The reader was too slow: its outbox was full. Connect again and resume.
    SlowReader,
    /// The program stops or starts again. Connect again later and resume.
    Stopping,
    /// There are too many connections. Connect again later.
    TooManyConnections,
    /// The rights of the account changed. Connect again; the position begins anew.
    RightsChanged,
    /// The session was ended by sign-out or has expired. Sign in first.
    SignedOut,
    /// The account was disabled.
    Disabled,
    /// Nobody is signed in, or the first message was no hello.
    NotSignedIn,
    /// The role has no feed.
    RoleMayNot,
    /// A message of the client could not be read.
    BadMessage,
    /// The client said nothing for too long.
    Silent,
}

impl CloseCode {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::SlowReader,
        Self::Stopping,
        Self::TooManyConnections,
        Self::RightsChanged,
        Self::SignedOut,
        Self::Disabled,
        Self::NotSignedIn,
        Self::RoleMayNot,
        Self::BadMessage,
        Self::Silent,
    ];

    /// The number in the close frame.
    pub const fn code(self) -> u16 {
        match self {
            Self::Stopping => 1012,
            Self::TooManyConnections => 1013,
            Self::SlowReader => 4000,
            Self::RightsChanged => 4001,
            Self::Silent => 4002,
            Self::SignedOut => 4401,
            Self::NotSignedIn => 4402,
            Self::Disabled => 4403,
            Self::RoleMayNot => 4404,
            Self::BadMessage => 4422,
        }
    }

    /// The word in the close frame.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SlowReader => "slow_reader",
            Self::Stopping => "stopping",
            Self::TooManyConnections => "too_many_connections",
            Self::RightsChanged => "rights_changed",
            Self::SignedOut => "signed_out",
            Self::Disabled => "disabled",
            Self::RoleMayNot => "role_may_not",
            Self::NotSignedIn => "not_signed_in",
            Self::BadMessage => "bad_message",
            Self::Silent => "silent",
        }
    }

    /// Whether what still waits for the reader is dropped: it may no longer have it, or comes back and resumes. Only a
    /// stop gives out everything.
    pub const fn drops_what_waits(self) -> bool {
        match self {
            Self::Stopping => false,
            Self::SlowReader
            | Self::TooManyConnections
            | Self::RightsChanged
            | Self::SignedOut
            | Self::Disabled
            | Self::NotSignedIn
            | Self::RoleMayNot
            | Self::BadMessage
            | Self::Silent => true,
        }
    }

    /// Whether connecting again makes sense.
    pub const fn retry(self) -> Retry {
        match self {
            Self::SlowReader | Self::RightsChanged | Self::Silent => Retry::Same,
            Self::Stopping | Self::TooManyConnections | Self::SignedOut | Self::NotSignedIn => {
                Retry::Later
            }
            Self::Disabled | Self::RoleMayNot | Self::BadMessage => Retry::Never,
        }
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_words_are_distinct() {
        let numbers: std::collections::BTreeSet<u16> =
            CloseCode::ALL.iter().map(|code| code.code()).collect();
        let words: std::collections::BTreeSet<&str> =
            CloseCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(numbers.len(), CloseCode::ALL.len());
        assert_eq!(words.len(), CloseCode::ALL.len());
    }
}
