//! A proxy that passes bytes on and cuts a part of the connections in the middle, by seed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A running proxy.
pub struct CuttingProxy {
    /// Where it listens.
    pub port: u16,
    /// How many connections it cut.
    pub n_cut: Arc<AtomicU64>,
    task: tokio::task::JoinHandle<()>,
}

impl CuttingProxy {
    /// Starts one before `target`; `share` of its connections are cut after up to `within`.
    pub async fn start(target: u16, share: f64, within: Duration, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback");
        let port = listener.local_addr().expect("an address").port();
        let n_cut = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&n_cut);
        let task = tokio::spawn(async move {
            let mut draw = StdRng::seed_from_u64(seed);
            while let Ok((inbound, _)) = listener.accept().await {
                let cut_after = draw
                    .random_bool(share)
                    .then(|| within.mul_f64(draw.random_range(0.05..1.0)));
                let counter = Arc::clone(&counter);
                tokio::spawn(async move { pass_on(inbound, target, cut_after, &counter).await });
            }
        });
        Self { port, n_cut, task }
    }

    /// Connections cut so far.
    pub fn cut_so_far(&self) -> u64 {
        self.n_cut.load(Ordering::SeqCst)
    }
}

impl Drop for CuttingProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass_on(
    inbound: TcpStream,
    target: u16,
    cut_after: Option<Duration>,
    counter: &AtomicU64,
) {
    let Ok(outbound) = TcpStream::connect(("127.0.0.1", target)).await else {
        return;
    };
    let (mut from_client, mut to_client) = inbound.into_split();
    let (mut from_server, mut to_server) = outbound.into_split();
    let up = async {
        let mut buffer = [0_u8; 4096];
        while let Ok(n) = from_client.read(&mut buffer).await {
            if n == 0 || to_server.write_all(&buffer[..n]).await.is_err() {
                break;
            }
        }
    };
    let down = async {
        let mut buffer = [0_u8; 4096];
        while let Ok(n) = from_server.read(&mut buffer).await {
            if n == 0 || to_client.write_all(&buffer[..n]).await.is_err() {
                break;
            }
        }
    };
    let cut = async {
        match cut_after {
            Some(after) => tokio::time::sleep(after).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = up => {}
        () = down => {}
        () = cut => { counter.fetch_add(1, Ordering::SeqCst); }
    }
}
