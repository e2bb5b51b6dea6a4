//! One event to many sockets, beside a broadcast with a write a message as axum does it by default: processor time for
//! a million deliveries, and memory for each socket.

use std::time::Duration;

use anyhow::Context;
use serde_json::json;

use crate::child::Server;
use crate::http::Client;
use crate::sockets::{self, Sockets};
use crate::table::{Line, Wanted};

const PACE: u64 = 100;
/// Deliveries of the run without a pause, and of the paced one.
const N_DELIVERIES: u64 = 2_000_000;
const N_PACED: u64 = 500;
const N_FOR_MEMORY: usize = 1_000;
const N_FIRST: usize = 10;
/// How long after the last connection memory is looked at.
const SETTLE: Duration = Duration::from_secs(2);
const BYTES_A_KIBIBYTE: f64 = 1024.0;

/// A kind of server, and how a subscriber comes to it.
struct Side<'a> {
    words: Vec<&'a str>,
    path: &'static str,
    signs_in: bool,
}

/// What a side used.
struct Used {
    saturated: f64,
    paced: f64,
    bytes_a_socket: f64,
}

/// Measures with so many sockets.
pub async fn run(n_sockets: usize) -> anyhow::Result<Vec<Line>> {
    let frame = a_frame().await?;
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), &frame)?;
    let file = file.path().to_string_lossy();
    let ours = measure(
        &Side {
            words: vec!["serve-lamplighter"],
            path: "/api/v1/live",
            signs_in: true,
        },
        n_sockets,
    )
    .await?;
    let plain = measure(
        &Side {
            words: vec!["serve-plain", &file],
            path: "/live",
            signs_in: false,
        },
        n_sockets,
    )
    .await?;
    let line = |what: String, ours: f64, plain: f64, wanted: f64| Line {
        what,
        ours: format!("{ours:.2} s"),
        reference: format!("{plain:.2} s broadcast, one write a message"),
        figure: ours / plain,
        wanted: Some(Wanted::AtMost(wanted)),
    };
    Ok(vec![
        line(
            format!(
                "processor time for 10⁶ deliveries to {n_sockets} sockets of {} bytes, no pause",
                frame.len()
            ),
            ours.saturated,
            plain.saturated,
            1.0 / 8.0,
        ),
        line(
            format!(
                "processor time for 10⁶ deliveries to {n_sockets} sockets, {PACE} events a second"
            ),
            ours.paced,
            plain.paced,
            1.0 / 3.0,
        ),
        Line {
            what: format!("memory for each of {N_FOR_MEMORY} sockets"),
            ours: format!("{:.1} KiB", ours.bytes_a_socket / BYTES_A_KIBIBYTE),
            reference: format!(
                "{:.1} KiB broadcast",
                plain.bytes_a_socket / BYTES_A_KIBIBYTE
            ),
            figure: ours.bytes_a_socket / BYTES_A_KIBIBYTE,
            wanted: Some(Wanted::AtMost(8.0)),
        },
    ])
}

/// The text of one event as Lamplighter writes it, with its numbers left open.
async fn a_frame() -> anyhow::Result<String> {
    let mut server = Server::start(&["serve-lamplighter"])?;
    let hello = hello_of(&server).await?;
    let mut heard = sockets::listen(server.port, "/api/v1/live", Some(&hello)).await?;
    tokio::time::sleep(SETTLE).await;
    server.say("1 0")?;
    server.line()?;
    loop {
        let (_, text) = heard.recv().await.context("a message")?;
        let Some(rest) = text.strip_prefix(r#"{"type":"events","after":"#) else {
            continue;
        };
        let (_, events) = rest.split_once(r#","events":"#).context("events")?;
        return Ok(format!(
            r#"{{"type":"events","after":{{after}},"upto":{{upto}},"events":{events}"#
        ));
    }
}

async fn hello_of(server: &Server) -> anyhow::Result<String> {
    let token = Client::sign_in(server.port).await?.token;
    Ok(json!({"type": "hello", "token": token}).to_string())
}

async fn measure(side: &Side<'_>, n_sockets: usize) -> anyhow::Result<Used> {
    let bytes_a_socket = {
        let server = Server::start_lean(&side.words)?;
        let hello = if side.signs_in {
            Some(hello_of(&server).await?)
        } else {
            None
        };
        // What the first sockets make for all is not counted to each.
        let _first = Sockets::open(server.port, side.path, hello.as_deref(), N_FIRST).await?;
        tokio::time::sleep(SETTLE).await;
        let before = server.memory()?;
        let _more = Sockets::open(server.port, side.path, hello.as_deref(), N_FOR_MEMORY).await?;
        tokio::time::sleep(SETTLE).await;
        let more = u32::try_from(server.memory()?.saturating_sub(before))?;
        f64::from(more) / f64::from(u32::try_from(N_FOR_MEMORY)?)
    };
    let mut server = Server::start(&side.words)?;
    let hello = if side.signs_in {
        Some(hello_of(&server).await?)
    } else {
        None
    };
    let sockets = Sockets::open(server.port, side.path, hello.as_deref(), n_sockets).await?;
    tokio::time::sleep(SETTLE).await;
    let n_all = u64::try_from(n_sockets)?;
    let mut used = Vec::new();
    for (n, a_second) in [(N_DELIVERIES / n_all, 0), (N_PACED, PACE)] {
        let cpu = server.cpu()?;
        server.say(&format!("{n} {a_second}"))?;
        let upto: u64 = server.line()?.parse()?;
        sockets.reach(upto).await?;
        let cpu = server.cpu()?.saturating_sub(cpu).as_secs_f64();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a count of deliveries for people"
        )]
        let millions = (n * n_all) as f64 / 1e6;
        used.push(cpu / millions);
    }
    Ok(Used {
        saturated: used[0],
        paced: used[1],
        bytes_a_socket,
    })
}
