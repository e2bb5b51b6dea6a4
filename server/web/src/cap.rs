//! Weather signals as CAP 1.2 (Common Alerting Protocol, OASIS): XML into the one shape that the core takes.
//! Entities beyond the five of XML are refused, so a document cannot expand.

use model::area::{SignalKind, WeatherSignal, WeatherValues};
use model::grade::SignalColour;
use model::id::{JurisdictionCode, SignalId};
use model::refusal::{Refusal, RefusalCode};
use model::time::Instant;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Elements deeper than this are no CAP document.
const DEPTH_MAX: usize = 16;
/// The longest text of one element, in bytes.
const TEXT_MAX: usize = 16_384;

/// What is collected while reading.
#[derive(Default)]
struct Collected {
    identifier: Option<String>,
    sender_name: Option<String>,
    sender: Option<String>,
    sent: Option<String>,
    msg_type: Option<String>,
    references: Option<String>,
    event: Option<String>,
    severity: Option<String>,
    expires: Option<String>,
    effective: Option<String>,
    geocodes: Vec<String>,
    parameters: Vec<(String, String)>,
    pair: (Option<String>, Option<String>),
}

/// Reads a CAP 1.2 document.
///
/// # Shape
/// One `info`: `event` names the kind (Chinese or our word), `parameter` names `colour`/`颜色` or the severity gives it,
/// `geocode` values are district or street codes, parameters named as our forecast values give them.
/// `msgType` `Cancel` ends the signal that `references` names; `Update` replaces it.
///
/// # Errors
/// `bad_signal` with the element at fault.
pub fn read(text: &str) -> Result<WeatherSignal, Refusal> {
    let collected = collect(text)?;
    signal_of(collected)
}

fn bad(element: &str) -> Refusal {
    Refusal::new(RefusalCode::BadSignal).with("element", element)
}

fn collect(text: &str) -> Result<Collected, Refusal> {
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    let mut words = String::new();
    let mut collected = Collected::default();
    loop {
        match reader.read_event().map_err(|_| bad("xml"))? {
            Event::Start(start) => {
                if path.len() >= DEPTH_MAX {
                    return Err(bad("xml"));
                }
                path.push(start.local_name().as_ref().to_owned());
                words.clear();
            }
            Event::End(_) => {
                take(&mut collected, &path, words.trim());
                path.pop();
                words.clear();
            }
            Event::Text(part) => {
                words.push_str(&part);
            }
            Event::CData(part) => {
                words.push_str(&part);
            }
            Event::GeneralRef(reference) => {
                let name = &*reference;
                words.push(entity(name)?);
            }
            Event::DocType(_) => return Err(bad("doctype")),
            Event::Eof => break,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        if words.len() > TEXT_MAX {
            return Err(bad("xml"));
        }
    }
    if path.is_empty() {
        Ok(collected)
    } else {
        Err(bad("xml"))
    }
}

/// One of the five entities of XML, or a character by number.
fn entity(name: &str) -> Result<char, Refusal> {
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => {
            let number = other.strip_prefix('#').ok_or_else(|| bad("entity"))?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            code.ok()
                .and_then(char::from_u32)
                .ok_or_else(|| bad("entity"))
        }
    }
}

fn take(collected: &mut Collected, path: &[String], words: &str) {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    let value = || Some(words.to_owned());
    match names.as_slice() {
        ["alert", "identifier"] => collected.identifier = value(),
        ["alert", "sender"] => collected.sender = value(),
        ["alert", "sent"] => collected.sent = value(),
        ["alert", "msgType"] => collected.msg_type = value(),
        ["alert", "references"] => collected.references = value(),
        ["alert", "info", "event"] => collected.event = value(),
        ["alert", "info", "severity"] => collected.severity = value(),
        ["alert", "info", "expires"] => collected.expires = value(),
        ["alert", "info", "effective"] => collected.effective = value(),
        ["alert", "info", "senderName"] => collected.sender_name = value(),
        ["alert", "info", "parameter" | "eventCode", "valueName"]
        | ["alert", "info", "area", "geocode", "valueName"] => collected.pair.0 = value(),
        ["alert", "info", "parameter" | "eventCode", "value"]
        | ["alert", "info", "area", "geocode", "value"] => {
            collected.pair.1 = value();
        }
        ["alert", "info", "parameter" | "eventCode"] => {
            if let (Some(name), Some(value)) = (collected.pair.0.take(), collected.pair.1.take()) {
                collected.parameters.push((name, value));
            }
        }
        ["alert", "info", "area", "geocode"] => {
            if let (_, Some(value)) = (collected.pair.0.take(), collected.pair.1.take()) {
                collected.geocodes.push(value);
            }
        }
        _ => {}
    }
}

