//! A request's body, of which is known how much was read, and whether it was read to its end.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::{body::Bytes, http::Request};
use hyper::body::{Body, Frame, Incoming, SizeHint};

use super::allowance::Allowance;

/// A body as it comes.
#[derive(Debug)]
pub(super) struct RequestBody {
    body: Incoming,
    rest: Rest,
    allowance: Allowance,
}

/// Whether some of a body was not read. `hyper` ends the connection after the answer then, without saying so.
#[derive(Clone, Debug)]
pub(super) struct Rest(Arc<AtomicBool>);

impl RequestBody {
    /// Watches the body of a request, so that its bytes are credited to the connection.
    pub(super) fn watch(request: Request<Incoming>, allowance: &Allowance) -> (Request<Self>, Rest) {
        let rest = Rest(Arc::new(AtomicBool::new(!request.body().is_end_stream())));
        let (watched, allowance) = (rest.clone(), allowance.clone());
        (request.map(|body| Self { body, rest: watched, allowance }), rest)
    }
}

impl Rest {
    pub(super) fn is_there(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        match &frame {
            Poll::Ready(None) => self.rest.0.store(false, Ordering::Relaxed),
            Poll::Ready(Some(Ok(frame))) => self.allowance.earn_body(frame.data_ref().map_or(0, Bytes::len)),
            _ => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
