//! Where areas have no outlines: a label point for each, and the nearest one as a guess.
//! `Areas` answers for both, and always says whether the answer is a guess.

use crate::coverage::Coverage;
use crate::metres::Metres;
use crate::position::Position;

/// An area of which only a point is known, for example the place of its name on the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelPoint {
    /// The code by which others name the area.
    pub code: String,
    /// The name that is shown.
    pub name: String,
    /// A place in the area.
    pub position: Position,
}

/// Label points in the order of their codes.
#[derive(Clone, Debug, Default)]
pub struct LabelPoints {
    points: Vec<LabelPoint>,
}

impl LabelPoints {
    /// Takes the points. Of points with one code the first one stays.
    pub fn new(mut points: Vec<LabelPoint>) -> LabelPoints {
        points.sort_by(|a, b| a.code.cmp(&b.code));
        points.dedup_by(|later, first| later.code == first.code);
        LabelPoints { points }
    }

    /// All points in the order of their codes.
    pub fn points(&self) -> &[LabelPoint] {
        &self.points
    }

    /// The code of the nearest label point, equally near ones by code. None without points.
    pub fn nearest(&self, position: Position) -> Option<(&str, Metres)> {
        self.points
            .iter()
            .map(|point| (point.code.as_str(), position.distance_to(point.position)))
            .min_by_key(|(code, distance)| (*distance, *code))
    }
}

/// Where a position belongs, and whether that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located<'a> {
    /// The code of the area.
    pub code: &'a str,
    /// True when no outline says so and a person should confirm.
    pub guessed: bool,
}

/// What is known of the areas: outlines, or only label points.
#[derive(Clone, Debug)]
pub enum Areas {
    /// Outlines: positions are located exactly.
    Outlined(Coverage),
    /// Label points: the nearest one is guessed.
    Labelled(LabelPoints),
}

/// A crack between two imported areas is closed up to this width: two metres are less than a fix can tell apart.
const CRACK_HALF_WIDTH: Metres = Metres::whole(1);

impl Areas {
    /// Which area a position belongs to.
    ///
    /// # Shape
    /// With outlines: the area that has the position; in a crack between two areas the nearer one, guessed; none
    /// outside. With label points: always the nearest one, guessed; how far it is, is the caller's to weigh
    /// ([`Areas::nearest`]).
    pub fn locate(&self, position: Position) -> Option<Located<'_>> {
        match self {
            Areas::Outlined(coverage) => {
                if let Some(code) = coverage.area_of(position) {
                    return Some(Located {
                        code,
                        guessed: false,
                    });
                }
                match coverage.areas_within(position, CRACK_HALF_WIDTH).as_slice() {
                    [(code, _), _, ..] => Some(Located {
                        code,
                        guessed: true,
                    }),
                    [] | [_] => None,
                }
            }
            Areas::Labelled(labels) => labels.nearest(position).map(|(code, _)| Located {
                code,
                guessed: true,
            }),
        }
    }

    /// The nearest area: to its border (zero inside) or to its label point.
    pub fn nearest(&self, position: Position) -> Option<(&str, Metres)> {
        match self {
            Areas::Outlined(coverage) => coverage.nearest_area(position),
            Areas::Labelled(labels) => labels.nearest(position),
        }
    }

    /// The areas at most `radius` from a position. Label points know no borders: then only the guessed area itself.
    pub fn areas_within(&self, position: Position, radius: Metres) -> Vec<(&str, Metres)> {
        match self {
            Areas::Outlined(coverage) => coverage.areas_within(position, radius),
            Areas::Labelled(labels) => labels
                .nearest(position)
                .map(|(code, _)| (code, Metres::ZERO))
                .into_iter()
                .collect(),
        }
    }

    /// The other areas at most `radius` from the border of an area. Label points know no borders: then none.
    pub fn neighbours_within(&self, code: &str, radius: Metres) -> Vec<(&str, Metres)> {
        match self {
            Areas::Outlined(coverage) => coverage.neighbours_within(code, radius),
            Areas::Labelled(_) => Vec::new(),
        }
    }

    /// Codes and names in the order of the codes.
    pub fn names(&self) -> Vec<(&str, &str)> {
        match self {
            Areas::Outlined(coverage) => coverage
                .areas()
                .iter()
                .map(|area| (area.code.as_str(), area.name.as_str()))
                .collect(),
            Areas::Labelled(labels) => labels
                .points()
                .iter()
                .map(|point| (point.code.as_str(), point.name.as_str()))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Areas, LabelPoint, LabelPoints, Located};
    use crate::position::Position;

    fn label(code: &str, lon: f64, lat: f64) -> LabelPoint {
        LabelPoint {
            code: code.to_owned(),
            name: format!("Area {code}"),
            position: Position::new(lon, lat).unwrap(),
        }
    }

    #[test]
    fn without_outlines_the_nearest_label_is_proposed_and_marked_as_guessed() {
        let labels = LabelPoints::new(vec![label("2", 121.42, 31.25), label("1", 121.40, 31.25)]);
        let areas = Areas::Labelled(labels);
        let near_two = areas.locate(Position::new(121.413, 31.25).unwrap());
        assert_eq!(
            near_two,
            Some(Located {
                code: "2",
                guessed: true
            })
        );
        let between = areas.locate(Position::new(121.41, 31.25).unwrap());
        assert_eq!(
            between,
            Some(Located {
                code: "1",
                guessed: true
            }),
            "equally near: the lower code"
        );
        assert_eq!(areas.names(), [("1", "Area 1"), ("2", "Area 2")]);
    }

    #[test]
    fn without_labels_nothing_is_guessed() {
        assert_eq!(
            Areas::Labelled(LabelPoints::default()).locate(Position::new(121.4, 31.25).unwrap()),
            None
        );
    }
}
