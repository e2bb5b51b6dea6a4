//! Takes the outline of one district out of a map file of the drawing library Apache ECharts 4 and writes it as GeoJSON
//! in WGS-84. Run once for the preset; the result is checked in beside it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;
use spatial::area::{Area, Outline};
use spatial::boundaries::to_geojson;
use spatial::crs::Crs;
use spatial::position::Position;

/// Steps of the file to a degree.
const STEPS: f64 = 1024.0;

/// Reads `from`, writes the outline of `code` to `to`.
pub fn convert(from: &Path, code: &str, to: &Path) -> Result<()> {
    let text = fs::read_to_string(from).context("the map file cannot be read")?;
    let map: Value = serde_json::from_str(&text)?;
    let feature = map["features"]
        .as_array()
        .and_then(|all| all.iter().find(|one| one["id"] == code))
        .with_context(|| format!("{code} is not in the file"))?;
    let (rings, starts) = (
        feature["geometry"]["coordinates"].as_array(),
        feature["geometry"]["encodeOffsets"].as_array(),
    );
    let (rings, starts) = rings.zip(starts).context("not an encoded polygon")?;
    let rings = rings
        .iter()
        .zip(starts)
        .map(|(ring, start)| ring_of(ring, start))
        .collect::<Result<Vec<_>>>()?;
    let area = Area {
        code: code.to_owned(),
        name: feature["properties"]["name"]
            .as_str()
            .context("no name")?
            .to_owned(),
        outline: Outline {
            polygons: vec![rings],
        },
    };
    let value: Value = serde_json::from_str(&to_geojson(&[area]))?;
    fs::write(to, format!("{value}\n")).context("the outline cannot be written")
}

/// One ring: each character is a step of longitude or latitude, its sign in the lowest bit.
fn ring_of(ring: &Value, start: &Value) -> Result<Vec<Position>> {
    let steps: Vec<i32> = ring
        .as_str()
        .context("a ring is no text")?
        .chars()
        .map(|letter| {
            let coded = i32::try_from(u32::from(letter))? - 64;
            Ok((coded >> 1) ^ -(coded & 1))
        })
        .collect::<Result<_>>()?;
    let at = |i: usize| start[i].as_i64().and_then(|n| i32::try_from(n).ok());
    let (mut lon, mut lat) = at(0).zip(at(1)).context("a ring has no start")?;
    let mut corners = Vec::new();
    for step in steps.chunks_exact(2) {
        lon += step[0];
        lat += step[1];
        put(&mut corners, (lon, lat));
    }
    if corners.first() != corners.last() {
        corners.extend(corners.first().copied());
    }
    corners
        .into_iter()
        // GCJ-02, as every published map of China.
        .map(|(lon, lat)| Ok(Crs::Gcj02.to_wgs84(f64::from(lon) / STEPS, f64::from(lat) / STEPS)?))
        .collect()
}

/// Adds a corner. Rounding to steps has left corners twice, and ways out and back again: both are no ground.
fn put(corners: &mut Vec<(i32, i32)>, at: (i32, i32)) {
    if corners.last() == Some(&at) {
        return;
    }
    if corners.len() >= 2 && corners[corners.len() - 2] == at {
        corners.pop();
        return;
    }
    corners.push(at);
}
