//! The shape of the earth: WGS-84 degrees to earth-centred metres, and straight lines to distances.

/// Equatorial radius of the WGS-84 ellipsoid in metres.
///
/// # Source
/// NIMA TR8350.2, third edition, table 3.1.
const EQUATORIAL_RADIUS_M: f64 = 6_378_137.0;

/// Square of the first eccentricity of the WGS-84 ellipsoid.
///
/// # Source
/// NIMA TR8350.2, third edition, table 3.3.
const ECCENTRICITY_2: f64 = 6.694_379_990_14e-3;

/// Mean radius of the earth in metres, (2a + b) / 3.
///
/// # Source
/// Moritz, Geodetic Reference System 1980, R1.
const MEAN_RADIUS_M: f64 = 6_371_008.8;

/// A point on the ellipsoid, earth-centred and earth-fixed: x, y and z in metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Earthbound {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) z: f64,
}

impl Earthbound {
    /// Puts a WGS-84 position on the ellipsoid.
    pub(crate) fn from_degrees(lon: f64, lat: f64) -> Earthbound {
        let (sin_lon, cos_lon) = lon.to_radians().sin_cos();
        let (sin_lat, cos_lat) = lat.to_radians().sin_cos();
        let normal_m = EQUATORIAL_RADIUS_M / (1.0 - ECCENTRICITY_2 * sin_lat * sin_lat).sqrt();
        Earthbound {
            x: normal_m * cos_lat * cos_lon,
            y: normal_m * cos_lat * sin_lon,
            z: normal_m * (1.0 - ECCENTRICITY_2) * sin_lat,
        }
    }

    /// Square of the straight line through the earth, in square metres.
    pub(crate) fn chord_2(self, other: Earthbound) -> f64 {
        let (dx, dy, dz) = (self.x - other.x, self.y - other.y, self.z - other.z);
        dx * dx + dy * dy + dz * dz
    }
}

/// The way over the ground that belongs to a straight line through the earth. Grows with it, and is never shorter.
///
/// # Units
/// Square metres in, metres out. The way is an arc of a circle of the earth's mean radius.
pub(crate) fn way_over_ground_m(chord_2: f64) -> f64 {
    let half_angle_sine = chord_2.sqrt() / (2.0 * MEAN_RADIUS_M);
    2.0 * MEAN_RADIUS_M * half_angle_sine.min(1.0).asin()
}

/// Metres in one degree of longitude and of latitude at a place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DegreeLength {
    pub(crate) lon_m: f64,
    pub(crate) lat_m: f64,
}

impl DegreeLength {
    /// From the two radii of curvature of the ellipsoid at this latitude.
    pub(crate) fn at_latitude(lat: f64) -> DegreeLength {
        let (sin_lat, cos_lat) = lat.to_radians().sin_cos();
        let w_2 = 1.0 - ECCENTRICITY_2 * sin_lat * sin_lat;
        let normal_m = EQUATORIAL_RADIUS_M / w_2.sqrt();
        let meridian_m = EQUATORIAL_RADIUS_M * (1.0 - ECCENTRICITY_2) / (w_2 * w_2.sqrt());
        DegreeLength {
            lon_m: (normal_m * cos_lat).to_radians(),
            lat_m: meridian_m.to_radians(),
        }
    }
}
