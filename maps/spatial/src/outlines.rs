//! The streets as a map shows them: imported outlines, else a sketch of the ground that is guessed for each.
//! For showing only: which area has a position is never asked of these.

use serde_json::{Value, json};

use crate::area::Area;
use crate::boundaries::geometry_of;
use crate::cells::cells;
use crate::labels::Areas;
use crate::metres::Metres;
use crate::simplify::simplify;

/// Bytes of the whole at which it is drawn more coarsely: a phone loads it in a second.
const BYTES_MAX: usize = 150 * 1024;
/// The finest tolerance; what is finer cannot be seen on a map of a district.
const FINEST_M: u32 = 2;
/// The coarsest tolerance; after it the whole is sent as large as it is.
const COARSEST_M: u32 = 256;

/// A FeatureCollection (RFC 7946) of the streets, and of the district if its outline is known: one feature each with
/// `code`, `name` and `sketch`; the district has `kind` too.
///
/// # Shape
/// In the order of the codes, the district last. Borders are simplified until the text has at most 150 KB.
pub fn outlines_geojson(areas: Option<&Areas>, district: Option<&Area>) -> String {
    let (streets, sketch) = match areas {
        Some(Areas::Outlined(coverage)) => (coverage.areas().to_vec(), false),
        Some(Areas::Labelled(labels)) => {
            let within = district.map(|district| &district.outline);
            (cells(labels, within), true)
        }
        None => (Vec::new(), true),
    };
    let mut tolerance_m = FINEST_M;
    loop {
        let simple = simplify(&streets, Metres::whole(tolerance_m));
        let text = write(&simple, sketch, district);
        if text.len() <= BYTES_MAX || tolerance_m >= COARSEST_M {
            return text;
        }
        tolerance_m *= 2;
    }
}

fn write(streets: &[Area], sketch: bool, district: Option<&Area>) -> String {
    let street = |area: &Area| {
        json!({
            "type": "Feature",
            "properties": {"code": area.code, "name": area.name, "sketch": sketch},
            "geometry": geometry_of(&area.outline),
        })
    };
    let whole = |area: &Area| {
        json!({
            "type": "Feature",
            "properties": {"code": area.code, "name": area.name, "sketch": true, "kind": "district"},
            "geometry": geometry_of(&area.outline),
        })
    };
    let features: Vec<Value> = streets
        .iter()
        .map(street)
        .chain(district.map(whole))
        .collect();
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::area::Outline;
    use crate::coverage::Coverage;
    use crate::labels::{LabelPoint, LabelPoints};
    use crate::position::Position;

    /// A ring of many corners on a circle with teeth.
    fn toothed(code: &str, n_corners: u32) -> Area {
        let mut ring: Vec<Position> = (0..n_corners)
            .map(|n| {
                let turn = f64::from(n) / f64::from(n_corners) * std::f64::consts::TAU;
                let radius = 0.05 + 0.000_1 * f64::from(n % 2);
                Position::new(121.4 + radius * turn.cos(), 31.2 + radius * turn.sin()).unwrap()
            })
            .collect();
        ring.push(*ring.first().unwrap());
        Area {
            code: code.to_owned(),
            name: "区".to_owned(),
            outline: Outline {
                polygons: vec![vec![ring]],
            },
        }
    }

    fn read(text: &str) -> Vec<Value> {
        let value: Value = serde_json::from_str(text).unwrap();
        value
            .pointer("/features")
            .unwrap()
            .as_array()
            .unwrap()
            .clone()
    }

    #[test]
    fn imported_outlines_are_no_sketch_and_are_small_enough_for_a_phone() {
        let areas = Areas::Outlined(Coverage::new(vec![toothed("1", 8_000)]).unwrap());
        let text = outlines_geojson(Some(&areas), None);
        assert!(text.len() <= BYTES_MAX, "{}", text.len());
        let features = read(&text);
        assert_eq!(features.len(), 1);
        let properties = features.first().unwrap().pointer("/properties").unwrap();
        assert_eq!(
            *properties,
            json!({"code": "1", "name": "区", "sketch": false})
        );
    }

    #[test]
    fn label_points_are_drawn_as_a_sketch_inside_the_district() {
        let points = [("1", 121.39), ("2", 121.41)].map(|(code, lon)| LabelPoint {
            code: code.to_owned(),
            name: code.to_owned(),
            position: Position::new(lon, 31.2).unwrap(),
        });
        let areas = Areas::Labelled(LabelPoints::new(points.to_vec()));
        let features = read(&outlines_geojson(Some(&areas), Some(&toothed("9", 40))));
        let sketch: Vec<&Value> = features
            .iter()
            .filter_map(|f| f.pointer("/properties/sketch"))
            .collect();
        assert_eq!(sketch, [true, true, true]);
        let last = features.last().unwrap();
        assert_eq!(last.pointer("/properties/kind"), Some(&json!("district")));
        assert_eq!(last.pointer("/geometry/type"), Some(&json!("Polygon")));
        assert!(read(&outlines_geojson(None, None)).is_empty());
    }
}
