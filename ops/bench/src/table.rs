//! The table that a run prints: each row a figure of ours beside its reference, and how they relate.

use std::fmt::Write as _;

/// One figure.
#[derive(Clone, Debug)]
pub struct Line {
    /// What is measured.
    pub what: String,
    /// Ours, with its unit.
    pub ours: String,
    /// The reference, with its unit and name.
    pub reference: String,
    /// How they relate, or the figure that is judged.
    pub figure: f64,
    /// The figure that is wanted; none for a row that only informs.
    pub wanted: Option<Wanted>,
}

/// A figure that is wanted.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
}

impl Wanted {
    fn words(self) -> String {
        match self {
            Self::AtLeast(n) => format!("≥ {n:.2}"),
            Self::AtMost(n) => format!("≤ {n:.2}"),
        }
    }

    fn holds(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(n) => figure >= n,
            Self::AtMost(n) => figure <= n,
        }
    }
}

/// The table as Markdown.
pub fn text(lines: &[Line]) -> String {
    let mut text =
        "| What | Ours | Reference | Figure | Wanted | |\n|---|---|---|---|---|---|\n".to_owned();
    for line in lines {
        let (wanted, verdict) = line.wanted.map_or_else(
            || (String::new(), ""),
            |wanted| {
                let verdict = if wanted.holds(line.figure) {
                    "reached"
                } else {
                    "**short**"
                };
                (wanted.words(), verdict)
            },
        );
        // Writing into a text cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.3} | {wanted} | {verdict} |",
            line.what, line.ours, line.reference, line.figure
        );
    }
    text
}
