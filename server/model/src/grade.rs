//! The three axes: priority of a case, colour (of an area, or warning level of a case), tier.

use crate::closed_list::closed_list;

closed_list! {
    /// How urgent what was seen is. `P0` is the most urgent; the order puts it first.
    Priority {
        /// 危急
        P0 = "P0",
        /// 保护
        P1 = "P1",
        /// 露宿
        P2 = "P2",
        /// 线索
        P3 = "P3",
    }
}

closed_list! {
    /// A colour: of an area, or the warning level of a case. The order rises with gravity.
    Level {
        /// 无
        None = "none",
        /// 蓝
        Blue = "blue",
        /// 黄
        Yellow = "yellow",
        /// 橙
        Orange = "orange",
    }
}

closed_list! {
    /// The colour of an official signal; red folds into orange with a flag.
    SignalColour {
        /// 蓝
        Blue = "blue",
        /// 黄
        Yellow = "yellow",
        /// 橙
        Orange = "orange",
        /// 红
        Red = "red",
    }
}

/// The ring of responders now responsible. The order rises: `Three` < `Two` < `One`, level one is the highest.
///
/// # Source
/// Chinese emergency law counts level one as the highest (`domain.md`, warning level and first tier).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// 三级 街镇
    Three,
    /// 二级 区街联动
    Two,
    /// 一级 全区联勤
    One,
}

impl Tier {
    /// All tiers, lowest first.
    pub const ALL: &'static [Self] = &[Self::Three, Self::Two, Self::One];

    /// The number on the wire: 3, 2 or 1.
    pub const fn number(self) -> u8 {
        match self {
            Self::Three => 3,
            Self::Two => 2,
            Self::One => 1,
        }
    }

    /// From the number on the wire.
    pub const fn from_number(n: u8) -> Option<Self> {
        match n {
            3 => Some(Self::Three),
            2 => Some(Self::Two),
            1 => Some(Self::One),
            _ => None,
        }
    }

    /// The next higher tier; the highest stays.
    #[must_use]
    pub const fn raised(self) -> Self {
        match self {
            Self::Three => Self::Two,
            Self::Two | Self::One => Self::One,
        }
    }
}

impl std::fmt::Display for Tier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.number().fmt(f)
    }
}

impl serde::Serialize for Tier {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

impl<'de> serde::Deserialize<'de> for Tier {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let n = u8::deserialize(deserializer)?;
        Self::from_number(n)
            .ok_or_else(|| serde::de::Error::custom(format!("`{n}` is not a tier; 3, 2 or 1")))
    }
}

impl utoipa::PartialSchema for Tier {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Integer)
            .enum_values(Some([3, 2, 1]))
            .into()
    }
}
impl utoipa::ToSchema for Tier {}
