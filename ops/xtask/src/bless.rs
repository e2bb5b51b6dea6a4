//! Writes golden files of events: a sample for each kind that has none. What is there stays as it is, for it is what
//! older journals hold; only its layout is made the same. Every new file has to be read by a person.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use dispatch::testing::District;
use dispatch::testing::wild::{N_KINDS, Step};
use model::codec::{VERSION, decode, encode_parts};
use model::event::Event;
use serde_json::Value;

/// Where the golden files are, from the root of the repository.
const EVENTS: &str = "tests/contract/golden/events";
/// Wild nights that are tried until every kind has come about.
const NIGHTS_MAX: u32 = 40;
/// Steps of a night.
const STEPS: u32 = 400;

/// Brings the golden files of events up to date; names the kinds for which no sample came about.
pub fn events(root: &Path) -> Result<()> {
    let folder = root.join(EVENTS);
    fs::create_dir_all(&folder).context("the folder of golden files cannot be made")?;
    let mut missing: Vec<&str> = Vec::new();
    for kind in Event::KINDS {
        let file = folder.join(format!("{kind}.json"));
        if file.exists() {
            let text = fs::read_to_string(&file)?;
            decode(kind, VERSION, text.as_bytes()).with_context(|| format!("{kind} is broken"))?;
            let value: Value = serde_json::from_str(&text)?;
            write(&file, &value)?;
        } else {
            missing.push(kind);
        }
    }
    let samples = if missing.is_empty() {
        BTreeMap::new()
    } else {
        samples(&missing)?
    };
    let mut without = Vec::new();
    for kind in missing {
        match samples.get(kind) {
            Some(sample) => {
                write(&folder.join(format!("{kind}.json")), sample)?;
                println!("new, to be read by a person: {kind}");
            }
            None => without.push(kind),
        }
    }
    if !without.is_empty() {
        bail!(
            "no sample came about for {}: write these by hand",
            without.join(", ")
        );
    }
    Ok(())
}

fn write(file: &Path, value: &Value) -> Result<()> {
    let text = format!("{}\n", serde_json::to_string_pretty(value)?);
    fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
}

/// The first event of each wanted kind that wild nights bring about.
fn samples(wanted: &[&'static str]) -> Result<BTreeMap<&'static str, Value>> {
    let mut found = BTreeMap::new();
    for night in 1..=NIGHTS_MAX {
        let mut district = District::putuo();
        let mut random = night;
        for n in 0..STEPS {
            district.wild_step(usize::try_from(n)?, step(&mut random));
        }
        for recorded in &district.journal {
            let kind = recorded.new.event.kind();
            if wanted.contains(&kind) && !found.contains_key(kind) {
                let body = encode_parts(
                    &recorded.new.event,
                    &recorded.new.content_tag,
                    recorded.new.recorded_at,
                )?;
                found.insert(kind, serde_json::from_slice(&body)?);
            }
        }
        if found.len() == wanted.len() {
            break;
        }
    }
    Ok(found)
}

/// The next step of a small generator: the same for the same night.
fn step(random: &mut u32) -> Step {
    let mut next = || {
        *random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u16::try_from(*random >> 16).unwrap_or_default()
    };
    let kind = u8::try_from(next() % u16::from(N_KINDS)).unwrap_or_default();
    (kind, next(), next())
}
