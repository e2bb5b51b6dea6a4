//! A length: what distances, radii and accuracies are measured in.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A length that is finite and not negative.
///
/// # Shape
/// Kept as whole millimetres, so lengths are totally ordered, may stand in ordered maps, and come back from JSON
/// bit for bit. In JSON a number of metres.
///
/// # Units
/// Metres; one millimetre is the smallest step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Metres(u64);

/// Why a number is not a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMetres {
    /// NaN or an infinity.
    #[error("a length must be a finite number of metres")]
    NotFinite,
    /// Below zero.
    #[error("a length must not be negative")]
    Negative,
    /// Above [`Metres::LIMIT`].
    #[error("a length must be at most 1,000,000 kilometres")]
    TooLong,
}

/// The longest length in metres: far beyond the size of the earth, far below where millimetres lose exactness.
const LIMIT_M: f64 = 1.0e9;

impl Metres {
    /// No length at all.
    pub const ZERO: Metres = Metres(0);

    /// The longest length there is. Longer input is refused, longer sums stop here.
    pub const LIMIT: Metres = Metres(1_000_000_000_000);

    /// Takes a number of metres and rounds it to the nearest millimetre.
    ///
    /// # Errors
    /// Refuses NaN, infinities, negative numbers, and numbers above [`Metres::LIMIT`].
    pub fn new(metres: f64) -> Result<Metres, InvalidMetres> {
        if !metres.is_finite() {
            return Err(InvalidMetres::NotFinite);
        }
        if metres < 0.0 {
            return Err(InvalidMetres::Negative);
        }
        if metres > LIMIT_M {
            return Err(InvalidMetres::TooLong);
        }
        Ok(Metres::rounded(metres))
    }

    /// A whole number of metres; for constants.
    pub const fn whole(metres: u32) -> Metres {
        // Widening; `u64::from` is not allowed in constants.
        Metres(metres as u64 * 1000)
    }

    /// The length as a number of metres.
    pub fn as_f64(self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "at most 10^12 millimetres, exact below 2^53"
        )]
        let millimetres = self.0 as f64;
        millimetres / 1000.0
    }

    /// The length in whole millimetres.
    pub fn millimetres(self) -> u64 {
        self.0
    }

    /// A computed length, known to be finite and not negative; cut at the limit.
    pub(crate) fn rounded(metres: f64) -> Metres {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast of floats saturates, and the value was rounded and cut to the range before"
        )]
        let millimetres = (metres.clamp(0.0, LIMIT_M) * 1000.0).round() as u64;
        Metres(millimetres)
    }
}

impl Add for Metres {
    type Output = Metres;

    /// Adds two lengths; the sum stops at [`Metres::LIMIT`].
    fn add(self, other: Metres) -> Metres {
        Metres(self.0.saturating_add(other.0).min(Metres::LIMIT.0))
    }
}

impl Sum for Metres {
    fn sum<I: Iterator<Item = Metres>>(lengths: I) -> Metres {
        lengths.fold(Metres::ZERO, Add::add)
    }
}

impl TryFrom<f64> for Metres {
    type Error = InvalidMetres;

    fn try_from(metres: f64) -> Result<Metres, InvalidMetres> {
        Metres::new(metres)
    }
}

impl fmt::Display for Metres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} m", self.as_f64())
    }
}

impl Serialize for Metres {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(1000) {
            serializer.serialize_u64(self.0 / 1000)
        } else {
            serializer.serialize_f64(self.as_f64())
        }
    }
}

impl<'de> Deserialize<'de> for Metres {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Metres, D::Error> {
        Metres::new(f64::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidMetres, Metres};

    #[test]
    fn what_is_not_a_length_is_refused() {
        assert_eq!(Metres::new(f64::NAN), Err(InvalidMetres::NotFinite));
        assert_eq!(Metres::new(f64::INFINITY), Err(InvalidMetres::NotFinite));
        assert_eq!(Metres::new(-0.001), Err(InvalidMetres::Negative));
        assert_eq!(Metres::new(1.1e9), Err(InvalidMetres::TooLong));
        assert_eq!(Metres::new(-0.0), Ok(Metres::ZERO));
    }

    #[test]
    fn a_length_comes_back_from_json_as_it_went() {
        for millimetres in [
            0,
            1,
            999,
            1000,
            38_125,
            60_000,
            123_456_789,
            999_999_999_999,
        ] {
            let length = Metres(millimetres);
            let text = serde_json::to_string(&length).unwrap();
            assert_eq!(
                serde_json::from_str::<Metres>(&text).unwrap(),
                length,
                "{text}"
            );
        }
        assert_eq!(serde_json::to_string(&Metres::whole(60)).unwrap(), "60");
        assert_eq!(
            serde_json::to_string(&Metres::new(38.1254).unwrap()).unwrap(),
            "38.125"
        );
        assert!(serde_json::from_str::<Metres>("-1").is_err());
        assert!(serde_json::from_str::<Metres>("\"60\"").is_err());
    }

    #[test]
    fn lengths_add_up_and_stop_at_the_limit() {
        assert_eq!(Metres::whole(40) + Metres::whole(20), Metres::whole(60));
        assert_eq!(Metres::LIMIT + Metres::whole(1), Metres::LIMIT);
        assert_eq!(
            [Metres::whole(1), Metres::whole(2)]
                .into_iter()
                .sum::<Metres>(),
            Metres::whole(3)
        );
    }
}
