//! Accepting connections until told to stop.

use std::{future::Future, io, net::SocketAddr, time::Duration};

use axum::{Extension, Router, http::Request};
use hyper::{
    body::Incoming,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};

use super::{Watch, sender::Peer, shutdown::Shutdown, write_timeout::WriteTimeout};
use crate::metrics::Held;

/// How long a client may take to send the head of a request, and a connection may wait for the next one.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// The pause after a failed accept: the process is out of file descriptors.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);

/// A listening server.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    write_timeout: Duration,
    connections: Gauge,
}

impl Server {
    /// Listens; nothing is accepted yet.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        Ok(Self { listener, write_timeout: Watch::default().keepalive, connections: Gauge::default() })
    }

    /// Says after how long a connection is given up whose client takes nothing of an answer.
    pub fn write_timeout(self, write_timeout: Duration) -> Self {
        Self { write_timeout, ..self }
    }

    /// Says where its connections are counted; one that becomes a WebSocket is none any more.
    pub(crate) fn counted(self, connections: Gauge) -> Self {
        Self { connections, ..self }
    }

    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop`, then lets the requests in flight finish and ends subscriptions, for at most `drain`.
    /// Says whether all of them did.
    pub async fn run(self, router: Router, stop: impl Future<Output = ()>, drain: Duration) -> bool {
        let stopping = Shutdown::default();
        let router = router.layer(Extension(stopping.clone()));
        let connections = GracefulShutdown::new();
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).preserve_header_case(true);
        builder.http2().timer(TokioTimer::new()).keep_alive_interval(Some(HEAD_TIMEOUT));
        tokio::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = &mut stop => break,
            };
            match accepted {
                Ok((stream, address)) => {
                    let peer = Peer::new(address, stream.local_addr().ok());
                    let stream = answering(stream, self.write_timeout);
                    serve(&builder, &connections, stream, peer, router.clone(), Held::new(&self.connections));
                }
                Err(error) => {
                    tracing::warn!("a connection cannot be accepted: {error}");
                    tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                }
            }
        }
        // New connections go elsewhere from here on.
        drop(self.listener);
        let ended = async { tokio::join!(connections.shutdown(), stopping.stop(drain / 4)) };
        tokio::time::timeout(drain, ended).await.is_ok()
    }
}

fn answering(stream: TcpStream, write_timeout: Duration) -> WriteTimeout<TcpStream> {
    // Answers are written whole: waiting for more would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("no TCP_NODELAY: {error}");
    }
    WriteTimeout::new(stream, write_timeout)
}

fn serve(
    builder: &auto::Builder<TokioExecutor>,
    connections: &GracefulShutdown,
    stream: WriteTimeout<TcpStream>,
    peer: Peer,
    router: Router,
    held: Held,
) {
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.call(request)
    });
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        let _held = held;
        if let Err(error) = connection.await {
            tracing::debug!("a connection broke: {error}");
        }
    });
}
