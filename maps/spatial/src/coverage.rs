//! Which area a position lies in, which areas are near it, and which areas are neighbours.

mod border;
mod edge;
mod raster;

use std::collections::BTreeMap;

use crate::area::Area;
use crate::metres::Metres;
use crate::position::Position;

use border::Borders;
use raster::Raster;

/// Areas on the ground, ready to be asked.
///
/// # Shape
/// One rule decides every question of belonging: an area includes its border, and of all areas that include a
/// position the one with the lowest code has it. So a position on a shared border lies in exactly one area, a position
/// on the outer border is not lost, and where areas overlap the lower code wins. A hole is outside, its edge is inside.
/// Whether a position is inside is decided with whole numbers, without tolerance and without rounding.
///
/// Codes are compared as text, byte by byte. Areas across the 180th meridian are given as two polygons (RFC 7946).
#[derive(Clone, Debug)]
pub struct Coverage {
    /// In the order of the codes.
    areas: Vec<Area>,
    raster: Raster,
    borders: Borders,
}

/// Why areas make no coverage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCoverage {
    /// Two areas have the same code.
    #[error("the code {0:?} stands for two areas")]
    DuplicateCode(String),
}

/// The first radius in which a nearest area is searched, in metres; each further one is four times as large.
const FIRST_SEARCH_M: u32 = 250;

impl Coverage {
    /// Takes the areas and prepares them: a raster of at most four million cells (32 MB) and an index of the edges.
    ///
    /// # Errors
    /// Refuses two areas with one code.
    pub fn new(mut areas: Vec<Area>) -> Result<Coverage, InvalidCoverage> {
        areas.sort_by(|a, b| a.code.cmp(&b.code));
        let twice = areas
            .iter()
            .zip(areas.iter().skip(1))
            .find(|(area, next)| area.code == next.code);
        if let Some((area, _)) = twice {
            return Err(InvalidCoverage::DuplicateCode(area.code.clone()));
        }
        let raster = Raster::new(&areas);
        let borders = Borders::new(&areas);
        Ok(Coverage {
            areas,
            raster,
            borders,
        })
    }

    /// All areas in the order of their codes.
    pub fn areas(&self) -> &[Area] {
        &self.areas
    }

    /// The area with a code.
    pub fn area(&self, code: &str) -> Option<&Area> {
        self.areas.get(self.index_of(code)?)
    }

    /// The middle of the box around all areas, an origin for indexes; none without areas.
    pub fn middle(&self) -> Option<Position> {
        self.raster.middle()
    }

    /// The code of the area that has a position; see [`Coverage`] for the rule. None outside of all areas.
    pub fn area_of(&self, position: Position) -> Option<&str> {
        self.code_at(self.raster.first_at(position)?)
    }

    /// The codes of all areas that include a position, lowest first. More than one on shared borders and in overlaps.
    pub fn areas_of(&self, position: Position) -> Vec<&str> {
        self.raster
            .all_at(position)
            .filter_map(|area| self.code_at(area))
            .collect()
    }

    /// The areas at most `radius` from a position, nearest first, equally near ones by code. An area that includes the
    /// position is at distance zero.
    ///
    /// # Units
    /// As [`Position::distance_to`], to the nearest place on the border. That place is found on a plane around the
    /// position: within 10 km the distance is too long by at most one part in a million.
    pub fn areas_within(&self, position: Position, radius: Metres) -> Vec<(&str, Metres)> {
        let mut near: BTreeMap<usize, Metres> = self.borders.near(position, radius);
        near.extend(
            self.raster
                .all_at(position)
                .map(|area| (area, Metres::ZERO)),
        );
        self.sorted_by_distance(near)
    }

    /// The area nearest to a position, at distance zero when the position lies in one; equally near ones by code.
    /// None without areas.
    ///
    /// # Units
    /// As [`Coverage::areas_within`]; further away than 10 km the distance may be too long by one part in a thousand.
    pub fn nearest_area(&self, position: Position) -> Option<(&str, Metres)> {
        if let Some(code) = self.area_of(position) {
            return Some((code, Metres::ZERO));
        }
        if self
            .areas
            .iter()
            .all(|area| area.outline.edges().next().is_none())
        {
            return None;
        }
        let mut radius = Metres::whole(FIRST_SEARCH_M);
        loop {
            let near = self.areas_within(position, radius);
            if let Some(nearest) = near.first() {
                return Some(*nearest);
            }
            if radius == Metres::LIMIT {
                return None;
            }
            radius = radius + radius + radius + radius;
        }
    }

    /// The other areas at most `radius` from the border of an area, nearest first, equally near ones by code.
    /// Touching and overlapping areas are at distance zero. Empty for an unknown code.
    pub fn neighbours_within(&self, code: &str, radius: Metres) -> Vec<(&str, Metres)> {
        let Some(index) = self.index_of(code) else {
            return Vec::new();
        };
        let Some(area) = self.areas.get(index) else {
            return Vec::new();
        };
        let mut near = self.borders.neighbours(index, area, radius);
        // Borders may be far apart although the ground is shared: an area inside another one. A ring whose border
        // meets none of the other lies inside or outside as a whole, so one corner of it tells.
        for corner in area.outline.rings().filter_map(|ring| ring.first()) {
            near.extend(
                self.raster
                    .all_at(*corner)
                    .map(|other| (other, Metres::ZERO)),
            );
        }
        for (other, shape) in self.areas.iter().enumerate() {
            let mut corners = shape.outline.rings().filter_map(|ring| ring.first());
            if near.get(&other) != Some(&Metres::ZERO)
                && corners.any(|corner| self.raster.includes(index, *corner))
            {
                near.insert(other, Metres::ZERO);
            }
        }
        near.remove(&index);
        self.sorted_by_distance(near)
    }

    fn index_of(&self, code: &str) -> Option<usize> {
        self.areas
            .binary_search_by(|area| area.code.as_str().cmp(code))
            .ok()
    }

    fn code_at(&self, index: usize) -> Option<&str> {
        self.areas.get(index).map(|area| area.code.as_str())
    }

    /// Indexes are in the order of the codes, so a stable sort by distance leaves equals sorted by code.
    fn sorted_by_distance(&self, near: BTreeMap<usize, Metres>) -> Vec<(&str, Metres)> {
        let mut sorted: Vec<(&str, Metres)> = near
            .into_iter()
            .filter_map(|(area, distance)| Some((self.code_at(area)?, distance)))
            .collect();
        sorted.sort_by_key(|(_, distance)| *distance);
        sorted
    }
}
