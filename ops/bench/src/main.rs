//! Benchmarks, each beside an honest reference that runs in the same process. Prints ratios, because the machine
//! under a number is forgotten sooner than the number.

mod child;
mod city;
mod district;
mod durable;
mod fanout;
mod http;
mod regrade;
mod serve;
mod sockets;
mod space;
mod table;
mod winter;

use std::time::{Duration, Instant};

use mimalloc::MiMalloc;

use table::Line;

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Sockets of the larger fan-out; a run may name others.
const N_SOCKETS: [usize; 2] = [1_000, 10_000];
/// Cases of the large city. Ten times as many take an hour to be made.
const N_CASES: u32 = 100_000;
/// Days of the winter: of 151 that are a whole one.
const N_DAYS: u32 = 14;

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let mut lines: Vec<Line> = Vec::new();
    match words.as_slice() {
        ["serve-lamplighter"] => return runtime.block_on(serve::lamplighter()),
        ["serve-plain", frame] => return runtime.block_on(serve::plain(frame)),
        ["space"] => lines.extend(space::run()?),
        ["durable"] => lines.extend(runtime.block_on(durable::run())?),
        ["http"] => {
            lines.extend(runtime.block_on(http::report_and_echo())?);
            lines.extend(runtime.block_on(http::to_the_socket())?);
        }
        ["fanout"] => lines.extend(runtime.block_on(fanout::run(N_SOCKETS[0]))?),
        ["fanout", n] => lines.extend(runtime.block_on(fanout::run(n.parse()?))?),
        ["regrade"] => lines.extend(runtime.block_on(regrade::run())?),
        ["winter"] => lines.extend(runtime.block_on(winter::run(N_DAYS))?),
        ["winter", n] => lines.extend(runtime.block_on(winter::run(n.parse()?))?),
        ["city"] => lines.extend(runtime.block_on(city::run(N_CASES))?),
        ["city", n] => lines.extend(runtime.block_on(city::run(n.parse()?))?),
        [] => {
            lines.extend(space::run()?);
            lines.extend(runtime.block_on(durable::run())?);
            lines.extend(runtime.block_on(http::report_and_echo())?);
            lines.extend(runtime.block_on(http::to_the_socket())?);
            for n in N_SOCKETS {
                lines.extend(runtime.block_on(fanout::run(n))?);
            }
            lines.extend(runtime.block_on(regrade::run())?);
            lines.extend(runtime.block_on(winter::run(N_DAYS))?);
            lines.extend(runtime.block_on(city::run(N_CASES))?);
        }
        _ => anyhow::bail!(
            "bench [space | durable | http | fanout [SOCKETS] | regrade | winter [DAYS] | city [CASES]]"
        ),
    }
    println!("{}", table::text(&lines));
    Ok(())
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
