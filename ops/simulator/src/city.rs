//! The invented city of the night: spots around the streets' centres, and the people who sleep there.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

/// A spot where somebody sleeps tonight.
#[derive(Clone, Debug)]
pub struct Sleeper {
    /// Degrees east, WGS-84.
    pub lon: f64,
    /// Degrees north, WGS-84.
    pub lat: f64,
    /// What a patrol sees.
    pub signs: Vec<&'static str>,
    /// Age band.
    pub age_band: &'static str,
    /// Whether a visit finds nobody.
    pub gone: bool,
    /// Whether help is declined.
    pub refuses: bool,
    /// How many.
    pub n_people: u32,
}

/// One in two is not found; nine in ten decline at first.
///
/// # Source
/// The field research: 36 to 63 per cent not found in England and New York; nine of ten decline in one Shanghai
/// district.
const GONE: f64 = 0.5;
const REFUSES: f64 = 0.9;

/// A degree of latitude in metres, near enough to scatter spots.
const METRES_A_DEGREE: f64 = 111_000.0;
/// Spots lie within this distance of a street's centre.
const SCATTER_M: f64 = 600.0;

/// Draws the people of the night around the centres of the streets that the server knows.
pub fn sleepers(streets: &Value, n: usize, seed: u64) -> Vec<Sleeper> {
    let mut draw = StdRng::seed_from_u64(seed);
    let centres: Vec<(f64, f64)> = streets["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|street| {
            let centre = street.get("centre")?;
            Some((centre["lon"].as_f64()?, centre["lat"].as_f64()?))
        })
        .collect();
    if centres.is_empty() {
        return Vec::new();
    }
    (0..n)
        .map(|_| {
            let (lon, lat) = centres[draw.random_range(0..centres.len())];
            let scatter = SCATTER_M / METRES_A_DEGREE;
            let (age_band, old) = *pick(
                &mut draw,
                &[
                    ("18_59", false),
                    ("18_59", false),
                    ("60_79", true),
                    ("80_plus", true),
                ],
            );
            let mut signs = vec![*pick(
                &mut draw,
                &[
                    "bedded_down",
                    "bedded_down",
                    "about_to_bed_down",
                    "bedding_only",
                ],
            )];
            if old {
                signs.push("aged_60_or_older");
            }
            if draw.random_bool(0.15) {
                signs.push(*pick(
                    &mut draw,
                    &["wet_clothing", "no_bedding", "intoxicated", "immobile"],
                ));
            }
            if draw.random_bool(0.02) {
                signs.push(*pick(&mut draw, &["suspected_hypothermia", "unconscious"]));
            }
            Sleeper {
                lon: lon + draw.random_range(-scatter..scatter),
                lat: lat + draw.random_range(-scatter..scatter),
                signs,
                age_band,
                gone: draw.random_bool(GONE),
                refuses: draw.random_bool(REFUSES),
                n_people: if draw.random_bool(0.1) { 2 } else { 1 },
            }
        })
        .collect()
}

/// One of a list that is not empty.
pub(crate) fn pick<'a, T>(draw: &mut StdRng, from: &'a [T]) -> &'a T {
    &from[draw.random_range(0..from.len())]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_people() {
        let streets = json!({"items": [{"code": "1", "centre": {"lon": 121.4, "lat": 31.25}}]});
        let (a, b) = (sleepers(&streets, 40, 7), sleepers(&streets, 40, 7));
        assert_eq!(format!("{a:?}"), format!("{b:?}"));
        assert_ne!(format!("{a:?}"), format!("{:?}", sleepers(&streets, 40, 8)));
        assert!(a.iter().any(|s| s.gone) && a.iter().any(|s| s.refuses));
    }

    #[test]
    fn a_city_without_centres_has_no_spots() {
        assert!(sleepers(&json!({"items": []}), 10, 1).is_empty());
    }
}
