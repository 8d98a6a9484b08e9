//! Accepting connections until told to stop.

use std::{future::Future, io, io::Write as _, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Extension, Router, http::Request};
use hyper::{
    body::{Body, Incoming},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use prometheus_client::metrics::gauge::Gauge;
use service::measures::labels::Counters;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::{
    Watch,
    activity::Activity,
    connections::{Bounds, Connections, Place, Refusal},
    flood::FloodBound,
    head,
    head_timeout::HeadTimeout,
    requests,
    sender::Peer,
    shutdown::Shutdown,
    stream_timeout::StreamExecutor,
    write_timeout::WriteTimeout,
};
use crate::metrics::Held;

/// The pause after a failed accept: the process is out of file descriptors.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);
/// How often a connection of HTTP/2 is asked whether its client lives.
const PING_INTERVAL: Duration = Duration::from_secs(60);
/// Streams that a connection of HTTP/2 may have at once.
const STREAMS: u32 = 100;
/// Streams that the client has reset and that nobody has looked at, before the connection ends.
const PENDING_RESETS: usize = 20;
/// Streams that were reset for errors of the client, before the connection ends.
const LOCAL_RESETS: usize = 200;
/// What a client may send before it is read, of a stream and of a connection.
const WINDOW: u32 = 64 << 10;
/// For how long a connection that is idle may take to end.
const LAST_WORD: Duration = Duration::from_secs(5);
/// What is read ahead of a connection of HTTP/1: a head, with the URI and its line.
const READ_BUFFER: usize = head::MAX_URI + head::MAX_HEADER_BYTES + (8 << 10);

/// A listening server.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    bounds: Bounds,
    write_timeout: Duration,
    connections: Connections,
    gauge: Gauge,
}

type Builder = auto::Builder<StreamExecutor>;

impl Server {
    /// Listens; nothing is accepted yet.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self {
            listener: TcpListener::bind(address).await?,
            bounds: Bounds::default(),
            write_timeout: Watch::default().keepalive,
            connections: Connections::default(),
            gauge: Gauge::default(),
        })
    }

    /// Says what connections may do.
    pub fn bounds(self, bounds: Bounds) -> Self {
        Self { bounds, ..self }
    }

    /// Says after how long a connection, or a stream of it, is given up whose client takes nothing of an answer.
    pub fn write_timeout(self, write_timeout: Duration) -> Self {
        Self { write_timeout, ..self }
    }

    /// Says where its connections are counted; one that becomes a WebSocket is none any more.
    pub(crate) fn counted(self, gauge: Gauge) -> Self {
        Self { gauge, ..self }
    }

    /// Says where those connections are counted that are refused.
    pub(crate) fn refusals_counted(self, refused: Counters<1>) -> Self {
        Self { connections: self.connections.counted(refused), ..self }
    }

    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Its connections, for who reports about them.
    pub fn connections(&self) -> Connections {
        self.connections.clone()
    }

    /// Serves until `stop`, then lets the requests in flight finish and ends subscriptions, for at most `drain`.
    /// Says whether all of them did.
    pub async fn run(self, router: Router, stop: impl Future<Output = ()>, drain: Duration) -> bool {
        let stopping = Shutdown::default();
        let router = TowerToHyperService::new(router.layer(Extension(stopping.clone())));
        let builder = self.builder();
        let (closing, _) = watch::channel(());
        let mut is_accepting = true;
        tokio::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = &mut stop => break,
            };
            match accepted {
                Ok((stream, address)) => {
                    is_accepting = true;
                    match self.connections.admit(address.ip(), &self.bounds) {
                        Ok(place) => {
                            self.serve(&builder, (stream, address), place, router.clone(), closing.subscribe())
                        }
                        Err(refusal) => refuse(stream, refusal),
                    }
                }
                Err(error) => {
                    self.connections.refuse(Refusal::NotAccepted);
                    // Once, not twenty times a second for as long as it lasts.
                    if std::mem::take(&mut is_accepting) {
                        tracing::warn!("connections cannot be accepted: {error}");
                    }
                    tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                }
            }
        }
        // New connections go elsewhere from here on.
        drop(self.listener);
        closing.send_replace(());
        let ended = async { tokio::join!(closing.closed(), stopping.stop(drain / 4)) };
        tokio::time::timeout(drain, ended).await.is_ok()
    }

    fn builder(&self) -> Builder {
        let mut builder = Builder::new(StreamExecutor { timeout: self.write_timeout });
        // Heads have a timer of their own, `HeadTimeout`.
        builder.http1().header_read_timeout(None::<Duration>).max_buf_size(READ_BUFFER).preserve_header_case(true);
        builder
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(Some(PING_INTERVAL))
            .max_concurrent_streams(STREAMS)
            .max_pending_accept_reset_streams(PENDING_RESETS)
            .max_local_error_reset_streams(LOCAL_RESETS)
            .max_header_list_size(head::MAX_HEADER_BYTES as u32)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .max_send_buf_size(WINDOW as usize);
        builder
    }

    /// Serves a connection to its end, beside the others.
    fn serve(
        &self,
        builder: &Builder,
        (stream, address): (TcpStream, SocketAddr),
        place: Place,
        router: TowerToHyperService<Router>,
        mut closing: watch::Receiver<()>,
    ) {
        // Answers are written whole: waiting for more would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("no TCP_NODELAY: {error}");
        }
        let peer = Peer::new(address, stream.local_addr().ok());
        let held = Held::new(&self.gauge);
        let activity = Activity::new(place);
        let stream = WriteTimeout::new(stream, self.write_timeout);
        let stream = FloodBound::new(stream, activity.allowance().clone(), self.connections.clone());
        let stream = HeadTimeout::new(stream, Arc::clone(&activity), self.bounds.head_timeout);
        let requested = Arc::clone(&activity);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            let running = requested.begin(requests::is_multiplexed(request.version()));
            if !request.body().is_end_stream() {
                // What the client may send of it before anybody reads, or for nothing if nobody does.
                running.allowance().earn_body(WINDOW as usize);
            }
            requests::answer(router.clone(), running, request)
        });
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        let idle_timeout = self.bounds.idle_timeout;
        tokio::spawn(async move {
            let _held = held;
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => Some(ended),
                _ = closing.changed() => None,
                () = activity.idle(idle_timeout) => None,
            };
            let ended = match ended {
                Some(ended) => ended,
                None => {
                    connection.as_mut().graceful_shutdown();
                    tokio::select! {
                        ended = connection.as_mut() => ended,
                        // A client of HTTP/2 may not answer that it has heard so.
                        () = activity.idle(LAST_WORD) => Ok(()),
                    }
                }
            };
            if let Err(error) = ended {
                tracing::debug!("a connection broke: {error}");
            }
            // Until here the server waits for it.
            drop(closing);
        });
    }
}

/// Tells the client at once, and closes: what it has sent is not read.
fn refuse(stream: TcpStream, refusal: Refusal) {
    tracing::debug!("a connection was refused: {refusal:?}");
    // By the socket itself, which does not wait. Who does not take so little is not told.
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write(refusal.answer());
    }
}
