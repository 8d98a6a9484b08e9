//! Who sends a request.
//!
//! The local administrator is whoever sits at this machine: not a page of another site that sends requests from a
//! browser here, under a name of its own or across origins.

use std::net::IpAddr;

use axum::http::{HeaderValue, Uri, header, request::Parts, uri::Authority};
use service::{Error, Result, keys::Identity, principal::Principal};

use super::App;
use crate::metrics::AuthMethod;

/// What a request shows of who sends it, kept by who has to ask again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Credentials {
    pub(super) caller: Caller,
    /// The key, if it showed one.
    pub(super) key: Option<Identity>,
}

impl Credentials {
    /// From an `Authorization`, which is `Bearer` and a key, of the head or of `connection_init`.
    pub(super) fn new(caller: Caller, authorization: Option<&str>) -> Result<Self> {
        let key = authorization.map(|authorization| match authorization.trim().split_once(' ') {
            Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => Identity::of(key.trim()),
            _ => Err(Error::Unauthenticated("`Authorization` is not of the form `Bearer vw_…`".to_owned())),
        });
        Ok(Self { caller, key: key.transpose()? })
    }

    /// From a head.
    pub(super) fn of(head: &Parts, app: &App) -> Result<Self> {
        // What is no text is no key either.
        let authorization = head.headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
        Self::new(Caller::of(head, &app.settings.allowed_origins), authorization)
    }

    /// What a head shows of who sends it.
    pub(super) fn method(head: &Parts) -> AuthMethod {
        if head.headers.contains_key(header::AUTHORIZATION) { AuthMethod::Key } else { AuthMethod::Nothing }
    }

    /// Whom a request acts as.
    pub(super) async fn principal(&self, app: &App) -> Result<Principal> {
        let service = app.service()?;
        if let Some(key) = &self.key {
            return service.identify(key).await;
        }
        if !app.settings.keyless || service.has_keys().await? {
            return Err(Error::Unauthenticated(
                "an API key is needed: send it as `Authorization: Bearer vw_…`".to_owned(),
            ));
        }
        match self.caller.local {
            true => Ok(Principal::local()),
            false => Err(Error::Unauthenticated(
                "without an API key only requests to localhost, 127.0.0.1 or [::1] are served, and none from pages of \
                 other sites: `vividwalls keys create` makes a key"
                    .to_owned(),
            )),
        }
    }
}

/// What the head of a request says of who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Caller {
    /// It names this machine, and comes from no page of elsewhere.
    local: bool,
}

impl Caller {
    /// This process.
    pub(super) fn here() -> Self {
        Self { local: true }
    }

    /// Reads a head; pages of the allowed origins are no strangers.
    pub(super) fn of(head: &Parts, allowed_origins: &[HeaderValue]) -> Self {
        let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
        let named = host.as_ref().or_else(|| head.uri.authority()).is_some_and(|host| is_here(host.host()));
        let page = head.headers.get(header::ORIGIN);
        Self { local: named && page.is_none_or(|origin| allowed_origins.contains(origin) || is_page_of_here(origin)) }
    }
}

fn is_page_of_here(origin: &HeaderValue) -> bool {
    let origin = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok());
    origin.is_some_and(|origin| origin.host().is_some_and(is_here))
}

fn is_here(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn local(host: &str, origin: Option<&str>) -> bool {
        let mut request = Request::get("/graphql").header("host", host);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let (head, ()) = request.body(()).expect("a request").into_parts();
        Caller::of(&head, &[HeaderValue::from_static("https://admin.example"), HeaderValue::from_static("*")]).local
    }

    #[test]
    fn only_this_machine_is_local() {
        for host in ["localhost", "LocalHost:4000", "127.0.0.1:4000", "127.8.8.8", "[::1]:4000"] {
            assert!(local(host, None), "{host}");
        }
        for host in ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:4000", "10.0.0.1", "[::2]"] {
            assert!(!local(host, None), "{host}");
        }
    }

    #[test]
    fn pages_of_elsewhere_are_not_local() {
        for origin in ["http://localhost:4000", "http://127.0.0.1:3000", "https://admin.example"] {
            assert!(local("localhost:4000", Some(origin)), "{origin}");
        }
        for origin in ["https://evil.example", "null", "", "http://localhost.evil.example"] {
            assert!(!local("localhost:4000", Some(origin)), "{origin}");
        }
    }
}
