//! What a request was forbidden, for the log: who asks learns it in `userErrors`, which the transport does not read.

use std::sync::{Arc, OnceLock};

use async_graphql::Context;
use service::{
    Error,
    refusal::{Code, Refusal},
};

/// The first thing that a request was forbidden. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Forbidden(Arc<OnceLock<String>>);

impl Forbidden {
    /// What it was, if there was any.
    pub fn reason(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }

    /// Notes an error, if it is one of these.
    pub fn note(&self, error: &Error) {
        match error {
            Error::Forbidden(reason) => self.set(reason),
            Error::Refused(refusal) => self.note_refusal(refusal),
            _ => {}
        }
    }

    fn note_refusal(&self, refusal: &Refusal) {
        if refusal.code == Code::Forbidden {
            self.set(&refusal.message);
        }
    }

    fn set(&self, reason: &str) {
        self.0.get_or_init(|| reason.to_owned());
    }
}

/// Notes why a call of this request failed.
pub(super) fn note(ctx: &Context<'_>, error: &Error) {
    if let Some(forbidden) = ctx.data_opt::<Forbidden>() {
        forbidden.note(error);
    }
}

/// Notes why an item of a call was refused.
pub(super) fn note_refusal(ctx: &Context<'_>, refusal: &Refusal) {
    if let Some(forbidden) = ctx.data_opt::<Forbidden>() {
        forbidden.note_refusal(refusal);
    }
}
