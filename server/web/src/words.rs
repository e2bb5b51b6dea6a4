//! A text that a person typed: never empty, never longer than a page.

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// The longest text, in characters; a page of a notebook.
pub const LENGTH_MAX: usize = 2_000;

/// How the reader's message about a wrong length begins; the strict reader of bodies tells it by this.
pub(crate) const WRONG_LENGTH: &str = "a text is empty or too long";

/// A text of one to two thousand characters, without blanks at its ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, min_length = 1, max_length = 2000)]
pub struct Words(String);

impl Words {
    /// The text.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl From<Words> for String {
    fn from(words: Words) -> Self {
        words.0
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let trimmed = text.trim();
        if trimmed.is_empty() || trimmed.chars().count() > LENGTH_MAX {
            return Err(serde::de::Error::custom(WRONG_LENGTH));
        }
        Ok(Self(trimmed.to_owned()))
    }
}

/// Whether a text of a body that is read elsewhere has a length that we keep.
pub fn fits(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LENGTH_MAX
}
