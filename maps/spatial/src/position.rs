//! A place on the ground in WGS-84, and how far two places are apart.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::earth::{Earthbound, way_over_ground_m};
use crate::metres::Metres;

/// A place on the ground.
///
/// # Shape
/// Kept as whole steps of 10⁻⁷ degree (about one centimetre), so positions are equal or not without tolerance, are
/// totally ordered (by longitude, then latitude), may stand in ordered maps, and come back from JSON bit for bit.
/// In JSON `{"lon":121.4,"lat":31.25}`. A number with at most seven decimals is kept exactly.
///
/// # Units
/// Degrees, WGS-84; longitude −180 to 180 to the east, latitude −90 to 90 to the north.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "Degrees", try_from = "Degrees")]
pub struct Position {
    lon_e7: i32,
    lat_e7: i32,
}

/// Why two numbers are not a place on the ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPosition {
    /// The longitude is NaN or infinite.
    #[error("the longitude must be a finite number of degrees")]
    LongitudeNotFinite,
    /// The latitude is NaN or infinite.
    #[error("the latitude must be a finite number of degrees")]
    LatitudeNotFinite,
    /// The longitude is below −180 or above 180.
    #[error("the longitude must lie between -180 and 180 degrees")]
    LongitudeOutOfRange,
    /// The latitude is below −90 or above 90.
    #[error("the latitude must lie between -90 and 90 degrees")]
    LatitudeOutOfRange,
    /// The accuracy is NaN, infinite, negative or absurdly large.
    #[error("the accuracy must be a finite number of metres that is not negative")]
    AccuracyImpossible,
}

impl InvalidPosition {
    /// The member of the position that is wrong, as it is called in JSON.
    pub fn member(self) -> &'static str {
        match self {
            InvalidPosition::LongitudeNotFinite | InvalidPosition::LongitudeOutOfRange => "lon",
            InvalidPosition::LatitudeNotFinite | InvalidPosition::LatitudeOutOfRange => "lat",
            InvalidPosition::AccuracyImpossible => "accuracy_m",
        }
    }
}

/// Steps in one degree.
const STEPS_IN_DEGREE: f64 = 1.0e7;

impl Position {
    /// Takes WGS-84 degrees and rounds them to the nearest step of 10⁻⁷ degree.
    ///
    /// # Errors
    /// Refuses NaN, infinities, longitudes beyond ±180 and latitudes beyond ±90.
    pub fn new(lon: f64, lat: f64) -> Result<Position, InvalidPosition> {
        if !lon.is_finite() {
            return Err(InvalidPosition::LongitudeNotFinite);
        }
        if !lat.is_finite() {
            return Err(InvalidPosition::LatitudeNotFinite);
        }
        if lon.abs() > 180.0 {
            return Err(InvalidPosition::LongitudeOutOfRange);
        }
        if lat.abs() > 90.0 {
            return Err(InvalidPosition::LatitudeOutOfRange);
        }
        Ok(Position {
            lon_e7: to_steps(lon),
            lat_e7: to_steps(lat),
        })
    }

    /// Longitude in degrees, to the east.
    pub fn lon(self) -> f64 {
        f64::from(self.lon_e7) / STEPS_IN_DEGREE
    }

    /// Latitude in degrees, to the north.
    pub fn lat(self) -> f64 {
        f64::from(self.lat_e7) / STEPS_IN_DEGREE
    }

    /// How far it is to another place, over the ground.
    ///
    /// # Shape
    /// Symmetric; zero only for the same place or for two a step apart that round to it.
    ///
    /// # Units
    /// Metres to the millimetre. The straight line through the WGS-84 ellipsoid, bent to the mean radius of the earth:
    /// within 2 cm of the geodesic up to 100 km, within 0.3 % up to 5,000 km; on the other side of the earth only ordered.
    ///
    /// # Source
    /// Compared with Karney's geodesic (as `geo` has it) in the tests of this file.
    pub fn distance_to(self, other: Position) -> Metres {
        Metres::rounded(way_over_ground_m(
            self.earthbound().chord_2(other.earthbound()),
        ))
    }

    pub(crate) fn from_steps(lon_e7: i32, lat_e7: i32) -> Position {
        Position { lon_e7, lat_e7 }
    }

    pub(crate) fn lon_e7(self) -> i32 {
        self.lon_e7
    }

    pub(crate) fn lat_e7(self) -> i32 {
        self.lat_e7
    }

    pub(crate) fn earthbound(self) -> Earthbound {
        Earthbound::from_degrees(self.lon(), self.lat())
    }
}

fn to_steps(degrees: f64) -> i32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "rounded, and at most 1.8 × 10⁹ after the checks of the caller"
    )]
    let steps = (degrees * STEPS_IN_DEGREE).round() as i32;
    steps
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Position({}, {})", self.lon(), self.lat())
    }
}

/// A position as JSON has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Degrees {
    lon: f64,
    lat: f64,
}

