//! Figures and health, for monitoring: on a listener, a thread and a runtime of their own, so that they answer while the
//! main runtime is busy or stuck.

use std::{io, net::SocketAddr, sync::Arc, thread, time::Duration};

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::Value;
use tokio::{runtime, sync::oneshot};

use super::{Bounds, Server, health::readiness, identity, sender::Peer};
use crate::metrics::{CONTENT_TYPE, Metrics};

/// The listener for monitoring; it ends when this is dropped.
#[derive(Debug)]
pub struct Admin {
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Admin {
    /// Listens and answers.
    pub async fn start(address: SocketAddr, metrics: Arc<Metrics>) -> io::Result<Self> {
        let (bound, is_bound) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        thread::Builder::new().name("admin".to_owned()).spawn(move || run(address, metrics, bound, stopped))?;
        // It says nothing if it panics.
        let address = is_bound.await.unwrap_or_else(|_| Err(io::Error::other("the thread ended")))?;
        Ok(Self { address, _stop: stop })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// What the thread does. A listener belongs to the runtime that it is made in.
fn run(
    address: SocketAddr,
    metrics: Arc<Metrics>,
    bound: oneshot::Sender<io::Result<SocketAddr>>,
    stopped: oneshot::Receiver<()>,
) {
    let begun = runtime::Builder::new_current_thread().enable_all().build().and_then(|runtime| {
        let server = runtime.block_on(Server::bind(address))?;
        let address = server.address()?;
        Ok((runtime, server, address))
    });
    // That nobody waits for the word any more is no error.
    match begun {
        Ok((runtime, server, address)) => {
            let _ = bound.send(Ok(address));
            // Who monitors may ask as often as it likes.
            let bounds = Bounds { connection_rate: usize::MAX, ..Bounds::default() };
            let server = server.bounds(bounds).counted(metrics.connections("admin"));
            let stopped = async {
                let _ = stopped.await;
            };
            runtime.block_on(server.run(router(metrics), stopped, Duration::ZERO));
        }
        Err(error) => {
            let _ = bound.send(Err(error));
        }
    }
}

fn router(metrics: Arc<Metrics>) -> Router {
    Router::new()
        .route("/metrics", get(text))
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .fallback(|| async { (StatusCode::NOT_FOUND, "Here are /metrics, /healthz and /readyz.\n") })
        .with_state(metrics)
        .layer(middleware::from_fn(check_name))
}

/// Refuses what a page sends here under a name of its own, as by DNS rebinding. Where other machines connect, they do so
/// under any name, and where the server listens decides who they are.
async fn check_name(request: Request, next: Next) -> Response {
    let is_local = request.extensions().get::<Peer>().is_some_and(|peer| peer.local_port().is_some());
    if is_local && !identity::names_nothing_else(request.uri(), request.headers()) {
        let message = "On this machine only localhost and loopback addresses are answered: use one as `Host`.\n";
        return (StatusCode::FORBIDDEN, message).into_response();
    }
    next.run(request).await
}

async fn text(State(metrics): State<Arc<Metrics>>) -> ([(HeaderName, HeaderValue); 1], String) {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE))], metrics.text())
}

/// Whether the main runtime goes on.
async fn alive(State(metrics): State<Arc<Metrics>>) -> (StatusCode, String) {
    match metrics.health().alive() {
        Ok(()) => (StatusCode::OK, "ok\n".to_owned()),
        Err(silence) => {
            let seconds = silence.as_secs();
            (StatusCode::SERVICE_UNAVAILABLE, format!("the server has done nothing for {seconds} seconds\n"))
        }
    }
}

async fn ready(State(metrics): State<Arc<Metrics>>) -> (StatusCode, Json<Value>) {
    readiness(metrics.health())
}
