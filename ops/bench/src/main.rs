//! Benchmarks, each beside an honest reference that runs in the same process. Prints ratios, because the machine
//! under a number is forgotten sooner than the number.

mod regrade;
mod space;

use std::time::{Duration, Instant};

use mimalloc::MiMalloc;

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> anyhow::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("space") => space::run(),
        Some("regrade") => regrade::run(),
        None => {
            space::run()?;
            regrade::run()
        }
        Some(other) => anyhow::bail!("no benchmark `{other}`; there are: space, regrade"),
    }
}

/// The least time of one call over several rounds: what disturbs a round only makes it longer.
fn least_time_of_one(n_calls: u32, mut call: impl FnMut(u32)) -> Duration {
    const N_ROUNDS: u32 = 7;
    let mut least = Duration::MAX;
    for _ in 0..N_ROUNDS {
        let started = Instant::now();
        for index in 0..n_calls {
            call(index);
        }
        least = least.min(started.elapsed());
    }
    least / n_calls
}

/// One line: ours, the reference, and how many times the reference ours takes.
fn print_ratio(what: &str, ours: Duration, reference_name: &str, reference: Duration) {
    let ratio = ours.as_secs_f64() / reference.as_secs_f64();
    println!("{what}: ours {ours:?}, {reference_name} {reference:?}, ratio {ratio:.2}");
}
