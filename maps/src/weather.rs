//! Weather signals in: our JSON, or CAP 1.2.

use model::area::WeatherSignal;
use model::command::Command;
use model::refusal::{Refusal, RefusalCode};
use model::view::answer::ChangesAnswer;
use web::answers::Answered;
use web::call::Call;
use web::content::{Document, Sent, take_seen_seq};
use web::documents::{CommandParams, CommandProblems};
use web::problem::Problem;
use web::{body, cap, words};

/// The longest id of an issuer, in characters.
const ID_LENGTH_MAX: usize = 256;
/// Codes in one signal, at most; a city has some hundred streets.
const AREAS_MAX: usize = 1_000;
/// Values that no thermometer, gauge or index of ours reaches, in °C, mm and points.
const VALUE_MAX: f64 = 2_000.0;

/// Takes an official signal or a forecast. The same id again replaces it, `cancelled` ends it.
#[utoipa::path(post, path = "/api/v1/weather/signals", tag = "areas", params(CommandParams),
    request_body(content((WeatherSignal = "application/json"), (String = "application/cap+xml"), (String = "application/xml")),
                 description = "Our JSON, or a CAP 1.2 document"),
    responses((status = 200, description = "What changed", body = ChangesAnswer), CommandProblems))]
pub async fn signal(call: Call, document: Document) -> Result<Answered, Problem> {
    let mut sent = Sent::default();
    let signal = match document {
        Document::Json(mut body) => {
            sent.seen_seq = take_seen_seq(&mut body)?;
            body::read(body)?
        }
        Document::Xml(text) => cap::read(&text)?,
    };
    check(&signal)?;
    call.submit(sent, Command::ReceiveSignal(signal)).await
}

fn check(signal: &WeatherSignal) -> Result<(), Refusal> {
    let length = signal.id.as_str().chars().count();
    if length == 0 || length > ID_LENGTH_MAX {
        return Err(Refusal::new(RefusalCode::TextLength).at("/id"));
    }
    if !words::fits(&signal.station) {
        return Err(Refusal::new(RefusalCode::TextLength).at("/station"));
    }
    if signal.areas.len() > AREAS_MAX {
        return Err(Refusal::new(RefusalCode::OutOfRange).at("/areas"));
    }
    let values = &signal.values;
    let members = [
        ("temp_min_c", values.temp_min_c),
        ("apparent_min_c", values.apparent_min_c),
        ("temp_max_c", values.temp_max_c),
        ("night_min_c", values.night_min_c),
        ("precipitation_mm", values.precipitation_mm),
        ("aqi", values.aqi),
    ];
    for (member, value) in members {
        if value.is_some_and(|value| !value.is_finite() || value.abs() > VALUE_MAX) {
            return Err(Refusal::new(RefusalCode::OutOfRange).at(format!("/values/{member}")));
        }
    }
    Ok(())
}
