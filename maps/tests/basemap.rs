//! Tiles from a server elsewhere that answers, errs, hangs, or sends what is no tile.

#![expect(
    clippy::unwrap_used,
    reason = "a proof stops at the first thing that is wrong"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maps::basemap::source::{Basemap, Origin, TileAt, TileFault};

type Asked = Arc<AtomicUsize>;

async fn answer(Path((z, _, _)): Path<(u8, u32, u32)>, State(asked): State<Asked>) -> Response {
    asked.fetch_add(1, Ordering::SeqCst);
    let png = [(header::CONTENT_TYPE, "image/png")];
    match z {
        1 => (png, "tile").into_response(),
        2 => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        3 => std::future::pending().await,
        4 => ([(header::CONTENT_TYPE, "text/html")], "<html>").into_response(),
        5 => (png, vec![0; 3 * 1024 * 1024]).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The address of a source, and how often it was asked.
async fn source() -> (String, Asked) {
    let asked = Asked::default();
    let router = Router::new()
        .route("/{z}/{x}/{y}", get(answer))
        .route(
            "/{layer}/wmts",
            get(|uri: Uri| async move {
                let png = [(header::CONTENT_TYPE, "image/png")];
                (png, uri.to_string())
            }),
        )
        .with_state(Arc::clone(&asked));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}"), asked)
}

fn at(z: &str) -> TileAt {
    TileAt::read(z, "1", "0").unwrap()
}

#[tokio::test]
async fn a_tile_is_fetched_once_and_every_fault_of_its_source_is_told_apart() {
    let (address, asked) = source().await;
    let template = format!("{address}/{{z}}/{{x}}/{{y}}");
    let basemap = Basemap::remote(Origin::Template(template), String::new())
        .unwrap()
        .within(Duration::from_millis(300));
    for _ in 0..2 {
        let tile = basemap.tile("base", at("1")).await.unwrap();
        assert_eq!(
            (tile.media_type.as_str(), &tile.bytes[..]),
            ("image/png", &b"tile"[..])
        );
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1, "kept");
    for (z, fault) in [
        ("2", TileFault::Failed),
        ("3", TileFault::Slow),
        ("4", TileFault::Failed),
        ("5", TileFault::Failed),
        ("6", TileFault::Unknown),
    ] {
        assert_eq!(
            basemap.tile("base", at(z)).await.unwrap_err(),
            fault,
            "zoom {z}"
        );
    }
    let other = basemap.tile("cva", at("1")).await;
    assert_eq!(other.unwrap_err(), TileFault::Unknown);
    assert!(
        basemap.tile("base", at("1")).await.is_ok(),
        "the rest goes on"
    );
}

#[tokio::test]
async fn a_source_that_hangs_holds_up_nothing_that_is_kept() {
    let (address, _) = source().await;
    let template = format!("{address}/{{z}}/{{x}}/{{y}}");
    let basemap = Basemap::remote(Origin::Template(template), String::new())
        .unwrap()
        .within(Duration::from_millis(300));
    basemap.tile("base", at("1")).await.unwrap();
    // More at once than are asked for at once: all of them end in time.
    let hanging = (0..40).map(|y| {
        basemap.tile(
            "base",
            TileAt::read("3", "1", &(y % 8).to_string()).unwrap(),
        )
    });
    let all = futures_util::future::join_all(hanging);
    let (all, kept) = tokio::join!(all, basemap.tile("base", at("1")));
    assert!(kept.is_ok());
    assert!(all.iter().all(|one| matches!(one, Err(TileFault::Slow))));
}

#[tokio::test]
async fn a_source_that_is_not_there_fails_and_a_tile_that_no_pyramid_has_is_not_asked_for() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let template = format!("http://{address}/{{z}}/{{x}}/{{y}}");
    let basemap = Basemap::remote(Origin::Template(template), String::new()).unwrap();
    let tile = basemap.tile("base", at("1")).await;
    assert_eq!(tile.unwrap_err(), TileFault::Failed);
    assert_eq!(TileAt::read("1", "2", "0"), None);
    assert_eq!(TileAt::read("23", "0", "0"), None);
    assert_eq!(TileAt::read("1", "-1", "0"), None);
}

#[tokio::test]
async fn tianditu_is_asked_by_its_own_names_and_its_key_is_never_written_down() {
    let (host, _) = source().await;
    let key = "geheim".to_owned();
    let basemap = Basemap::remote(Origin::Tianditu { host, key }, String::new()).unwrap();
    assert!(!format!("{basemap:?}").contains("geheim"));
    let layers: Vec<&str> = basemap.layers().collect();
    assert_eq!(layers, ["vec", "cva"]);
    let tile = basemap.tile("cva", at("1")).await.unwrap();
    let asked = String::from_utf8(tile.bytes.to_vec()).unwrap();
    for part in [
        "/cva_w/wmts?",
        "LAYER=cva&",
        "TILEMATRIX=1&",
        "TILEROW=0&",
        "TILECOL=1&",
        "tk=geheim",
    ] {
        assert!(asked.contains(part), "{part} in {asked}");
    }
}
