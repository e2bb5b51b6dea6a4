//! What a new installation begins with: streets and departments of one district, or the departments alone for another
//! city. Parsing only; who adopts it, and when, is the runtime's matter.

use model::background::{Department, Jurisdiction};
use model::command::Command;
use model::id::{DepartmentId, DistrictId};
use serde::Deserialize;

/// The preset of Putuo District, as shipped.
pub const PUTUO: &str = include_str!("../preset/putuo.toml");

/// The outline of Putuo District, for drawing; its source and licence stand in `preset/sources.md`.
const OUTLINE_310107: &str = include_str!("../preset/310107.geojson");

/// The outline of a district that ships with the program, as a FeatureCollection of one area in WGS-84.
pub fn outline_of(district: &DistrictId) -> Option<&'static str> {
    (district.as_str() == "310107").then_some(OUTLINE_310107)
}

/// A beginning: a district with its streets and departments.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// `putuo` or `none`.
    pub name: String,
    /// The district that is hosted.
    pub district: DistrictId,
    /// Where codes and centres come from.
    pub source: String,
    /// Its streets with the points of their labels; empty where boundaries are still to be imported.
    #[serde(default)]
    pub jurisdictions: Vec<Jurisdiction>,
    /// The departments that the tiers name, without the offices of the streets.
    pub departments: Vec<Department>,
}

/// Why a text is no preset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the preset cannot be read: {0}")]
pub struct InvalidPreset(pub String);

impl Preset {
    /// Reads a preset.
    ///
    /// # Errors
    /// What is wrong, with its place in the text.
    pub fn parse(text: &str) -> Result<Self, InvalidPreset> {
        toml::from_str(text).map_err(|fault| InvalidPreset(fault.to_string()))
    }

    /// The shipped preset of Putuo.
    ///
    /// # Errors
    /// Only if the shipped file itself is wrong, which a test excludes.
    pub fn putuo() -> Result<Self, InvalidPreset> {
        Self::parse(PUTUO)
    }

    /// Another city: the departments that the tiers name, and no street until its boundaries are imported.
    ///
    /// # Errors
    /// As [`Preset::putuo`].
    pub fn none(district: DistrictId) -> Result<Self, InvalidPreset> {
        Ok(Self {
            name: "none".to_owned(),
            district,
            source: "the departments that the tiers name".to_owned(),
            jurisdictions: Vec::new(),
            ..Self::putuo()?
        })
    }

    /// The preset with this name, as `--preset` gives it; `district` counts for `none` alone.
    ///
    /// # Errors
    /// A name that is neither `putuo` nor `none`.
    pub fn named(name: &str, district: DistrictId) -> Result<Self, InvalidPreset> {
        match name {
            "putuo" => Self::putuo(),
            "none" => Self::none(district),
            other => Err(InvalidPreset(format!(
                "`{other}` is no preset; putuo or none"
            ))),
        }
    }

    /// The departments with the office of each street.
    pub fn all_departments(&self) -> Vec<Department> {
        self.departments
            .iter()
            .cloned()
            .chain(self.jurisdictions.iter().map(street_office))
            .collect()
    }

    /// The commands that a new journal begins with, in their order. Without streets there is none about streets.
    pub fn commands(&self) -> Vec<Command> {
        let streets = (!self.jurisdictions.is_empty()).then(|| Command::AdoptJurisdictions {
            jurisdictions: self.jurisdictions.clone(),
            boundaries: None,
        });
        let departments = Command::ImportDepartments {
            departments: self.all_departments(),
        };
        streets.into_iter().chain([departments]).collect()
    }
}

/// The office of a street as a department: `street_<code>` with the street's name.
pub fn street_office(street: &Jurisdiction) -> Department {
    Department {
        id: DepartmentId::street(&street.code),
        name: street.name.clone(),
        kind: Some("street".to_owned()),
        jurisdictions: vec![street.code.clone()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_preset_has_ten_streets_with_a_centre_and_sixteen_departments() {
        let preset = Preset::putuo().unwrap();
        assert_eq!(preset.jurisdictions.len(), 10);
        assert!(
            preset
                .jurisdictions
                .iter()
                .all(|street| street.centre.is_some()
                    && street.code.as_str().starts_with(preset.district.as_str()))
        );
        let departments = preset.all_departments();
        assert_eq!(departments.len(), 16);
        assert!(
            departments
                .iter()
                .any(|office| office.id.as_str() == "street_310107103")
        );
        assert_eq!(preset.commands().len(), 2);
    }

    #[test]
    fn the_shipped_outline_is_one_area_that_has_the_centres_of_the_ten_streets() {
        use spatial::boundaries::parse_checked_areas;
        use spatial::coverage::Coverage;
        let preset = Preset::putuo().unwrap();
        let areas = parse_checked_areas(outline_of(&preset.district).unwrap()).unwrap();
        let coverage = Coverage::new(areas).unwrap();
        for street in &preset.jurisdictions {
            assert_eq!(
                coverage.area_of(street.centre.unwrap()),
                Some("310107"),
                "{}",
                street.name
            );
        }
        assert_eq!(outline_of(&DistrictId::from("990101")), None);
    }

    #[test]
    fn another_city_begins_with_departments_alone() {
        let preset = Preset::named("none", DistrictId::from("990101")).unwrap();
        assert_eq!(preset.commands().len(), 1);
        assert_eq!(preset.all_departments().len(), 6);
        assert!(Preset::named("elsewhere", DistrictId::from("x")).is_err());
    }
}
