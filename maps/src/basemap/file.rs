//! A file sent in pieces, whole or one range of it (RFC 9110, section 14). Never more than one piece is in memory.

use std::io::{self, SeekFrom};
use std::path::Path;
use std::time::UNIX_EPOCH;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

/// Bytes of one piece.
const PIECE: usize = 128 * 1024;

/// What a range header asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// All of it: no range, or one that is not read here.
    Whole,
    /// From the first to the last byte, both included.
    Part(u64, u64),
    /// Beyond the end.
    Nothing,
}

/// Sends a file.
///
/// # Errors
/// What the disk says.
pub(super) async fn send(path: &Path, range: Option<&str>) -> io::Result<Response> {
    let mut file = File::open(path).await?;
    let about = file.metadata().await?;
    let size = about.len();
    let changed_s = about
        .modified()
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |age| age.as_secs());
    let common = [
        (header::CONTENT_TYPE, "application/vnd.pmtiles".to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, format!("\"{size:x}-{changed_s:x}\"")),
        (header::CACHE_CONTROL, "private, max-age=3600".to_owned()),
    ];
    let (number, from, length) = match range.map_or(Wanted::Whole, |range| wanted(range, size)) {
        Wanted::Whole => (StatusCode::OK, 0, size),
        Wanted::Part(first, last) => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Wanted::Nothing => {
            let of = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, common, of).into_response());
        }
    };
    file.seek(SeekFrom::Start(from)).await?;
    let pieces = stream::try_unfold((file, length), |(mut file, left)| async move {
        let wanted = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        let mut piece = vec![0; wanted];
        let n_read = file.read(&mut piece).await?;
        piece.truncate(n_read);
        let left = left.saturating_sub(u64::try_from(n_read).unwrap_or(left));
        Ok::<_, io::Error>((n_read > 0).then(|| (Bytes::from(piece), (file, left))))
    });
    let body = Body::from_stream(pieces);
    let long = [(header::CONTENT_LENGTH, length.to_string())];
    if number == StatusCode::OK {
        return Ok((number, common, long, body).into_response());
    }
    let last = from + length - 1;
    let of = [(header::CONTENT_RANGE, format!("bytes {from}-{last}/{size}"))];
    Ok((number, common, long, of, body).into_response())
}

fn wanted(range: &str, size: u64) -> Wanted {
    let Some((first, last)) = range
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
    else {
        return Wanted::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let part = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => Some((first, last)),
        (Ok(first), Err(_)) if last.is_empty() => Some((first, u64::MAX)),
        (Err(_), Ok(n_last)) if first.is_empty() => Some((size.saturating_sub(n_last), u64::MAX)),
        (Ok(_) | Err(_), _) => None,
    };
    match part {
        Some((first, _)) if first >= size => Wanted::Nothing,
        Some((first, last)) => Wanted::Part(first, last.min(size - 1)),
        None => Wanted::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_read_as_the_standard_says() {
        for (range, expected) in [
            ("bytes=0-9", Wanted::Part(0, 9)),
            ("bytes=90-", Wanted::Part(90, 99)),
            ("bytes=-10", Wanted::Part(90, 99)),
            ("bytes=50-500", Wanted::Part(50, 99)),
            ("bytes=100-", Wanted::Nothing),
            ("bytes=9-0", Wanted::Whole),
            ("bytes=0-1,5-6", Wanted::Whole),
            ("lines=1-2", Wanted::Whole),
        ] {
            assert_eq!(wanted(range, 100), expected, "{range}");
        }
    }
}
