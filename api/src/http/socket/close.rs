//! Why a socket ends.

use std::borrow::Cow;

use axum::extract::ws::CloseFrame;

/// The longest reason that fits in a frame, in bytes.
const LONGEST: usize = 123;

/// A close code with its reason: those of `graphql-transport-ws` from 4400 on, those of WebSockets below.
#[derive(Clone, Debug)]
pub(super) struct Close(u16, Cow<'static, str>);

impl Close {
    pub(super) const AWAY: Self = Self::of(1001, "the server stops");
    pub(super) const TOO_LARGE: Self = Self::of(1009, "the message is larger than the limit");
    pub(super) const LATER: Self = Self::of(1013, "the server cannot check the API key now");
    pub(super) const UNAUTHORIZED: Self = Self::of(4401, "Unauthorized");
    pub(super) const PROTOCOL: Self = Self::of(4406, "Subprotocol not acceptable");
    pub(super) const TIMEOUT: Self = Self::of(4408, "Connection initialisation timeout");
    pub(super) const AGAIN: Self = Self::of(4429, "Too many initialisation requests");

    const fn of(code: u16, reason: &'static str) -> Self {
        Self(code, Cow::Borrowed(reason))
    }

    pub(super) fn bad_message(reason: impl Into<String>) -> Self {
        Self(4400, Cow::Owned(reason.into()))
    }

    pub(super) fn forbidden(reason: impl Into<String>) -> Self {
        Self(4403, Cow::Owned(reason.into()))
    }

    pub(super) fn later(reason: impl Into<String>) -> Self {
        Self(1013, Cow::Owned(reason.into()))
    }

    pub(super) fn too_fast(rate: u32) -> Self {
        Self(1008, Cow::Owned(format!("too many messages: at most {rate} a second")))
    }

    /// Others of the client have to end first.
    pub(super) fn full(most: usize) -> Self {
        Self::later(super::full(most))
    }

    pub(super) fn taken(id: &str) -> Self {
        Self(4409, Cow::Owned(format!("Subscriber for {id} already exists")))
    }
}

impl From<Close> for CloseFrame {
    fn from(Close(code, reason): Close) -> Self {
        let end = (0..=LONGEST.min(reason.len())).rev().find(|end| reason.is_char_boundary(*end)).unwrap_or_default();
        Self { code, reason: reason[..end].into() }
    }
}
