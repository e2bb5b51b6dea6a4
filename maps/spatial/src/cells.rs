//! The ground that is nearest to each label point: what a guess by label points looks like on a map.

use geo::{BooleanOps, BoundingRect, Coord, LineString, MultiPolygon, Polygon};

use crate::area::{Area, Outline};
use crate::earth::DegreeLength;
use crate::labels::{LabelPoint, LabelPoints};

/// How far a map goes beyond the outermost label points where nobody knows the outline of the whole.
const MARGIN_M: f64 = 2_000.0;

/// One area for each label point: the ground inside `within` that is nearer to it than to any other; without an outline
/// inside a box around the points.
///
/// # Shape
/// In the order of the codes. A point whose ground lies outside of the outline has no area. Borders are straight on a
/// flat map at the latitude of the points: within 20 km they lie at most a few metres from where
/// [`LabelPoints::nearest`] changes its answer.
pub fn cells(labels: &LabelPoints, within: Option<&Outline>) -> Vec<Area> {
    let points = labels.points();
    let Some(middle) = points.first() else {
        return Vec::new();
    };
    let degree = DegreeLength::at_latitude(middle.position.lat());
    let Some(clip) = within
        .map(Outline::to_degrees)
        .filter(|shape| !shape.0.is_empty())
        .or_else(|| box_around(points, &degree))
    else {
        return Vec::new();
    };
    let Some(bounds) = clip.bounding_rect() else {
        return Vec::new();
    };
    let flat = |at: Coord<f64>| Coord {
        x: at.x * degree.lon_m,
        y: at.y * degree.lat_m,
    };
    let whole: Vec<Coord<f64>> = bounds
        .to_polygon()
        .exterior()
        .0
        .iter()
        .copied()
        .map(flat)
        .collect();
    points
        .iter()
        .filter_map(|point| {
            let own = flat(coord(point));
            let others = points.iter().filter(|other| other.code != point.code);
            let nearest = others.fold(whole.clone(), |ring, other| {
                nearer_half(&ring, own, flat(coord(other)))
            });
            let ring: LineString<f64> = nearest
                .into_iter()
                .map(|at| Coord {
                    x: at.x / degree.lon_m,
                    y: at.y / degree.lat_m,
                })
                .collect();
            let cell = MultiPolygon::new(vec![Polygon::new(ring, Vec::new())]);
            let outline = Outline::from_degrees(&cell.intersection(&clip)).ok()?;
            let drawable = !outline.polygons.is_empty() && outline.rings().all(|r| r.len() >= 4);
            drawable.then(|| Area {
                code: point.code.clone(),
                name: point.name.clone(),
                outline,
            })
        })
        .collect()
}

fn coord(point: &LabelPoint) -> Coord<f64> {
    Coord {
        x: point.position.lon(),
        y: point.position.lat(),
    }
}

fn box_around(points: &[LabelPoint], degree: &DegreeLength) -> Option<MultiPolygon<f64>> {
    let all: LineString<f64> = points.iter().map(coord).collect();
    let bounds = all.bounding_rect()?;
    let (lon, lat) = (MARGIN_M / degree.lon_m, MARGIN_M / degree.lat_m);
    let wider = geo::Rect::new(
        Coord {
            x: bounds.min().x - lon,
            y: bounds.min().y - lat,
        },
        Coord {
            x: bounds.max().x + lon,
            y: bounds.max().y + lat,
        },
    );
    Some(MultiPolygon::new(vec![wider.to_polygon()]))
}

/// The part of a convex ring that is at least as near to one point as to another (Sutherland and Hodgman, 1974).
fn nearer_half(ring: &[Coord<f64>], to: Coord<f64>, than: Coord<f64>) -> Vec<Coord<f64>> {
    let away = than - to;
    let middle = (to + than) / 2.0;
    // How far beyond the line between both, in units that do not matter.
    let beyond = |at: Coord<f64>| (at.x - middle.x) * away.x + (at.y - middle.y) * away.y;
    let mut kept = Vec::with_capacity(ring.len() + 1);
    for (from, to) in ring.iter().copied().zip(ring.iter().copied().skip(1)) {
        let (here, there) = (beyond(from), beyond(to));
        if here <= 0.0 {
            kept.push(from);
        }
        if (here < 0.0 && there > 0.0) || (here > 0.0 && there < 0.0) {
            kept.push(from + (to - from) * (here / (here - there)));
        }
    }
    kept.extend(kept.first().copied());
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::Coverage;
    use crate::metres::Metres;
    use crate::position::Position;

    fn point(code: &str, lon: f64, lat: f64) -> LabelPoint {
        LabelPoint {
            code: code.to_owned(),
            name: format!("街道{code}"),
            position: Position::new(lon, lat).unwrap(),
        }
    }

    fn five() -> LabelPoints {
        LabelPoints::new(vec![
            point("1", 121.40, 31.24),
            point("2", 121.43, 31.25),
            point("3", 121.41, 31.27),
            point("4", 121.37, 31.23),
            point("5", 121.36, 31.28),
        ])
    }

    #[test]
    fn every_place_lies_in_the_cell_of_the_label_point_that_is_guessed_for_it() {
        let labels = five();
        let coverage = Coverage::new(cells(&labels, None)).unwrap();
        let mut n_asked = 0;
        for column in 0..60 {
            for row in 0..60 {
                let lon = 121.345 + 0.0017 * f64::from(column);
                let lat = 31.215 + 0.0013 * f64::from(row);
                let at = Position::new(lon, lat).unwrap();
                let guessed = labels.nearest(at).map(|(code, _)| code);
                let near_border = coverage.areas_within(at, Metres::whole(3)).len() > 1;
                if !near_border {
                    assert_eq!(coverage.area_of(at), guessed, "{lon} {lat}");
                    n_asked += 1;
                }
            }
        }
        assert!(n_asked > 3_500, "{n_asked}");
    }

    #[test]
    fn an_outline_cuts_the_cells_and_whoever_lies_outside_has_none() {
        let corner = |lon: f64, lat: f64| Position::new(lon, lat).unwrap();
        let within = Outline {
            polygons: vec![vec![vec![
                corner(121.39, 31.235),
                corner(121.44, 31.235),
                corner(121.44, 31.255),
                corner(121.39, 31.255),
                corner(121.39, 31.235),
            ]]],
        };
        let areas = cells(&five(), Some(&within));
        let codes: Vec<&str> = areas.iter().map(|area| area.code.as_str()).collect();
        assert!(codes.contains(&"1") && codes.contains(&"2") && !codes.contains(&"5"));
        let coverage = Coverage::new(areas).unwrap();
        assert_eq!(coverage.area_of(corner(121.40, 31.24)), Some("1"));
        assert_eq!(coverage.area_of(corner(121.40, 31.22)), None);
    }

    #[test]
    fn without_points_there_are_no_cells_and_one_point_has_everything() {
        assert!(cells(&LabelPoints::default(), None).is_empty());
        let one = cells(&LabelPoints::new(vec![point("1", 121.4, 31.2)]), None);
        assert_eq!(one.len(), 1);
    }
}