fn signal_of(collected: Collected) -> Result<WeatherSignal, Refusal> {
    let time = |text: &str, element: &str| {
        text.parse::<jiff::Timestamp>()
            .map(Instant::from_timestamp)
            .map_err(|_| bad(element))
    };
    let identifier = collected
        .identifier
        .filter(|id| !id.is_empty())
        .ok_or_else(|| bad("identifier"))?;
    let sent = collected.sent.ok_or_else(|| bad("sent"))?;
    let station = collected
        .sender_name
        .or(collected.sender)
        .filter(|s| !s.is_empty())
        .ok_or_else(|| bad("sender"))?;
    let event = collected.event.ok_or_else(|| bad("event"))?;
    let kind = kind_of(&event).ok_or_else(|| bad("event"))?;
    let cancelled = collected.msg_type.as_deref() == Some("Cancel");
    // A reference is `sender,identifier,sent`; the first one names what is updated or cancelled.
    let replaced = collected
        .references
        .as_deref()
        .and_then(|all| all.split_whitespace().next())
        .and_then(|first| first.split(',').nth(1))
        .map(str::to_owned);
    let named_colour = collected.parameters.iter().find_map(|(name, value)| {
        (name.eq_ignore_ascii_case("colour")
            || name.eq_ignore_ascii_case("color")
            || name.contains("颜色"))
        .then(|| colour_of(value))
    });
    let colour = match named_colour {
        Some(Some(colour)) => Some(colour),
        Some(None) => return Err(bad("parameter")),
        None => {
            colour_of(&event).or_else(|| collected.severity.as_deref().and_then(colour_of_severity))
        }
    };
    let mut values = WeatherValues::default();
    for (name, value) in &collected.parameters {
        let slot = match name.as_str() {
            "temp_min_c" => &mut values.temp_min_c,
            "apparent_min_c" => &mut values.apparent_min_c,
            "temp_max_c" => &mut values.temp_max_c,
            "night_min_c" => &mut values.night_min_c,
            "precipitation_mm" => &mut values.precipitation_mm,
            "aqi" => &mut values.aqi,
            _ => continue,
        };
        let number: f64 = value.parse().map_err(|_| bad(name))?;
        if !number.is_finite() {
            return Err(bad(name));
        }
        *slot = Some(number);
    }
    if collected.geocodes.is_empty() && !cancelled {
        return Err(bad("geocode"));
    }
    Ok(WeatherSignal {
        id: SignalId(replaced.unwrap_or(identifier)),
        kind,
        colour: if kind == SignalKind::Forecast {
            None
        } else {
            colour
        },
        issued_at: time(&sent, "sent")?,
        expires_at: collected
            .expires
            .as_deref()
            .map(|text| time(text, "expires"))
            .transpose()?,
        station,
        areas: collected
            .geocodes
            .into_iter()
            .map(JurisdictionCode)
            .collect(),
        values,
        cancelled,
    })
}

