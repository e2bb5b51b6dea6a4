//! An audience: all connections with equal rights and areas. What one of them may see, all of them may.

use std::collections::BTreeSet;

use model::actor::{Actor, Role};
use model::id::{AccountName, JurisdictionCode};
use sha2::{Digest, Sha256};

use crate::policies::hex;

/// The rights and areas that a group of connections has in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Audience {
    /// Who, as far as it decides what is seen.
    pub actor: Actor,
    /// Streets to be shown; empty = all that the rights reach.
    pub areas: BTreeSet<JurisdictionCode>,
}

impl Audience {
    /// The audience of an actor. Where the account itself decides nothing, it is left out, so that all desks of a
    /// centre are one audience.
    pub fn of(actor: &Actor, areas: &BTreeSet<JurisdictionCode>) -> Self {
        let mut actor = actor.clone();
        match actor.role {
            // What they reported themselves is theirs to see.
            Role::Patrol | Role::Street | Role::Department => {}
            Role::Command | Role::Auditor | Role::Admin | Role::System => {
                actor.account = AccountName::from("");
            }
        }
        Self {
            actor,
            areas: areas.clone(),
        }
    }

    /// The epoch that clients of this audience see: the journal's identity, and whatever makes an earlier position
    /// useless: other rights, other areas.
    pub fn epoch(&self, journal: &str, rights_version: u64) -> String {
        let mut hasher = Sha256::new();
        // Actors and areas are written in a fixed order; a failure would only make positions useless.
        hasher.update(serde_json::to_vec(&self.actor).unwrap_or_default());
        hasher.update(serde_json::to_vec(&self.areas).unwrap_or_default());
        hasher.update(rights_version.to_be_bytes());
        let hash = hex(&hasher.finalize());
        format!("{journal}.{}", hash.get(..12).unwrap_or(&hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(account: &str, role: Role) -> Actor {
        Actor {
            account: AccountName::from(account),
            role,
            ..Actor::system()
        }
    }

    #[test]
    fn all_desks_of_the_centre_are_one_audience() {
        let none = BTreeSet::new();
        let of = |name| Audience::of(&actor(name, Role::Command), &none);
        assert_eq!(of("command"), of("command2"));
        let patrol = |name| Audience::of(&actor(name, Role::Patrol), &none);
        assert_ne!(patrol("patrol1"), patrol("patrol2"));
    }

    #[test]
    fn other_rights_or_areas_make_earlier_positions_useless() {
        let none = BTreeSet::new();
        let all = Audience::of(&actor("command", Role::Command), &none);
        let one = Audience::of(
            &actor("command", Role::Command),
            &BTreeSet::from([JurisdictionCode::from("310107005")]),
        );
        assert_ne!(all.epoch("j", 1), one.epoch("j", 1));
        assert_ne!(all.epoch("j", 1), all.epoch("j", 2));
        assert_ne!(all.epoch("j", 1), all.epoch("k", 1));
    }
}
