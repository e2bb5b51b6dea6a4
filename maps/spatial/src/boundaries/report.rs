//! What the import of boundaries found: errors that keep an area out, and warnings about what remains.

use std::fmt;

use serde::Serialize;

use crate::position::Position;

/// Everything that was found in one text of boundaries.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BoundaryReport {
    /// How many features the text has.
    pub n_features: usize,
    /// The areas that were read without error, in the order of their codes.
    pub areas: Vec<AreaSummary>,
    /// Problems of single features in the order of the text, then those between areas.
    pub problems: Vec<BoundaryProblem>,
}

/// One area in a few numbers, so that a person sees whether it is the one that was meant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AreaSummary {
    /// Which feature it is, counted from 0.
    pub feature: usize,
    /// The code of the area.
    pub code: String,
    /// The name of the area.
    pub name: String,
    /// How many corners its border has.
    pub n_corners: usize,
    /// How many separate pieces it has.
    pub n_polygons: usize,
    /// Its size in square metres on the ellipsoid.
    pub area_m2: f64,
}

/// How grave a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Gravity {
    /// The feature cannot be used.
    Error,
    /// It can be used; a person should look.
    Warning,
}

/// One problem, with the place in the text where it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BoundaryProblem {
    /// How grave it is; follows from the problem.
    pub gravity: Gravity,
    /// Which feature it is about, counted from 0; none for the file as a whole.
    pub feature: Option<usize>,
    /// The code of the area, where it is known.
    pub code: Option<String>,
    /// The member of the feature or the file, for example `properties.code` or `geometry.coordinates.0.17`.
    pub member: String,
    /// What is wrong.
    #[serde(flatten)]
    pub problem: Problem,
}

/// What can be wrong with boundaries.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// There is not a single usable area.
    NoAreas,
    /// The file names a coordinate system in a member that RFC 7946 has abolished; it is not followed.
    CrsMemberIgnored {
        /// The system it names.
        name: String,
    },
    /// The property is missing or empty.
    PropertyMissing,
    /// The property is neither text nor a whole number.
    PropertyNotText,
    /// The code was used by an earlier feature.
    CodeRepeated {
        /// The feature that has it.
        first_feature: usize,
    },
    /// There is no geometry, or it is empty.
    GeometryMissing,
    /// The geometry is not a polygon.
    GeometryUnsupported {
        /// What it is.
        geometry: String,
    },
    /// The geometry cannot be read.
    GeometryUnreadable {
        /// Why.
        message: String,
    },
    /// A corner is no place on the ground; metres in place of degrees look like this.
    CoordinateOutOfRange {
        /// The first number of the corner.
        x: f64,
        /// The second number of the corner.
        y: f64,
    },
    /// A ring does not end where it begins.
    RingNotClosed,
    /// A ring has fewer than four positions, the last one being the first again.
    RingTooShort {
        /// How many it has, equal neighbours counted once.
        n_positions: usize,
    },
    /// A ring crosses itself, a hole lies outside, or rings lie on each other.
    RingInvalid {
        /// What exactly.
        message: String,
    },
    /// Two areas cover the same ground; the one with the lower code has it.
    Overlap {
        /// The code that wins.
        lower_code: String,
        /// The code that loses.
        higher_code: String,
        /// The size of the common ground in square metres.
        area_m2: f64,
        /// A place in it.
        at: Option<Position>,
    },
    /// Ground that is enclosed by areas but belongs to none.
    Gap {
        /// Its size in square metres.
        area_m2: f64,
        /// A place in it.
        at: Option<Position>,
        /// The codes of the areas around it, lowest first.
        between: Vec<String>,
    },
}

impl BoundaryReport {
    /// Whether a feature cannot be used.
    pub fn has_errors(&self) -> bool {
        self.errors().next().is_some()
    }

    /// The problems that keep a feature out.
    pub fn errors(&self) -> impl Iterator<Item = &BoundaryProblem> {
        self.problems
            .iter()
            .filter(|problem| problem.gravity == Gravity::Error)
    }

    /// The problems that a person should look at.
    pub fn warnings(&self) -> impl Iterator<Item = &BoundaryProblem> {
        self.problems
            .iter()
            .filter(|problem| problem.gravity == Gravity::Warning)
    }
}

impl BoundaryProblem {
    pub(super) fn about(
        feature: usize,
        code: Option<String>,
        member: impl Into<String>,
        problem: Problem,
    ) -> BoundaryProblem {
        let gravity = problem.gravity();
        BoundaryProblem {
            gravity,
            feature: Some(feature),
            code,
            member: member.into(),
            problem,
        }
    }

    pub(super) fn about_the_file(member: &str, problem: Problem) -> BoundaryProblem {
        let gravity = problem.gravity();
        BoundaryProblem {
            gravity,
            feature: None,
            code: None,
            member: member.to_owned(),
            problem,
        }
    }
}