/// The kind that an event's words name; the first that is contained.
fn kind_of(event: &str) -> Option<SignalKind> {
    const WORDS: &[(&str, SignalKind)] = &[
        ("寒潮", SignalKind::ColdWave),
        ("cold_wave", SignalKind::ColdWave),
        ("低温", SignalKind::LowTemperature),
        ("low_temperature", SignalKind::LowTemperature),
        ("霜冻", SignalKind::Frost),
        ("frost", SignalKind::Frost),
        ("台风", SignalKind::Typhoon),
        ("typhoon", SignalKind::Typhoon),
        ("大风", SignalKind::Gale),
        ("gale", SignalKind::Gale),
        ("暴雨", SignalKind::Rainstorm),
        ("rainstorm", SignalKind::Rainstorm),
        ("暴雪", SignalKind::Snowstorm),
        ("snowstorm", SignalKind::Snowstorm),
        ("道路结冰", SignalKind::RoadIcing),
        ("road_icing", SignalKind::RoadIcing),
        ("高温", SignalKind::Heat),
        ("heat", SignalKind::Heat),
        ("空气", SignalKind::AirQuality),
        ("air_quality", SignalKind::AirQuality),
        ("预报", SignalKind::Forecast),
        ("forecast", SignalKind::Forecast),
    ];
    let lower = event.to_lowercase();
    WORDS
        .iter()
        .find(|(word, _)| lower.contains(word))
        .map(|(_, kind)| *kind)
}

fn colour_of(words: &str) -> Option<SignalColour> {
    const WORDS: &[(&str, SignalColour)] = &[
        ("蓝", SignalColour::Blue),
        ("blue", SignalColour::Blue),
        ("黄", SignalColour::Yellow),
        ("yellow", SignalColour::Yellow),
        ("橙", SignalColour::Orange),
        ("orange", SignalColour::Orange),
        ("红", SignalColour::Red),
        ("red", SignalColour::Red),
    ];
    let lower = words.to_lowercase();
    WORDS
        .iter()
        .find(|(word, _)| lower.contains(word))
        .map(|(_, colour)| *colour)
}

/// The usual pairing of CAP severities with the four colours.
fn colour_of_severity(severity: &str) -> Option<SignalColour> {
    match severity {
        "Minor" => Some(SignalColour::Blue),
        "Moderate" => Some(SignalColour::Yellow),
        "Severe" => Some(SignalColour::Orange),
        "Extreme" => Some(SignalColour::Red),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(msg_type: &str, extra: &str) -> String {
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>sh-2026-0112-7</identifier><sender>met.sh.example</sender>
  <sent>2026-01-12T15:30:00+08:00</sent><status>Actual</status><msgType>{msg_type}</msgType><scope>Public</scope>{extra}
  <info><language>zh-CN</language><category>Met</category><event>寒潮橙色预警</event>
    <urgency>Expected</urgency><severity>Severe</severity><certainty>Likely</certainty>
    <expires>2026-01-13T15:30:00+08:00</expires><senderName>上海中心气象台</senderName>
    <parameter><valueName>temp_min_c</valueName><value>-4.5</value></parameter>
    <area><areaDesc>普陀区</areaDesc><geocode><valueName>adcode</valueName><value>310107</value></geocode></area>
  </info>
</alert>"#
        )
    }

    #[test]
    fn a_cold_wave_is_read_with_its_colour_station_and_values() {
        let signal = read(&document("Alert", "")).unwrap();
        assert_eq!(signal.kind, SignalKind::ColdWave);
        assert_eq!(signal.colour, Some(SignalColour::Orange));
        assert_eq!(signal.station, "上海中心气象台");
        assert_eq!(signal.values.temp_min_c, Some(-4.5));
        assert_eq!(signal.areas, [JurisdictionCode::from("310107")]);
        assert_eq!(signal.issued_at.to_string(), "2026-01-12T07:30:00.000Z");
        assert!(!signal.cancelled);
    }

    #[test]
    fn a_cancel_ends_the_signal_that_it_refers_to() {
        let reference =
            "<references>met.sh.example,sh-2026-0112-3,2026-01-12T09:00:00+08:00</references>";
        let signal = read(&document("Cancel", reference)).unwrap();
        assert_eq!(signal.id.as_str(), "sh-2026-0112-3");
        assert!(signal.cancelled);
    }

    #[test]
    fn entities_that_expand_and_broken_xml_are_refused() {
        let bomb = r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><alert><identifier>&b;</identifier></alert>"#;
        for text in [
            bomb,
            "<alert><identifier>&b;</identifier></alert>",
            "<alert>",
            "no xml",
            &"<a>".repeat(40),
        ] {
            assert_eq!(
                read(text).unwrap_err().code,
                RefusalCode::BadSignal,
                "{text}"
            );
        }
    }
}