impl From<Position> for Degrees {
    fn from(position: Position) -> Degrees {
        Degrees {
            lon: position.lon(),
            lat: position.lat(),
        }
    }
}

impl TryFrom<Degrees> for Position {
    type Error = InvalidPosition;

    fn try_from(degrees: Degrees) -> Result<Position, InvalidPosition> {
        Position::new(degrees.lon, degrees.lat)
    }
}

#[cfg(test)]
mod tests {
    use geo::{Distance, Geodesic, Point};
    use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_assert_eq, proptest};
    use proptest::test_runner::RngSeed;

    use super::{InvalidPosition, Position};

    fn at(lon: f64, lat: f64) -> Position {
        Position::new(lon, lat).unwrap()
    }

    #[test]
    fn what_is_no_place_on_the_ground_is_refused() {
        assert_eq!(
            Position::new(121.4, 131.0),
            Err(InvalidPosition::LatitudeOutOfRange)
        );
        assert_eq!(
            Position::new(121.4, f64::NAN),
            Err(InvalidPosition::LatitudeNotFinite)
        );
        assert_eq!(
            Position::new(f64::NAN, 31.0),
            Err(InvalidPosition::LongitudeNotFinite)
        );
        assert_eq!(
            Position::new(f64::NEG_INFINITY, 31.0),
            Err(InvalidPosition::LongitudeNotFinite)
        );
        assert_eq!(
            Position::new(-180.1, 31.0),
            Err(InvalidPosition::LongitudeOutOfRange)
        );
        assert_eq!(Position::new(121.4, 131.0).unwrap_err().member(), "lat");
        assert!(Position::new(180.0, -90.0).is_ok());
    }

    #[test]
    fn json_is_lon_and_lat_and_nothing_else() {
        let text = r#"{"lon":121.413571,"lat":31.242838}"#;
        let position: Position = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&position).unwrap(), text);
        assert!(serde_json::from_str::<Position>(r#"{"lon":121.4,"lat":131}"#).is_err());
        assert!(serde_json::from_str::<Position>(r#"{"lon":121.4,"lat":31,"alt":4}"#).is_err());
        assert!(serde_json::from_str::<Position>(r#"{"lon":121.4}"#).is_err());
    }

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(at(-0.0, 0.0), at(0.0, -0.0));
    }

    /// One degree of latitude at 31° N is 110,869 m (Vincenty, GRS 80 tables), of longitude 95,504 m on the parallel.
    #[test]
    fn known_distances_hold() {
        let north = at(121.4, 30.5).distance_to(at(121.4, 31.5)).as_f64();
        assert!((north - 110_860.0).abs() < 15.0, "{north}");
        let hundredth_east = at(121.40, 31.0).distance_to(at(121.41, 31.0)).as_f64();
        assert!((hundredth_east - 955.0).abs() < 0.5, "{hundredth_east}");
        assert_eq!(
            at(121.4, 31.0)
                .distance_to(at(121.4, 31.0))
                .as_f64()
                .to_bits(),
            0.0_f64.to_bits()
        );
    }

    fn anywhere() -> impl Strategy<Value = Position> {
        (-180.0..180.0, -90.0..90.0).prop_map(|(lon, lat)| at(lon, lat))
    }

    fn geodesic_m(from: Position, to: Position) -> f64 {
        Geodesic.distance(
            Point::new(from.lon(), from.lat()),
            Point::new(to.lon(), to.lat()),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(2026), ..ProptestConfig::with_cases(1024) })]

        #[test]
        fn within_100_km_the_distance_is_the_geodesic_to_2_cm(
            from in (-180.0..180.0, -60.0..60.0), step in (-0.5..0.5, -0.5..0.5),
        ) {
            let from = at(from.0, from.1);
            let step: (f64, f64) = step;
            let to = at((from.lon() + step.0).clamp(-180.0, 180.0), from.lat() + step.1);
            let (ours, true_m) = (from.distance_to(to).as_f64(), geodesic_m(from, to));
            if true_m <= 100_000.0 {
                prop_assert!((ours - true_m).abs() <= 0.02, "{ours} {true_m}");
            }
        }

        #[test]
        fn the_distance_is_symmetric_and_up_to_5000_km_the_geodesic_to_three_thousandths(from in anywhere(), to in anywhere()) {
            let (ours, true_m) = (from.distance_to(to).as_f64(), geodesic_m(from, to));
            prop_assert!(true_m > 5.0e6 || (ours - true_m).abs() <= true_m * 0.003 + 0.001, "{ours} {true_m}");
            prop_assert_eq!(from.distance_to(to), to.distance_to(from));
        }

        #[test]
        fn a_position_comes_back_from_json_as_it_went(position in anywhere()) {
            let text = serde_json::to_string(&position).unwrap();
            prop_assert_eq!(serde_json::from_str::<Position>(&text).unwrap(), position);
        }
    }
}
