//! Positions as others declare them, and their one conversion to WGS-84 at the edge.
//! The declared numbers are kept beside the converted ones; nothing behind the edge converts again.

use std::fmt;
use std::str::FromStr;

use coordtransform::{bd09_to_wgs84, gcj02_to_wgs84};
use serde::{Deserialize, Deserializer, Serialize};

use crate::metres::Metres;
use crate::position::{InvalidPosition, Position};

/// A system in which coordinates are declared.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Crs {
    /// WGS-84, what satellite receivers give.
    #[default]
    Wgs84,
    /// CGCS2000, the national system; the same as WGS-84 to less than a metre, and taken as equal.
    Cgcs2000,
    /// GCJ-02, what AMap, Tencent and WeChat give; some 500 m beside WGS-84 in Shanghai.
    Gcj02,
    /// BD-09, what Baidu gives; GCJ-02 moved once more.
    Bd09,
}

/// A word that names no coordinate system we know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown coordinate system {0:?}; known are wgs84, cgcs2000, gcj02, bd09")]
pub struct UnknownCrs(pub String);

impl Crs {
    /// Every system, in the order of the names in the interface.
    pub const ALL: [Crs; 4] = [Crs::Wgs84, Crs::Cgcs2000, Crs::Gcj02, Crs::Bd09];

    /// The name in JSON, in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Crs::Wgs84 => "wgs84",
            Crs::Cgcs2000 => "cgcs2000",
            Crs::Gcj02 => "gcj02",
            Crs::Bd09 => "bd09",
        }
    }

    /// Converts declared degrees to a WGS-84 position.
    ///
    /// # Shape
    /// Outside China GCJ-02 is not shifted, so there it is taken as WGS-84. On the line between, which is drawn
    /// coarsely at sea and far from any city, either may be taken.
    ///
    /// # Errors
    /// Refuses numbers that are no place on the ground, before or after the conversion.
    ///
    /// # Source
    /// The published formulas of GCJ-02 and BD-09, inverted by iteration in `coordtransform`; error below 0.1 mm, far
    /// below the step of a [`Position`].
    pub fn to_wgs84(self, lon: f64, lat: f64) -> Result<Position, InvalidPosition> {
        let declared = Position::new(lon, lat)?;
        match self {
            Crs::Wgs84 | Crs::Cgcs2000 => Ok(declared),
            Crs::Gcj02 => {
                let (lon, lat) = gcj02_to_wgs84(lon, lat);
                Position::new(lon, lat)
            }
            Crs::Bd09 => {
                let (lon, lat) = bd09_to_wgs84(lon, lat);
                Position::new(lon, lat)
            }
        }
    }
}

impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Crs {
    type Err = UnknownCrs;

    fn from_str(name: &str) -> Result<Crs, UnknownCrs> {
        Crs::ALL
            .into_iter()
            .find(|crs| crs.name() == name)
            .ok_or_else(|| UnknownCrs(name.to_owned()))
    }
}

/// A position exactly as somebody declared it; kept with the sighting, converted once.
///
/// # Shape
/// In JSON `{"lon":121.4,"lat":31.25,"accuracy_m":12,"crs":"gcj02"}`; `accuracy_m` and `crs` may be missing or null,
/// other members are refused. A missing `crs` counts as WGS-84; whoever must name one is checked by
/// [`DeclaredPosition::names_its_crs`]. Whether the numbers are possible is judged by the conversion, not by reading.
///
/// # Units
/// Degrees in the declared system, rounded to 10⁻⁹ (a tenth of a millimetre) so that they come back from JSON bit for
/// bit; accuracy in metres, the radius of the circle in which the fix lies with 68 %.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredPosition {
    /// Longitude in degrees of the declared system.
    #[serde(deserialize_with = "rounded")]
    pub lon: f64,
    /// Latitude in degrees of the declared system.
    #[serde(deserialize_with = "rounded")]
    pub lat: f64,
    /// How accurate the fix is, in metres.
    #[serde(
        default,
        deserialize_with = "rounded_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub accuracy_m: Option<f64>,
    /// The declared system; none means WGS-84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crs: Option<Crs>,
}

/// A declared position after its one conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Converted {
    /// The place in WGS-84.
    pub position: Position,
    /// How accurate the fix is said to be.
    pub accuracy: Option<Metres>,
}

