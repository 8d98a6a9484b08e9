//! A connection that may not send much beside its requests.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use super::{
    allowance::Allowance,
    connections::{Connections, Refusal},
};

/// How long nothing is read when too much came. What was read may be requests that nobody has looked at: `h2` reads all
/// there is before it hands over the first one.
const PAUSE: Duration = Duration::from_millis(100);

/// Breaks off when more was read than the allowance of the connection.
#[derive(Debug)]
pub(super) struct FloodBound<S> {
    stream: S,
    allowance: Allowance,
    connections: Connections,
    /// Runs while nothing is read.
    pause: Option<Pin<Box<Sleep>>>,
    is_flooded: bool,
}

impl<S> FloodBound<S> {
    /// Those that are broken off count as refused connections.
    pub(super) fn new(stream: S, allowance: Allowance, connections: Connections) -> Self {
        Self { stream, allowance, connections, pause: None, is_flooded: false }
    }

    /// Waits while too much came, and says whether that does not pass.
    fn poll_flooded(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        if self.is_flooded || !self.allowance.is_overdrawn() {
            self.pause = None;
            return Poll::Ready(self.is_flooded);
        }
        let pause = self.pause.get_or_insert_with(|| Box::pin(sleep(PAUSE)));
        ready!(pause.as_mut().poll(cx));
        self.is_flooded = true;
        self.connections.refuse(Refusal::Flood);
        Poll::Ready(true)
    }

    fn wrote(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = written {
            self.allowance.earn_written(bytes);
        }
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for FloodBound<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if ready!(self.poll_flooded(cx)) {
            return Poll::Ready(Err(io::Error::other("more came than requests need")));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        self.allowance.spend(buffer.filled().len() - before);
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FloodBound<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.wrote(written)
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
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    const FLOOD: usize = 512 << 10;

    fn connection() -> (DuplexStream, FloodBound<DuplexStream>, Allowance, Connections) {
        let (client, server) = duplex(FLOOD);
        let (allowance, connections) = (Allowance::new(), Connections::default());
        (client, FloodBound::new(server, allowance.clone(), connections.clone()), allowance, connections)
    }

    #[tokio::test]
    async fn what_is_part_of_no_request_is_bounded() {
        let (mut client, mut server, _, connections) = connection();
        client.write_all(&[0; FLOOD]).await.expect("there is room");
        server.read_to_end(&mut Vec::new()).await.expect_err("a flood");
        server.read_u8().await.expect_err("it stays one");
        assert_eq!(connections.refused(Refusal::Flood), 1);
    }

    #[tokio::test]
    async fn requests_and_answers_are_not() {
        let (mut client, mut server, allowance, connections) = connection();
        let mut bytes = [0; 20 << 10];
        for _ in 0..20 {
            client.write_all(&bytes).await.expect("there is room");
            server.read_exact(&mut bytes).await.expect("a request");
            allowance.earn_head();
        }
        for _ in 0..FLOOD / 416 {
            // The windows of a stream and of its connection.
            client.write_all(&[0; 26]).await.expect("there is room");
            server.read_exact(&mut bytes[..26]).await.expect("windows");
            server.write_all(&bytes[..416]).await.expect("there is room");
            client.read_exact(&mut bytes[..416]).await.expect("an answer");
        }
        assert_eq!(connections.refused(Refusal::Flood), 0);
    }

    #[tokio::test]
    async fn requests_that_are_looked_at_later_count() {
        let (mut client, mut server, allowance, connections) = connection();
        let mut bytes = [0; 80 << 10];
        client.write_all(&bytes).await.expect("there is room");
        server.read_exact(&mut bytes).await.expect("many requests");
        client.write_u8(0).await.expect("there is room");
        let (read, ()) = tokio::join!(server.read_u8(), async { (0..3).for_each(|_| allowance.earn_head()) });
        assert_eq!((read.expect("it goes on"), connections.refused(Refusal::Flood)), (0, 0));
    }

    #[tokio::test]
    async fn a_lifted_bound_is_none() {
        let (mut client, mut server, allowance, _) = connection();
        allowance.lift();
        let mut bytes = vec![0; FLOOD];
        client.write_all(&bytes).await.expect("there is room");
        server.read_exact(&mut bytes).await.expect("no bound");
    }
}
