//! Who sends a request.
//!
//! The local administrator is a program of this machine, or a page that this server itself has sent to a browser here: not
//! a page of elsewhere, under whatever name, and nobody who comes through a proxy.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, Uri, header, request::Parts, uri::Authority};
use service::{Error, Result, keys::Identity, principal::Principal};

use super::{
    App,
    browser::{self, Site},
    sender::Peer,
};
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
        let mut given = head.headers.get_all(header::AUTHORIZATION).iter();
        // What is no text is no key either.
        let authorization = given.next().map(|value| value.to_str().unwrap_or_default());
        // A proxy may have looked at the other one.
        if given.next().is_some() {
            return Err(Error::Unauthenticated("`Authorization` is given twice".to_owned()));
        }
        Self::new(Caller::of(head, &app.settings.allowed_origins), authorization)
    }

    /// What a head shows of who sends it.
    pub(super) fn method(head: &Parts) -> AuthMethod {
        if head.headers.contains_key(header::AUTHORIZATION) { AuthMethod::Key } else { AuthMethod::Nothing }
    }

    /// Whom a request acts as. Who showed too many keys that were refused waits, unless this one was issued.
    pub(super) async fn admit(&self, app: &App, address: Option<IpAddr>) -> Result<Principal> {
        let Some(key) = &self.key else { return self.principal(app).await };
        let service = app.service()?;
        match service.recall(key) {
            Some(principal) => Ok(principal),
            None => app.guesses.ask(service, address, service.is_issued(key), service.identify(key)).await,
        }
    }

    /// Whom those act as who were admitted before.
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
                "without an API key only programs of this machine and the server's own pages are served, not by way of a \
                 proxy: `vividwalls keys create` makes a key"
                    .to_owned(),
            )),
        }
    }
}

/// What the head of a request says of who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Caller {
    /// It comes from this machine, and from no page of elsewhere.
    local: bool,
}

impl Caller {
    /// This process.
    pub(super) fn here() -> Self {
        Self { local: true }
    }

    /// Reads a head; pages of the allowed origins are no strangers.
    pub(super) fn of(head: &Parts, allowed_origins: &[HeaderValue]) -> Self {
        let port = head.extensions.get::<Peer>().and_then(|peer| peer.local_port());
        let is_local = |port| {
            names_here(head, port) && !is_forwarded(&head.headers) && is_from_here(&head.headers, port, allowed_origins)
        };
        Self { local: port.is_some_and(is_local) }
    }
}

/// Whether it is addressed to this machine: the page that a name of elsewhere leads here is not of this machine.
fn names_here(head: &Parts, port: u16) -> bool {
    (head.uri.authority().is_some() || head.headers.contains_key(header::HOST))
        && has_names(&head.uri, &head.headers, |host| {
            is_here(host.host()) && host.port_u16().is_none_or(|given| given == port)
        })
}

/// Whether it is addressed to no name of elsewhere, whatever the port. Browsers always say a name.
pub(super) fn names_nothing_else(uri: &Uri, headers: &HeaderMap) -> bool {
    has_names(uri, headers, |host| is_here(host.host()))
}

/// Whether whatever a request calls this machine is such a name.
fn has_names(uri: &Uri, headers: &HeaderMap, is_named: impl Fn(&Authority) -> bool) -> bool {
    let is_text_named = |host: &HeaderValue| {
        let host = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
        host.is_some_and(|host| is_named(&host))
    };
    uri.authority().is_none_or(&is_named) && headers.get_all(header::HOST).iter().all(is_text_named)
}

/// Whether a proxy handed it on: who sent it, only the proxy knows.
fn is_forwarded(headers: &HeaderMap) -> bool {
    let is_of_proxies =
        |name: &str| ["forwarded", "via", "x-real-ip"].contains(&name) || name.starts_with("x-forwarded-");
    headers.keys().any(|name| is_of_proxies(name.as_str()))
}

