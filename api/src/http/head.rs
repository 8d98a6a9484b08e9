//! What is wrong with a request by its head alone, before anything else of it is looked at.

use axum::{
    body::Body,
    http::{HeaderMap, Request, Response, StatusCode, Version, header},
    response::IntoResponse,
};

/// The longest path with its query, in bytes.
pub(super) const MAX_URI: usize = 16 << 10;
/// The most headers.
const MAX_HEADERS: usize = 64;
/// The most bytes of names and values of headers.
pub(super) const MAX_HEADER_BYTES: usize = 16 << 10;

/// The answer to a request that is refused by its head.
pub(super) fn refusal<B>(request: &Request<B>) -> Option<Response<Body>> {
    let (status, message) = wrong(request)?;
    Some((status, message).into_response())
}

fn wrong<B>(request: &Request<B>) -> Option<(StatusCode, &'static str)> {
    let headers = request.headers();
    if request.uri().path_and_query().is_some_and(|path| path.as_str().len() > MAX_URI) {
        return Some((StatusCode::URI_TOO_LONG, "The URI is longer than 16 KiB: send the operation by POST.\n"));
    }
    if headers.len() > MAX_HEADERS {
        return Some((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "At most 64 headers.\n"));
    }
    if bytes(headers) > MAX_HEADER_BYTES {
        return Some((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "At most 16 KiB of headers.\n"));
    }
    // Servers and proxies would not agree on whom a request with two is for.
    match headers.get_all(header::HOST).iter().count() {
        0 if request.version() == Version::HTTP_11 => Some((StatusCode::BAD_REQUEST, "The header Host is missing.\n")),
        0 | 1 => None,
        _ => Some((StatusCode::BAD_REQUEST, "More than one header Host.\n")),
    }
}

fn bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(path: &str, headers: &[(&str, &str)]) -> Option<u16> {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        wrong(&request.body(()).expect("a request")).map(|(status, _)| status.as_u16())
    }

    #[test]
    fn heads_are_bounded() {
        let host = ("host", "localhost");
        assert_eq!(status(&format!("/{}", "x".repeat(MAX_URI - 1)), &[host]), None);
        assert_eq!(status(&format!("/{}", "x".repeat(MAX_URI)), &[host]), Some(414));
        let mut headers = vec![host];
        headers.extend([("x", "y")].repeat(MAX_HEADERS - 1));
        assert_eq!(status("/", &headers), None);
        headers.push(("x", "y"));
        assert_eq!(status("/", &headers), Some(431));
        let long = "x".repeat(MAX_HEADER_BYTES - "hostlocalhostx".len());
        assert_eq!(status("/", &[host, ("x", long.as_str())]), None);
        assert_eq!(status("/", &[host, ("xx", long.as_str())]), Some(431));
    }

    #[test]
    fn there_is_one_host() {
        assert_eq!(status("/", &[]), Some(400));
        assert_eq!(status("/", &[("host", "a")]), None);
        assert_eq!(status("/", &[("host", "a"), ("host", "a")]), Some(400));
    }
}
