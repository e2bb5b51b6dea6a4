//! Ids of other programs: a UUID stays, everything else is mapped to a UUID of version 5, the same for the same text.

use model::id::{CommandId, DistrictId};
use serde::Serialize;
use uuid::Uuid;

/// The root of everything that an import names. Never to be changed: everything imported hangs on it.
const ROOT: &str = "lamplighter/import/1";

/// The UUID of a foreign id within a district and a kind of thing.
///
/// # Shape
/// A text that is a UUID (in any of its spellings, but not the nil one) stays what it is. Texts that differ in
/// anything but blanks around them get different UUIDs; the same text gets the same one in every run.
pub fn uuid_of(district: &DistrictId, kind: &str, foreign: &str) -> Uuid {
    let foreign = foreign.trim();
    match Uuid::parse_str(foreign) {
        Ok(id) if !id.is_nil() => id,
        Ok(_) | Err(_) => mapped(district, kind, foreign),
    }
}

/// The UUID that stands for a text, whatever it looks like.
pub fn mapped(district: &DistrictId, kind: &str, text: &str) -> Uuid {
    let root = Uuid::new_v5(&Uuid::NAMESPACE_URL, ROOT.as_bytes());
    let scope = Uuid::new_v5(&root, format!("{district}/{kind}").as_bytes());
    Uuid::new_v5(&scope, text.as_bytes())
}

/// The id of a command about background: another one when the district has changed meanwhile, since taking an older
/// file again is a new decision and no repeat.
pub(crate) fn command_id(
    district: &DistrictId,
    kind: &str,
    head: u64,
    content: &impl Serialize,
) -> CommandId {
    // Rows are plain values; if one could not be written, the head alone would still tell commands apart.
    let content = serde_json::to_string(content).unwrap_or_default();
    CommandId(mapped(district, kind, &format!("{head}/{content}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_ids_are_stable_and_uuids_stay() {
        let putuo = DistrictId::from("310107");
        let of = |text: &str| uuid_of(&putuo, "sightings", text);
        assert_eq!(of("T-17"), of(" T-17 "));
        assert_ne!(of("T-17"), of("T-18"));
        assert_ne!(
            of("T-17"),
            uuid_of(&DistrictId::from("310106"), "sightings", "T-17")
        );
        assert_ne!(of("T-17"), uuid_of(&putuo, "cases", "T-17"));
        assert_eq!(of("T-17").get_version_num(), 5);
        let id = "0190c8f4-7f6e-7c3e-9f0a-0123456789ab";
        assert_eq!(of(id).to_string(), id);
        assert_eq!(of(&id.to_uppercase()).to_string(), id);
        assert_eq!(
            of("00000000-0000-0000-0000-000000000000").get_version_num(),
            5
        );
        // Written down so that no later version changes it.
        assert_eq!(
            of("T-17").to_string(),
            "0a88537b-0504-567a-8bf2-b2c00910c922"
        );
    }
}