/// Whether no page sent it, or one of this server or of an allowed origin. `*` allows nobody to act without a key.
fn is_from_here(headers: &HeaderMap, port: u16, allowed_origins: &[HeaderValue]) -> bool {
    let origins = || headers.get_all(header::ORIGIN).iter();
    if headers.contains_key(header::ORIGIN) && origins().all(|origin| allowed_origins.contains(origin)) {
        return true;
    }
    let is_own = |origin| browser::place(origin).is_some_and(|(page, of_page)| is_here(page.host()) && of_page == port);
    Site::of(headers) != Site::Other && origins().all(is_own)
}

fn is_here(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::http::Request;

    use super::*;

    const HERE: &str = "127.0.0.1:50000";

    /// Whether a request to port 4000 with these headers, from this address, is of this machine.
    fn local(peer: &str, uri: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut head, ()) = request.body(()).expect("a request").into_parts();
        let end = |text: &str| text.parse::<SocketAddr>().expect("an address");
        head.extensions.insert(Peer::new(end(peer), Some(end("127.0.0.1:4000"))));
        let allowed = ["https://admin.example", "http://localhost:3000", "*"].map(HeaderValue::from_static);
        Caller::of(&head, &allowed).local
    }

    #[test]
    fn only_this_machine_is_local() {
        for host in ["localhost", "LocalHost:4000", "127.0.0.1:4000", "127.8.8.8", "[::1]:4000"] {
            assert!(local(HERE, "/graphql", &[("host", host)]), "{host}");
            assert!(!local("203.0.113.9:50000", "/graphql", &[("host", host)]), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:4000",
            "10.0.0.1",
            "[::2]",
            "localhost:4001",
            "127.0.0.1:80",
        ] {
            assert!(!local(HERE, "/graphql", &[("host", host)]), "{host}");
        }
        assert!(!local(HERE, "/graphql", &[]), "no name");
        assert!(!local(HERE, "/graphql", &[("host", "localhost"), ("host", "evil.example")]));
        // As HTTP/2 has it, and a target that contradicts the header.
        assert!(local(HERE, "http://localhost:4000/graphql", &[]));
        assert!(!local(HERE, "http://evil.example:4000/graphql", &[("host", "localhost")]));
    }

    #[test]
    fn what_comes_from_elsewhere_is_not_local() {
        for (name, value, is_local) in [
            ("accept", "*/*", true),
            ("forwarded", "for=203.0.113.9", false),
            ("via", "1.1 proxy", false),
            ("x-real-ip", "127.0.0.1", false),
            ("x-forwarded-for", "127.0.0.1", false),
            ("x-forwarded-proto", "https", false),
            ("x-forwarded-anything", "", false),
            ("sec-fetch-site", "none", true),
            ("sec-fetch-site", "same-origin", true),
            ("sec-fetch-site", "same-site", false),
            ("sec-fetch-site", "cross-site", false),
            ("sec-fetch-site", "", false),
            ("origin", "http://localhost:4000", true),
            ("origin", "http://127.0.0.1:4000", true),
            ("origin", "http://[::1]:4000", true),
            ("origin", "https://admin.example", true),
            ("origin", "http://localhost:3000", true),
            // Of another port, or of none.
            ("origin", "http://127.0.0.1:3000", false),
            ("origin", "http://localhost", false),
            ("origin", "https://evil.example", false),
            ("origin", "http://localhost.evil.example:4000", false),
            ("origin", "chrome-extension://localhost:4000", false),
            ("origin", "null", false),
            ("origin", "", false),
        ] {
            assert_eq!(
                local(HERE, "/graphql", &[("host", "localhost:4000"), (name, value)]),
                is_local,
                "{name}: {value}"
            );
        }
        let page = |site, origin| {
            local(HERE, "/graphql", &[("host", "localhost:4000"), ("sec-fetch-site", site), ("origin", origin)])
        };
        // An allowed page is one of another site.
        assert!(page("same-site", "http://localhost:3000") && page("same-origin", "http://localhost:4000"));
        assert!(!page("cross-site", "http://localhost:4000") && !page("same-site", "http://localhost:3001"));
    }

    #[test]
    fn who_is_not_known_to_be_here_is_not_local() {
        let (head, ()) = Request::get("/graphql").header("host", "localhost").body(()).expect("a request").into_parts();
        assert!(!Caller::of(&head, &[]).local);
    }
}