impl DeclaredPosition {
    /// A declared position; the numbers are rounded as the type says.
    pub fn new(lon: f64, lat: f64, accuracy_m: Option<f64>, crs: Option<Crs>) -> DeclaredPosition {
        DeclaredPosition {
            lon: to_nano(lon),
            lat: to_nano(lat),
            accuracy_m: accuracy_m.map(to_nano),
            crs,
        }
    }

    /// A position that was in WGS-84 from the start, accuracy unknown.
    pub fn wgs84(position: Position) -> DeclaredPosition {
        DeclaredPosition {
            lon: position.lon(),
            lat: position.lat(),
            accuracy_m: None,
            crs: Some(Crs::Wgs84),
        }
    }

    /// The system that counts: the declared one, WGS-84 where none is declared.
    pub fn crs(&self) -> Crs {
        self.crs.unwrap_or_default()
    }

    /// Whether the sender named the system, as third parties must.
    pub fn names_its_crs(&self) -> bool {
        self.crs.is_some()
    }

    /// Converts to WGS-84. Called once, at the edge.
    ///
    /// # Errors
    /// Refuses degrees that are no place on the ground and an accuracy that is no length. The error names the member.
    pub fn convert(&self) -> Result<Converted, InvalidPosition> {
        let position = self.crs().to_wgs84(self.lon, self.lat)?;
        let accuracy = self
            .accuracy_m
            .map(Metres::new)
            .transpose()
            .map_err(|_| InvalidPosition::AccuracyImpossible)?;
        Ok(Converted { position, accuracy })
    }
}

/// Equal when every number has the same bits: what is stored must be what was declared.
impl PartialEq for DeclaredPosition {
    fn eq(&self, other: &DeclaredPosition) -> bool {
        self.lon.to_bits() == other.lon.to_bits()
            && self.lat.to_bits() == other.lat.to_bits()
            && self.accuracy_m.map(f64::to_bits) == other.accuracy_m.map(f64::to_bits)
            && self.crs == other.crs
    }
}

impl Eq for DeclaredPosition {}

fn to_nano(number: f64) -> f64 {
    let scaled = (number * 1.0e9).round();
    // Numbers that large are no degrees and no accuracy; the conversion refuses them as they are.
    if scaled.abs() < 9.0e15 {
        scaled / 1.0e9
    } else {
        number
    }
}

fn rounded<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    f64::deserialize(deserializer).map(to_nano)
}

fn rounded_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(Option::<f64>::deserialize(deserializer)?.map(to_nano))
}

#[cfg(test)]
mod tests {
    use coordtransform::{wgs84_to_bd09, wgs84_to_gcj02};
    use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
    use proptest::test_runner::RngSeed;

    use super::{Crs, DeclaredPosition};
    use crate::metres::Metres;
    use crate::position::{InvalidPosition, Position};

    fn declared(lon: f64, lat: f64, crs: Crs) -> DeclaredPosition {
        DeclaredPosition {
            lon,
            lat,
            accuracy_m: None,
            crs: Some(crs),
        }
    }

    fn apart_m(crs: Crs, declared: (f64, f64), true_place: (f64, f64)) -> f64 {
        let converted = crs.to_wgs84(declared.0, declared.1).unwrap();
        converted
            .distance_to(Position::new(true_place.0, true_place.1).unwrap())
            .as_f64()
    }

    /// The test vectors of eviltransform (Shanghai, Shenzhen, Beijing: WGS-84 to GCJ-02) and the pair that the
    /// descendants of wandergis/coordtransform print for WGS-84 to BD-09. Both are forward, so exact.
    #[test]
    fn published_pairs_convert_to_a_step() {
        for (crs, declared, place) in [
            (
                Crs::Gcj02,
                (121.531_541_859_215, 31.175_303_983_645_97),
                (121.527_210_6, 31.177_427_6),
            ),
            (
                Crs::Gcj02,
                (113.917_176_480_836_3, 22.540_796_131_694_766),
                (113.912_316, 22.543_847),
            ),
            (
                Crs::Gcj02,
                (116.384_047_224_556_57, 39.913_345_545_360_69),
                (116.377_817, 39.911_954),
            ),
            (
                Crs::Bd09,
                (116.416_627_243_787_33, 39.922_699_552_216_216),
                (116.404, 39.915),
            ),
        ] {
            let apart = apart_m(crs, declared, place);
            assert!(apart <= 0.02, "{crs} {declared:?}: {apart} m");
        }
    }

