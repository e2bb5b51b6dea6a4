//! One area on the ground: a code, a name and an outline. What it is an area of is the caller's matter.

use geo::{Coord, InteriorPoint, LineString, MultiPolygon, Polygon};

use crate::position::{InvalidPosition, Position};

/// An area with its outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// The code by which others name the area; where areas overlap, the lower code wins.
    pub code: String,
    /// The name that is shown.
    pub name: String,
    /// The ground it covers.
    pub outline: Outline,
}

/// The ground an area covers: one or more polygons (the further ones are exclaves), each with its holes.
///
/// # Shape
/// `polygons[i][0]` is the outer ring of the polygon i, the rings after it are its holes. Rings are closed: the last
/// position repeats the first. Corners lie on the steps of [`Position`]; the border between two corners is straight
/// in longitude and latitude (RFC 7946, section 3.1.1). The border itself belongs to the area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The polygons; see the type.
    pub polygons: Vec<Vec<Vec<Position>>>,
}

impl Outline {
    /// Takes WGS-84 degrees from a shape of `geo`; corners move to the nearest step of a position.
    ///
    /// # Errors
    /// Refuses corners that are no place on the ground.
    pub fn from_degrees(shape: &MultiPolygon<f64>) -> Result<Outline, InvalidPosition> {
        let ring = |line: &LineString<f64>| -> Result<Vec<Position>, InvalidPosition> {
            let mut ring: Vec<Position> = line
                .0
                .iter()
                .map(|corner| Position::new(corner.x, corner.y))
                .collect::<Result<_, _>>()?;
            ring.dedup();
            Ok(ring)
        };
        let polygons = shape
            .iter()
            .map(|polygon| {
                std::iter::once(polygon.exterior())
                    .chain(polygon.interiors())
                    .map(ring)
                    .collect()
            })
            .collect::<Result<_, _>>()?;
        Ok(Outline { polygons })
    }

    /// The outline as a shape of `geo`, in WGS-84 degrees.
    pub fn to_degrees(&self) -> MultiPolygon<f64> {
        let line = |ring: &Vec<Position>| -> LineString<f64> {
            ring.iter()
                .map(|corner| Coord {
                    x: corner.lon(),
                    y: corner.lat(),
                })
                .collect()
        };
        self.polygons
            .iter()
            .map(|rings| {
                let mut lines = rings.iter().map(line);
                let exterior = lines.next().unwrap_or_else(|| LineString::new(Vec::new()));
                Polygon::new(exterior, lines.collect())
            })
            .collect()
    }

    /// All rings, outer ones and holes.
    pub fn rings(&self) -> impl Iterator<Item = &Vec<Position>> {
        self.polygons.iter().flatten()
    }

    /// All straight pieces of the border.
    pub fn edges(&self) -> impl Iterator<Item = (Position, Position)> {
        self.rings()
            .flat_map(|ring| ring.iter().copied().zip(ring.iter().copied().skip(1)))
    }

    /// A position inside, for a label; none for an outline without ground.
    pub fn label_position(&self) -> Option<Position> {
        let point = self.to_degrees().interior_point()?;
        Position::new(point.x(), point.y()).ok()
    }
}
