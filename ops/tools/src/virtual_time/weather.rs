//! Recorded weather: signals and forecasts as JSON (an array, `{"items":[…]}`, or one a line) in the shape of the
//! outside face, or as CSV with the same names. A wrong entry is named and nothing is taken.

use std::collections::BTreeMap;

use model::area::{SignalKind, WeatherSignal, WeatherValues};
use model::grade::SignalColour;
use model::id::{JurisdictionCode, SignalId};
use model::time::Instant;
use policy::calendar::Calendar;
use serde_json::Value;

use crate::fault::ToolFault;
use crate::import::when;

/// The columns of a weather table.
pub const COLUMNS: &[&str] = &[
    "id",
    "kind",
    "colour",
    "issued_at",
    "expires_at",
    "station",
    "areas",
    "temp_min_c",
    "apparent_min_c",
    "temp_max_c",
    "night_min_c",
    "precipitation_mm",
    "aqi",
    "cancelled",
];

/// Reads recorded weather.
///
/// # Errors
/// [`ToolFault::UsedWrongly`] with the place of the first entry that is no signal.
pub(crate) fn read(file: &[u8], calendar: &Calendar) -> Result<Vec<WeatherSignal>, ToolFault> {
    let text = std::str::from_utf8(file)
        .map_err(|_| wrong("the weather file is not UTF-8"))?
        .trim_start_matches('\u{feff}');
    let begin = text.trim_start();
    if begin.starts_with('[') || begin.starts_with('{') {
        return json(text);
    }
    table(text, calendar)
}

fn wrong(what: impl Into<String>) -> ToolFault {
    ToolFault::UsedWrongly(what.into())
}

fn json(text: &str) -> Result<Vec<WeatherSignal>, ToolFault> {
    let whole: Result<Value, _> = serde_json::from_str(text);
    let entries = match whole {
        Ok(Value::Array(entries)) => entries,
        Ok(Value::Object(mut members)) => match members.remove("items") {
            Some(Value::Array(entries)) => entries,
            Some(other) => vec![other],
            None => vec![Value::Object(members)],
        },
        Ok(_) => return Err(wrong("the weather file is no list of signals")),
        Err(_) => text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(n, line)| {
                serde_json::from_str(line)
                    .map_err(|fault| wrong(format!("weather, line {}: not JSON: {fault}", n + 1)))
            })
            .collect::<Result<_, _>>()?,
    };
    entries
        .into_iter()
        .enumerate()
        .map(|(n, entry)| {
            serde_json::from_value(entry)
                .map_err(|fault| wrong(format!("weather, entry {}: {fault}", n + 1)))
        })
        .collect()
}

fn table(text: &str, calendar: &Calendar) -> Result<Vec<WeatherSignal>, ToolFault> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|fault| wrong(format!("weather: {fault}")))?
        .clone();
    let mut signals = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|fault| wrong(format!("weather: {fault}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells: BTreeMap<&str, &str> = header
            .iter()
            .map(str::trim)
            .zip(record.iter().map(str::trim))
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        if !cells.is_empty() {
            signals.push(
                TableRow {
                    cells,
                    line,
                    calendar,
                }
                .signal()?,
            );
        }
    }
    Ok(signals)
}

struct TableRow<'a> {
    cells: BTreeMap<&'a str, &'a str>,
    line: u64,
    calendar: &'a Calendar,
}

