//! What a browser tells of the page that had it send a request.
//!
//! A browser sends what any page asks it to, and adds what it has itself: the connection to this machine. What comes from
//! a page of another site is not executed, whatever it carries, unless its origin is allowed. Who is no browser says
//! nothing of pages, and nothing is asked of it.

use axum::http::{
    HeaderMap, HeaderValue, Uri,
    header::{self, HeaderName},
    request::Parts,
    uri::Authority,
};

use super::{
    answer::Answer,
    failure::{self, Code},
};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a browser says of the page, in `Sec-Fetch-Site`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Site {
    /// Nothing, or that it was the user himself and no page.
    None,
    /// The page is of the origin that it asks.
    Own,
    /// The page is of another one: of another site, or of the same with another port or name.
    Other,
}

impl Site {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut site = Self::None;
        for value in headers.get_all(FETCH_SITE) {
            match value.as_bytes() {
                b"none" => {}
                b"same-origin" => site = Self::Own,
                _ => return Self::Other,
            }
        }
        site
    }
}

/// Whether a page sends it that may not: one of another origin which is not allowed.
pub(super) fn is_foreign(head: &Parts, allowed: &[HeaderValue]) -> bool {
    let mut origins = head.headers.get_all(header::ORIGIN).iter();
    if head.headers.contains_key(header::ORIGIN) && origins.all(|origin| is_allowed(origin, allowed)) {
        return false;
    }
    match Site::of(&head.headers) {
        Site::Other => true,
        // The browser knows, even behind a proxy that changes `Host`.
        Site::Own => false,
        Site::None => !head.headers.get_all(header::ORIGIN).iter().all(|origin| is_own(origin, head)),
    }
}

/// The answer to such a request.
pub(super) fn refusal() -> Answer {
    let message = "requests from web pages of other origins are refused: VIVIDWALLS_ALLOWED_ORIGINS allows an origin";
    Answer::failed(Code::Forbidden, &failure::error(Code::Forbidden, message))
}

/// Whether pages of this origin may send requests and read the answers.
pub(super) fn is_allowed(origin: &HeaderValue, allowed: &[HeaderValue]) -> bool {
    !origin.is_empty() && allowed.iter().any(|allowed| allowed == origin || allowed == "*")
}

/// The host and port of an origin, with that of its scheme when it names none; nothing for what is no page's.
pub(super) fn place(origin: &HeaderValue) -> Option<(Authority, u16)> {
    let origin: Uri = origin.to_str().ok()?.parse().ok()?;
    let port = match origin.scheme_str()? {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    let authority = origin.authority()?;
    Some((authority.clone(), authority.port_u16().unwrap_or(port)))
}

/// Whether it is the origin that is asked, as `Host` has it. Which scheme the browser spoke, a proxy may know.
fn is_own(origin: &HeaderValue, head: &Parts) -> bool {
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let (Some((page, port)), Some(host)) = (place(origin), host.as_ref().or_else(|| head.uri.authority())) else {
        return false;
    };
    let is_same_port = match host.port_u16() {
        Some(given) => given == port,
        None => page.port_u16().is_none() || [80, 443].contains(&port),
    };
    is_same_port && page.host().eq_ignore_ascii_case(host.host())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn foreign(headers: &[(&str, &str)]) -> bool {
        let allowed = [HeaderValue::from_static("https://admin.example")];
        let mut request = Request::get("/graphql");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        is_foreign(&request.body(()).expect("a request").into_parts().0, &allowed)
    }

    #[test]
    fn only_pages_of_here_and_of_allowed_origins_send_requests() {
        for (site, origin, host, is_foreign) in [
            // No browser, or the user himself.
            ("", "", "shop.example", false),
            ("none", "", "shop.example", false),
            // Its own pages, also behind a proxy.
            ("same-origin", "", "shop.example", false),
            ("same-origin", "https://shop.example", "127.0.0.1:4000", false),
            ("", "https://shop.example", "shop.example", false),
            ("", "https://SHOP.example", "Shop.example:443", false),
            ("", "http://shop.example:4000", "shop.example:4000", false),
            ("none", "http://[::1]:4000", "[::1]:4000", false),
            // What is allowed.
            ("cross-site", "https://admin.example", "shop.example", false),
            ("same-site", "https://admin.example", "shop.example", false),
            ("", "https://admin.example", "shop.example", false),
            // All else.
            ("cross-site", "", "shop.example", true),
            ("same-site", "", "shop.example", true),
            ("cross-site", "https://evil.example", "shop.example", true),
            ("cross-site", "https://shop.example", "shop.example", true),
            ("something-new", "", "shop.example", true),
            ("", "https://evil.example", "shop.example", true),
            ("none", "https://evil.example", "shop.example", true),
            ("", "http://admin.example", "shop.example", true),
            ("", "https://admin.example:444", "shop.example", true),
            ("", "http://shop.example:4001", "shop.example:4000", true),
            ("", "http://shop.example:4001", "shop.example", true),
            ("", "https://shop.example.evil.example", "shop.example", true),
            ("", "null", "null", true),
            ("", "file://", "shop.example", true),
            ("", "chrome-extension://shop.example", "shop.example", true),
        ] {
            let headers = [("sec-fetch-site", site), ("origin", origin), ("host", host)];
            let headers: Vec<_> = headers.into_iter().filter(|(_, value)| !value.is_empty()).collect();
            assert_eq!(foreign(&headers), is_foreign, "{headers:?}");
        }
        assert!(foreign(&[("host", "shop.example"), ("origin", "")]));
        // All of several must be good.
        let (evil, good) = (("origin", "https://evil.example"), ("origin", "https://admin.example"));
        assert!(foreign(&[good, evil]) && foreign(&[evil, good]));
        assert!(foreign(&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn a_star_allows_every_page() {
        let star = [HeaderValue::from_static("*")];
        assert!(is_allowed(&HeaderValue::from_static("https://evil.example"), &star));
        assert!(!is_allowed(&HeaderValue::from_static(""), &star));
        assert!(!is_allowed(&HeaderValue::from_static("https://evil.example"), &[]));
    }
}