    #[test]
    fn a_wrong_flag_moves_a_point_in_putuo_by_some_500_metres() {
        let place = Position::new(121.4, 31.25).unwrap();
        let as_gcj = Crs::Gcj02.to_wgs84(121.4, 31.25).unwrap();
        let moved = place.distance_to(as_gcj);
        assert!(
            moved > Metres::whole(400) && moved < Metres::whole(600),
            "{moved}"
        );
        assert_eq!(Crs::Cgcs2000.to_wgs84(121.4, 31.25).unwrap(), place);
    }

    #[test]
    fn outside_china_gcj02_is_not_shifted() {
        for (lon, lat) in [
            (-0.1278, 51.5074),
            (2.3522, 48.8566),
            (139.6917, 35.6895),
            (-179.9, -89.9),
        ] {
            assert_eq!(
                Crs::Gcj02.to_wgs84(lon, lat).unwrap(),
                Position::new(lon, lat).unwrap()
            );
        }
    }

    #[test]
    fn impossible_values_are_refused_and_the_member_is_named() {
        let refused = |position: DeclaredPosition| position.convert().unwrap_err();
        assert_eq!(
            refused(declared(121.4, 131.0, Crs::Gcj02)),
            InvalidPosition::LatitudeOutOfRange
        );
        assert_eq!(
            refused(declared(f64::NAN, 31.0, Crs::Bd09)),
            InvalidPosition::LongitudeNotFinite
        );
        for accuracy_m in [-1.0, f64::NAN, f64::INFINITY, 1.0e12] {
            let mut position = declared(121.4, 31.25, Crs::Wgs84);
            position.accuracy_m = Some(accuracy_m);
            assert_eq!(refused(position).member(), "accuracy_m");
        }
    }

    #[test]
    fn json_may_leave_out_accuracy_and_system_but_invents_nothing() {
        let plain: DeclaredPosition = serde_json::from_str(r#"{"lon":121.4,"lat":31.25}"#).unwrap();
        assert!(!plain.names_its_crs());
        assert_eq!(plain.crs(), Crs::Wgs84);
        let full = r#"{"lon":121.4,"lat":31.25,"accuracy_m":12.0,"crs":"bd09"}"#;
        let position: DeclaredPosition = serde_json::from_str(full).unwrap();
        assert_eq!(serde_json::to_string(&position).unwrap(), full);
        assert_eq!(
            position.convert().unwrap().accuracy,
            Some(Metres::whole(12))
        );
        assert!(
            serde_json::from_str::<DeclaredPosition>(r#"{"lon":1,"lat":1,"crs":"WGS84"}"#).is_err()
        );
        assert!(
            serde_json::from_str::<DeclaredPosition>(r#"{"lon":1,"lat":1,"srid":4326}"#).is_err()
        );
        assert_eq!("gcj02".parse::<Crs>().unwrap(), Crs::Gcj02);
        assert!("gcj-02".parse::<Crs>().is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(2026), ..ProptestConfig::with_cases(256) })]

        #[test]
        fn conversion_undoes_the_shift_to_a_step(lon in 100.0..121.9, lat in 27.5..32.0) {
            let place = Position::new(lon, lat).unwrap();
            let gcj = wgs84_to_gcj02(place.lon(), place.lat());
            prop_assert!(apart_m(Crs::Gcj02, gcj, (place.lon(), place.lat())) <= 0.02);
            let bd = wgs84_to_bd09(place.lon(), place.lat());
            prop_assert!(apart_m(Crs::Bd09, bd, (place.lon(), place.lat())) <= 0.02);
        }

        #[test]
        fn a_declared_position_comes_back_from_json_as_it_went(lon in -180.0..180.0, lat in -90.0..90.0, accuracy in 0.0..9999.0) {
            let sent = format!(r#"{{"lon":{lon},"lat":{lat},"accuracy_m":{accuracy},"crs":"gcj02"}}"#);
            let first: DeclaredPosition = serde_json::from_str(&sent).unwrap();
            let again: DeclaredPosition = serde_json::from_str(&serde_json::to_string(&first).unwrap()).unwrap();
            prop_assert_eq!(first, again);
        }
    }
}
