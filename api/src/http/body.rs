//! A request's body, as a whole: not larger than the limit, and not slower than a client has to be.

use std::time::Duration;

use axum::{
    body::{Body, BodyDataStream, Bytes},
    http::{HeaderMap, StatusCode, header},
};
use futures::StreamExt;
use tokio::time::{Instant, timeout_at};

use super::{Settings, read::Malformed};

/// How much must come, in bytes a second.
const RATE: u64 = 1 << 10;

/// How long a body is to be, if its head says so.
pub(super) fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok())
}

/// Reads a body of at most this size, in bytes, to its end.
pub(super) async fn collect(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    settings: &Settings,
) -> Result<Bytes, Malformed> {
    let mut pieces = Pieces::of(headers, body, limit, settings)?;
    // Most bodies come in one piece.
    let Some(first) = pieces.next().await? else { return Ok(Bytes::new()) };
    let Some(second) = pieces.next().await? else { return Ok(first) };
    let mut whole = Vec::from(first);
    whole.extend_from_slice(&second);
    while let Some(piece) = pieces.next().await? {
        whole.extend_from_slice(&piece);
    }
    Ok(whole.into())
}

fn too_large(limit: usize) -> Malformed {
    Malformed(StatusCode::PAYLOAD_TOO_LARGE, format!("the body has more than {limit} bytes"))
}

/// What comes of a body.
pub(super) struct Pieces {
    stream: BodyDataStream,
    limit: usize,
    read: usize,
    /// When the next piece must be there: each one gives time for others.
    due: Instant,
}

impl Pieces {
    /// The limits of a body of at most this size, in bytes.
    pub(super) fn of(headers: &HeaderMap, body: Body, limit: usize, settings: &Settings) -> Result<Self, Malformed> {
        if length(headers).is_some_and(|length| length > limit) {
            return Err(too_large(limit));
        }
        Ok(Self { stream: body.into_data_stream(), limit, read: 0, due: Instant::now() + settings.body_grace })
    }

    /// The next one; none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Malformed> {
        let Ok(piece) = timeout_at(self.due, self.stream.next()).await else {
            let message = format!("the body comes too slowly: send at least {RATE} bytes a second");
            return Err(Malformed(StatusCode::REQUEST_TIMEOUT, message));
        };
        let piece = piece.transpose();
        let piece = piece.map_err(|error| Malformed::bad(format!("the body cannot be read to its end: {error}")))?;
        if let Some(piece) = &piece {
            self.read = self.read.saturating_add(piece.len());
            if self.read > self.limit {
                return Err(too_large(self.limit));
            }
            self.due += Duration::from_micros(piece.len() as u64 * 1_000_000 / RATE);
        }
        Ok(piece)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures::stream;

    use super::*;

    fn settings() -> Settings {
        Settings { body_grace: Duration::from_millis(20), ..Settings::default() }
    }

    async fn collected(pieces: &[&'static str]) -> Result<Bytes, Malformed> {
        let pieces: Vec<_> =
            pieces.iter().map(|piece| Ok::<_, Infallible>(Bytes::from_static(piece.as_bytes()))).collect();
        collect(&HeaderMap::new(), Body::from_stream(stream::iter(pieces)), 10, &settings()).await
    }

    #[tokio::test]
    async fn pieces_make_a_body_within_the_limit() {
        for (pieces, whole) in
            [(&[][..], ""), (&["abc"], "abc"), (&["abc", "def"], "abcdef"), (&["a", "bcdef", "", "ghij"], "abcdefghij")]
        {
            assert_eq!(collected(pieces).await.expect("a body"), whole);
        }
        for pieces in [&["abcdefghijk"][..], &["abcdef", "ghijk"], &["abc", "def", "ghijk"]] {
            let Malformed(status, _) = collected(pieces).await.expect_err("too large");
            assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{pieces:?}");
        }
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_given_up() {
        let pieces = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"abc"))]).chain(stream::pending());
        let Malformed(status, _) =
            collect(&HeaderMap::new(), Body::from_stream(pieces), 10, &settings()).await.expect_err("too slow");
        assert_eq!(status, StatusCode::REQUEST_TIMEOUT);
    }

    #[tokio::test]
    async fn a_body_that_breaks_is_no_large_one() {
        let pieces = stream::iter([Ok(Bytes::from_static(b"abc")), Err(std::io::Error::other("gone"))]);
        let Malformed(status, _) =
            collect(&HeaderMap::new(), Body::from_stream(pieces), 10, &settings()).await.expect_err("broken");
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
}
