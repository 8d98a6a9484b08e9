//! A connection whose client must send the heads of its requests in time.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use super::activity::Activity;

/// Breaks off when a head is not there some time after its first byte, the first one after the connection was made. The
/// timer of `hyper` cannot tell the head from the time without any, and begins when it knows the version of HTTP.
#[derive(Debug)]
pub(super) struct HeadTimeout<S> {
    stream: S,
    activity: Arc<Activity>,
    timeout: Duration,
    /// The head that is coming: its number, and when it began.
    head: Option<(u64, Instant)>,
    /// Runs while more of it is waited for.
    late: Option<Pin<Box<Sleep>>>,
}

impl<S> HeadTimeout<S> {
    pub(super) fn new(stream: S, activity: Arc<Activity>, timeout: Duration) -> Self {
        Self { stream, activity, timeout, head: Some((0, Instant::now())), late: None }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for HeadTimeout<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let awaited = self.activity.awaited_head();
        if self.head.is_some_and(|(number, _)| awaited != Some(number)) {
            (self.head, self.late) = (None, None);
        }
        let Some(number) = awaited else { return read };
        if read.is_ready() {
            if buffer.filled().len() > before {
                self.head.get_or_insert_with(|| (number, Instant::now()));
            }
            return read;
        }
        let Some((_, began)) = self.head else { return Poll::Pending };
        let end = began + self.timeout;
        let late = self.late.get_or_insert_with(|| Box::pin(sleep_until(end)));
        late.as_mut().poll(cx).map(|()| Err(io::Error::new(io::ErrorKind::TimedOut, "the head did not come in time")))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for HeadTimeout<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;
    use crate::http::connections::{Bounds, Connections};

    const TIMEOUT: Duration = Duration::from_millis(20);

    fn connection(timeout: Duration) -> (DuplexStream, HeadTimeout<DuplexStream>, Arc<Activity>) {
        let place = Connections::default().admit(Ipv4Addr::LOCALHOST.into(), &Bounds::default()).expect("a place");
        let activity = Activity::new(place);
        let (client, server) = duplex(64);
        (client, HeadTimeout::new(server, Arc::clone(&activity), timeout), activity)
    }

    #[tokio::test]
    async fn who_sends_nothing_or_half_a_head_is_given_up() {
        for sent in [&b""[..], b"PRI * HT", b"GET / HTTP/1.1\r\nhost:"] {
            let (mut client, mut server, _) = connection(TIMEOUT);
            client.write_all(sent).await.expect("there is room");
            let error = server.read_to_end(&mut Vec::new()).await.expect_err("no head");
            assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{sent:?}");
        }
    }

    #[tokio::test]
    async fn a_later_head_has_its_time_from_its_first_byte_on() {
        let (mut client, mut server, activity) = connection(TIMEOUT);
        client.write_all(b"a").await.expect("there is room");
        server.read_u8().await.expect("a byte");
        drop(activity.begin(false));
        // Nothing has begun: the time is not running.
        let quiet = tokio::time::timeout(TIMEOUT * 3, server.read_u8()).await;
        assert!(quiet.is_err(), "{quiet:?}");
        client.write_all(b"b").await.expect("there is room");
        server.read_u8().await.expect("a byte");
        let error = server.read_u8().await.expect_err("half a head");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn what_is_no_head_has_no_time() {
        for is_multiplexed in [false, true] {
            let (mut client, mut server, activity) = connection(TIMEOUT);
            let running = activity.begin(is_multiplexed);
            if !is_multiplexed {
                running.upgraded();
            }
            drop(running);
            client.write_all(b"a").await.expect("there is room");
            server.read_u8().await.expect("a byte");
            let quiet = tokio::time::timeout(TIMEOUT * 3, server.read_u8()).await;
            assert!(quiet.is_err(), "{quiet:?}");
        }
    }
}
