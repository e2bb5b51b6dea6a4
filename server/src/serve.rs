//! Serving: the listener, TLS, the socket for verbs, and the orderly stop.

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tokio::signal::unix::{SignalKind, signal};
use web::services::Services;

use crate::compose::{self, Installation, Opening};
use crate::config::{ServeSettings, TlsFiles};
use crate::socket;

/// How long requests that are under way may take to end when the program stops; then their connections are cut.
const STOP_WITHIN: Duration = Duration::from_secs(8);
/// How long a client may take to send the head of its request.
const HEADERS_WITHIN: Duration = Duration::from_secs(15);

/// By this signal (SIGXFSZ) the system says that a file has reached the limit of `ulimit -f`. Unheard it ends the
/// program; heard, the write fails and is refused as on a full disk.
const FILE_AT_ITS_LIMIT: SignalKind = SignalKind::from_raw(25);

/// Serves a data folder until it is told to stop.
///
/// # Errors
/// A folder that cannot be opened, an address that is taken, a certificate that cannot be read.
pub async fn serve(settings: &ServeSettings) -> anyhow::Result<()> {
    let policy = match &settings.policy {
        Some(path) => Some(
            std::fs::read_to_string(path)
                .with_context(|| format!("the policy file {} cannot be read", path.display()))?,
        ),
        None => None,
    };
    // Heard from here on for as long as the program runs; there is nothing to do about it.
    drop(signal(FILE_AT_ITS_LIMIT).context("signals cannot be heard")?);
    let opening = Opening {
        clock: None,
        policy,
        districts: settings.districts.clone(),
    };
    let installation = compose::open(&settings.data, opening).await?;
    serve_opened(installation, settings, std::future::pending()).await
}

/// Serves an opened folder until a signal comes or `over` ends.
///
/// # Errors
/// As [`serve`].
pub async fn serve_opened(
    installation: Installation,
    settings: &ServeSettings,
    over: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let mut services = Services::new(Arc::clone(&installation.runtime));
    services.tls = settings.tls.is_some();
    let basemap = settings.basemap.open()?;
    let router = compose::router_over(&services, basemap);
    let listener = TcpListener::bind(settings.listen)
        .with_context(|| format!("{} cannot be listened on", settings.listen))?;
    let address = listener
        .local_addr()
        .context("the listener has no address")?;
    let errands = socket::listen(&settings.data.socket(), Arc::clone(&installation.runtime))?;
    let handle = Handle::new();
    let serving = tokio::spawn(listen(
        listener,
        router,
        settings.tls.clone(),
        handle.clone(),
    ));
    let scheme = if services.tls { "https" } else { "http" };
    tracing::info!(http.address = %format!("{scheme}://{address}"), "Serving");
    let mut serving = serving;
    let mut ended = None;
    let mut broken = false;
    let runtime = Arc::clone(&installation.runtime);
    tokio::select! {
        () = stopped() => tracing::info!("Stopping: told to"),
        () = over => tracing::info!("Stopping: it is over"),
        () = runtime.broken() => broken = true,
        result = &mut serving => ended = Some(result),
    }
    drop(runtime);
    drop(errands);
    handle.graceful_shutdown(Some(STOP_WITHIN));
    // Feeds are closed with their code, what waits is decided, snapshots and heads are kept.
    installation.close().await;
    let result = match ended {
        Some(result) => result,
        None => serving.await,
    };
    tracing::info!("Stopped");
    if broken {
        anyhow::bail!("the loop of a district has ended; start again");
    }
    result.context("the listener ended")?
}

async fn listen(
    listener: TcpListener,
    router: axum::Router,
    tls: Option<TlsFiles>,
    handle: Handle<SocketAddr>,
) -> anyhow::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    match tls {
        None => {
            let mut server = axum_server::from_tcp(listener)?.handle(handle);
            server
                .http_builder()
                .http1()
                .header_read_timeout(HEADERS_WITHIN);
            server.serve(service).await?;
        }
        Some(files) => {
            let config = RustlsConfig::from_pem_file(&files.certificate, &files.key)
                .await
                .with_context(|| {
                    format!(
                        "the certificate {} with its key {} cannot be read",
                        files.certificate.display(),
                        files.key.display()
                    )
                })?;
            let mut server = axum_server::from_tcp_rustls(listener, config)?.handle(handle);
            server
                .http_builder()
                .http1()
                .header_read_timeout(HEADERS_WITHIN);
            server.serve(service).await?;
        }
    }
    Ok(())
}

/// Waits for SIGTERM or SIGINT. Where they cannot be heard, the program ends only by being killed.
async fn stopped() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::error!("Signals cannot be heard");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
