//! Connections to the servers that messages are sent to, each to an address that was checked.

use std::{
    error::Error,
    io,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use futures::future::BoxFuture;
use hyper::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, sync::Semaphore, time::timeout};
use tower_service::Service;

use super::{guard::Guard, target::Target};

/// How long a connection to one address may take.
const ADDRESS: Duration = Duration::from_secs(5);
/// How long all of it may take, with the name and TLS.
const ALL: Duration = Duration::from_secs(12);
/// The most addresses of a name that are tried.
const ADDRESSES: usize = 4;

type BoxError = Box<dyn Error + Send + Sync>;

/// What connects by TCP and, where the URL says so, by TLS.
pub(super) type Secure = InTime<HttpsConnector<Checked>>;

/// Connects for one endpoint, whose names are resolved one at a time: names that take long keep nobody else waiting.
pub(super) fn connector(guard: Guard) -> Secure {
    let checked = Checked { guard, looking: Arc::new(Semaphore::new(1)) };
    let builder = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1();
    InTime(builder.wrap_connector(checked))
}

/// Connects to addresses that the guard lets through.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    guard: Guard,
    looking: Arc<Semaphore>,
}

impl Checked {
    async fn connect(self, uri: Uri) -> io::Result<TokioIo<TcpStream>> {
        let target = Target::of(uri).map_err(io::Error::other)?;
        let permit = self.looking.acquire_owned().await.map_err(io::Error::other)?;
        let addresses = self.guard.resolve(&target, permit).await.map_err(io::Error::other)?;
        let mut failure = io::Error::other("its name has no address");
        for address in addresses.into_iter().take(ADDRESSES) {
            match timeout(ADDRESS, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    stream.set_nodelay(true)?;
                    return Ok(TokioIo::new(stream));
                }
                Ok(Err(error)) => failure = error,
                Err(_) => failure = io::Error::other(format!("no connection within {ADDRESS:?}")),
            }
        }
        Err(failure)
    }
}

impl Service<Uri> for Checked {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().connect(uri))
    }
}

/// Gives up what takes too long: the client may go on connecting when the message is sent already.
#[derive(Clone)]
pub(super) struct InTime<C>(C);

impl<C> Service<Uri> for InTime<C>
where
    C: Service<Uri, Error = BoxError>,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<C::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = self.0.call(uri);
        Box::pin(async move {
            let connected = timeout(ALL, connecting).await;
            connected.unwrap_or_else(|_| Err(format!("no connection within {ALL:?}").into()))
        })
    }
}