impl TableRow<'_> {
    fn wrong(&self, column: &str, what: &str) -> ToolFault {
        wrong(format!("weather, line {}, {column}: {what}", self.line))
    }

    fn needed(&self, column: &str) -> Result<&str, ToolFault> {
        self.cells
            .get(column)
            .copied()
            .ok_or_else(|| self.wrong(column, "the value is missing"))
    }

    fn number(&self, column: &str) -> Result<Option<f64>, ToolFault> {
        self.cells
            .get(column)
            .map(|text| text.parse::<f64>().ok().filter(|n| n.is_finite()))
            .map(|number| number.ok_or_else(|| self.wrong(column, "not a number")))
            .transpose()
    }

    fn time(&self, column: &str) -> Result<Option<Instant>, ToolFault> {
        self.cells
            .get(column)
            .map(|text| when::parse(text, self.calendar))
            .transpose()
            .map_err(|fault| self.wrong(column, &fault.to_string()))
    }

    fn signal(&self) -> Result<WeatherSignal, ToolFault> {
        let kind: SignalKind = self
            .needed("kind")?
            .parse()
            .map_err(|_| self.wrong("kind", "not a kind of signal"))?;
        let colour: Option<SignalColour> = self
            .cells
            .get("colour")
            .map(|word| word.parse())
            .transpose()
            .map_err(|_| self.wrong("colour", "blue, yellow, orange or red"))?;
        let issued_at = self
            .time("issued_at")?
            .ok_or_else(|| self.wrong("issued_at", "the value is missing"))?;
        let areas = self
            .needed("areas")?
            .split(|c: char| c.is_whitespace() || c == ';' || c == '|')
            .filter(|code| !code.is_empty())
            .map(JurisdictionCode::from)
            .collect();
        Ok(WeatherSignal {
            id: SignalId::from(self.needed("id")?),
            kind,
            colour,
            issued_at,
            expires_at: self.time("expires_at")?,
            station: self.cells.get("station").copied().unwrap_or("").to_owned(),
            areas,
            values: WeatherValues {
                temp_min_c: self.number("temp_min_c")?,
                apparent_min_c: self.number("apparent_min_c")?,
                temp_max_c: self.number("temp_max_c")?,
                night_min_c: self.number("night_min_c")?,
                precipitation_mm: self.number("precipitation_mm")?,
                aqi: self.number("aqi")?,
            },
            cancelled: matches!(self.cells.get("cancelled"), Some(&("true" | "1" | "是"))),
        })
    }
}

#[cfg(test)]
mod tests {
    use policy::policy::Policy;

    use super::*;

    const ENTRY: &str = r#"{"id":"cw-1","kind":"cold_wave","colour":"blue","issued_at":"2026-01-12T16:00:00+08:00",
        "station":"上海中心气象台","areas":["310107"],"values":{"temp_min_c":-1.0}}"#;

    #[test]
    fn the_same_signal_in_every_form() {
        let policy = Policy::putuo().unwrap();
        let one_line = ENTRY.replace('\n', " ");
        let table = "id,kind,colour,issued_at,station,areas,temp_min_c\n\
                     cw-1,cold_wave,blue,2026-01-12 16:00,上海中心气象台,310107,-1.0\n";
        for text in [
            format!("[{ENTRY}]"),
            format!("{{\"items\":[{ENTRY}]}}"),
            format!("{one_line}\n\n"),
            table.to_owned(),
        ] {
            let read = read(text.as_bytes(), policy.calendar()).unwrap();
            let expected: WeatherSignal = serde_json::from_str(ENTRY).unwrap();
            assert_eq!(read, [expected], "{text}");
        }
    }

    #[test]
    fn a_wrong_entry_is_named_with_its_place() {
        let policy = Policy::putuo().unwrap();
        for (text, place) in [
            ("[{\"id\":\"x\"}]", "entry 1"),
            (
                "id,kind,issued_at,areas\nx,snowball,2026-01-12 16:00,310107\n",
                "line 2, kind",
            ),
            (
                "id,kind,issued_at,areas\nx,gale,2026-01-12,310107\n",
                "line 2, issued_at",
            ),
            ("id,kind,issued_at\nx,gale,2026-01-12 16:00\n", "areas"),
            ("{\"id\":1}\n{", "line 2"),
        ] {
            let said = read(text.as_bytes(), policy.calendar())
                .unwrap_err()
                .to_string();
            assert!(said.contains(place), "{said}");
        }
    }
}