impl Problem {
    /// Whether the problem keeps a feature out.
    pub fn gravity(&self) -> Gravity {
        match self {
            Problem::NoAreas
            | Problem::PropertyMissing
            | Problem::PropertyNotText
            | Problem::CodeRepeated { .. }
            | Problem::GeometryMissing
            | Problem::GeometryUnsupported { .. }
            | Problem::GeometryUnreadable { .. }
            | Problem::CoordinateOutOfRange { .. }
            | Problem::RingNotClosed
            | Problem::RingTooShort { .. }
            | Problem::RingInvalid { .. } => Gravity::Error,
            Problem::CrsMemberIgnored { .. } | Problem::Overlap { .. } | Problem::Gap { .. } => {
                Gravity::Warning
            }
        }
    }

    /// The problem as a sentence in Chinese.
    pub fn text_zh(&self) -> String {
        match self {
            Problem::NoAreas => "文件中没有可用的区域".to_owned(),
            Problem::CrsMemberIgnored { name } => {
                format!("文件中的坐标系说明“{name}”未被采用，请用 --crs 指定坐标系")
            }
            Problem::PropertyMissing => "缺少该属性或属性为空".to_owned(),
            Problem::PropertyNotText => "该属性应为文字或整数".to_owned(),
            Problem::CodeRepeated { first_feature } => {
                format!("代码与第 {first_feature} 个要素重复")
            }
            Problem::GeometryMissing => "没有几何图形".to_owned(),
            Problem::GeometryUnsupported { geometry } => {
                format!("几何类型 {geometry} 不能作为边界，应为 Polygon 或 MultiPolygon")
            }
            Problem::GeometryUnreadable { message } => format!("几何图形无法读取：{message}"),
            Problem::CoordinateOutOfRange { x, y } => {
                format!("坐标 [{x}, {y}] 不是经纬度，可能是以米为单位的平面坐标")
            }
            Problem::RingNotClosed => "环未闭合：最后一个点应与第一个点相同".to_owned(),
            Problem::RingTooShort { n_positions } => {
                format!("环只有 {n_positions} 个点，至少需要 4 个")
            }
            Problem::RingInvalid { message } => format!("环无效：{message}"),
            Problem::Overlap {
                lower_code,
                higher_code,
                area_m2,
                ..
            } => {
                format!(
                    "{lower_code} 与 {higher_code} 重叠 {area_m2:.0} 平方米，重叠处归 {lower_code}"
                )
            }
            Problem::Gap {
                area_m2, between, ..
            } => {
                format!(
                    "{} 之间有 {area_m2:.0} 平方米的空隙，不属于任何区域",
                    between.join("、")
                )
            }
        }
    }
}

/// The problem as a sentence in English.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NoAreas => f.write_str("the file has no usable area"),
            Problem::CrsMemberIgnored { name } => {
                write!(
                    f,
                    "the file names the coordinate system {name:?}, which is not followed; declare it with --crs"
                )
            }
            Problem::PropertyMissing => f.write_str("the property is missing or empty"),
            Problem::PropertyNotText => {
                f.write_str("the property is neither text nor a whole number")
            }
            Problem::CodeRepeated { first_feature } => {
                write!(f, "the code was already used by feature {first_feature}")
            }
            Problem::GeometryMissing => f.write_str("there is no geometry"),
            Problem::GeometryUnsupported { geometry } => {
                write!(
                    f,
                    "a {geometry} is no boundary; a Polygon or MultiPolygon is"
                )
            }
            Problem::GeometryUnreadable { message } => {
                write!(f, "the geometry is not readable: {message}")
            }
            Problem::CoordinateOutOfRange { x, y } => {
                write!(
                    f,
                    "[{x}, {y}] is no longitude and latitude; are these metres on a plane?"
                )
            }
            Problem::RingNotClosed => f.write_str("the ring does not end where it begins"),
            Problem::RingTooShort { n_positions } => {
                write!(
                    f,
                    "the ring has {n_positions} positions and needs at least 4"
                )
            }
            Problem::RingInvalid { message } => write!(f, "invalid ring: {message}"),
            Problem::Overlap {
                lower_code,
                higher_code,
                area_m2,
                ..
            } => {
                write!(
                    f,
                    "{lower_code} and {higher_code} overlap by {area_m2:.0} m²; {lower_code} has the common ground"
                )
            }
            Problem::Gap {
                area_m2, between, ..
            } => {
                write!(
                    f,
                    "{area_m2:.0} m² between {} belong to no area",
                    between.join(", ")
                )
            }
        }
    }
}

impl fmt::Display for BoundaryProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(feature) = self.feature {
            write!(f, "feature {feature}")?;
        } else {
            f.write_str("file")?;
        }
        if let Some(code) = &self.code {
            write!(f, " ({code})")?;
        }
        write!(f, ", {}: {}", self.member, self.problem)
    }
}
