//! A week of 3,000 reports in Putuo: how long it takes, and that it ends in one hash. Measured in a release build:
//! `cargo test --release -p tools --test week -- --nocapture`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use tools::virtual_time::{self, NightOptions};

const N_REPORTS: u64 = 3_000;
const WITHIN: Duration = Duration::from_secs(5);

/// A number below `n` that follows from `i`.
fn mixed(i: u64, salt: u64, n: u64) -> u64 {
    let mut z = i.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ salt.wrapping_mul(0xd1b5_4a32_d192_ed03);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) % n
}

fn reports() -> String {
    const SIGNS: [&str; 12] = [
        "bedded_down",
        "bedded_down",
        "bedded_down",
        "about_to_bed_down",
        "bedding_only",
        "bedding_only",
        "vague",
        "second_hand",
        "bedded_down aged_60_or_older",
        "bedded_down wet_clothing",
        "minor",
        "suspected_hypothermia",
    ];
    let streets = policy::preset::Preset::putuo().unwrap().jurisdictions;
    let begin_ms = 1_768_176_000_000_u64; // 2026-01-12 08:00 in Putuo
    let mut file =
        String::from("id,seen_at,lon,lat,crs,accuracy_m,signs,n_people,place_name,note,source\n");
    for i in 0..N_REPORTS {
        let at = begin_ms + i * 7 * 86_400_000 / N_REPORTS + mixed(i, 1, 60_000);
        let street = &streets[usize::try_from(mixed(i, 2, 10)).unwrap()];
        let centre = street.centre.unwrap();
        let step = |salt| f64::from(u32::try_from(mixed(i, salt, 16_000)).unwrap()) / 1.0e6 - 0.008;
        let signs = SIGNS[usize::try_from(mixed(i, 5, 12)).unwrap()];
        let _ = writeln!(
            file,
            "W-{i},{at},{:.6},{:.6},wgs84,{},{signs},{},,便条 {i},{}",
            centre.lon() + step(3),
            centre.lat() + step(4),
            8 + mixed(i, 6, 40),
            mixed(i, 7, 3),
            ["patrol", "hotline", "public"][usize::try_from(mixed(i, 8, 3)).unwrap()],
        );
    }
    file
}

fn units() -> String {
    let streets = policy::preset::Preset::putuo().unwrap().jurisdictions;
    let mut file = String::from(
        "id,name,jurisdiction,kind,n_people,vehicle,skills,languages,shift_start,shift_end\n",
    );
    for n in 0..40 {
        let code = &streets[n % 10].code;
        let _ = writeln!(file, "u-{n},{n} 组,{code},team,2,car,,,00:00,00:00");
    }
    file
}

const WEATHER: &str = "id,kind,colour,issued_at,expires_at,station,areas\n\
    CW-1,cold_wave,blue,2026-01-13 10:00,2026-01-15 10:00,上海中心气象台,310107\n\
    CW-2,cold_wave,orange,2026-01-15 17:00,2026-01-16 20:00,上海中心气象台,310107\n";

#[tokio::test]
#[cfg_attr(debug_assertions, ignore = "measured in a release build")]
async fn a_week_of_3000_reports_takes_under_five_seconds_and_ends_in_one_hash() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("reports.csv"), reports()).unwrap();
    std::fs::write(at("units.csv"), units()).unwrap();
    std::fs::write(at("weather.csv"), WEATHER).unwrap();
    let mut hashes = Vec::new();
    let mut fastest = Duration::MAX;
    for out in ["one", "two"] {
        let options = NightOptions {
            units: Some(at("units.csv")),
            weather: Some(at("weather.csv")),
            ..NightOptions::new(at("reports.csv"), at(out))
        };
        let begun = Instant::now();
        let night = match virtual_time::run(&options).await {
            Ok(night) => night,
            Err(fault) => panic!("{fault}: {:?}", std::error::Error::source(&fault)),
        };
        fastest = fastest.min(begun.elapsed());
        println!("{}{:?}", night.to_text(), begun.elapsed());
        assert_eq!(night.n_reports, N_REPORTS);
        assert!(
            !night.refusals.contains_key("internal"),
            "{:?}",
            night.refusals
        );
        hashes.push(night.state_hash);
    }
    assert_eq!(hashes[0], hashes[1]);
    assert!(fastest < WITHIN, "{fastest:?}");
}
