//! An answer's body on its way to the client.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::{activity::Running, stream_timeout::Taking};

/// The most that is handed over at once where that is timed: what was handed over cannot be taken back.
const PIECE: usize = 16 << 10;

/// A body, with the request that it answers.
#[derive(Debug)]
pub(super) struct AnswerBody {
    body: Body,
    /// What was not handed over yet of what the body gave.
    left: Bytes,
    /// Who gives the answer up when nothing is taken for a while.
    taking: Option<Taking>,
    _running: Running,
}

impl AnswerBody {
    pub(super) fn new(body: Body, running: Running, taking: Option<Taking>) -> Self {
        Self { body, left: Bytes::new(), taking, _running: running }
    }
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Self { body, left, taking, .. } = self.get_mut();
        let Some(taking) = taking else { return Pin::new(body).poll_frame(cx) };
        if left.is_empty() {
            // Nothing waits for the client until there is more.
            taking.is_done();
            match ready!(Pin::new(body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => *left = data,
                    Err(frame) => return Poll::Ready(Some(Ok(frame))),
                },
                last => return Poll::Ready(last),
            }
        }
        taking.begins();
        Poll::Ready(Some(Ok(Frame::data(left.split_to(left.len().min(PIECE))))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (mut hint, left) = (self.body.size_hint(), self.left.len() as u64);
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper.saturating_add(left));
        }
        hint.set_lower(hint.lower().saturating_add(left));
        hint
    }
}
