//! GraphiQL, the page to try the schema in: bundled into the binary (api/graphiql), it asks no other host for anything.

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};

use super::coding::{self, Coding};

// `VERSION`, `PAGE` and `ASSETS`.
include!(concat!(env!("CARGO_MANIFEST_DIR"), "/graphiql/dist/assets.rs"));

/// Inline styles, because the editor sets them on its lines and writes its theme at run time; images as data, because
/// it draws its underlines so.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// On the page and on its files alike, since a worker obeys the policy that its script came with.
const GUARD: [(HeaderName, &str); 3] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// The page at `/graphiql`, its files below, and the way there from `/`.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/graphiql") }))
        .route("/graphiql", get(page))
        .route("/graphiql/{version}/{name}", get(asset))
}

async fn page() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (GUARD, kind, PAGE).into_response()
}

/// Sent as it is stored, gzipped, to all who take it.
async fn asset(Path((version, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    match ASSETS.iter().find(|(known, ..)| *known == name) {
        Some((_, kind, content)) if version == VERSION => {
            let kind = [
                (header::CONTENT_TYPE, *kind),
                (header::VARY, "accept-encoding"),
                // The version in the path is the hash of all files.
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ];
            match Coding::negotiate(&headers) {
                Coding::Gzip => (GUARD, kind, [(header::CONTENT_ENCODING, "gzip")], *content).into_response(),
                Coding::Identity => match coding::gunzip(content) {
                    Ok(content) => (GUARD, kind, content).into_response(),
                    Err(error) => {
                        tracing::error!("{name} cannot be unpacked: {error}");
                        StatusCode::INTERNAL_SERVER_ERROR.into_response()
                    }
                },
            }
        }
        _ => (StatusCode::NOT_FOUND, "There is no such file. Reload /graphiql.\n").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::to_bytes, http::HeaderValue};

    use super::*;

    #[tokio::test]
    async fn page_names_only_files_that_exist() {
        let paths: Vec<_> = PAGE.split('"').filter_map(|text| text.strip_prefix("/graphiql/")).collect();
        assert_eq!(paths.len(), 4, "{paths:?}");
        for path in paths {
            let (version, name) = path.split_once('/').expect(path);
            let mut gzip = HeaderMap::new();
            gzip.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, br"));
            let get = async |headers| asset(Path((version.to_owned(), name.to_owned())), headers).await;
            let (packed, response) = (get(gzip).await, get(HeaderMap::new()).await);
            assert_eq!(packed.headers()[header::CONTENT_ENCODING], "gzip", "{path}");
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert!(!response.headers().contains_key(header::CONTENT_ENCODING), "{path}");
            let size =
                async |response: Response| to_bytes(response.into_body(), usize::MAX).await.expect("a body").len();
            assert!(size(packed).await < size(response).await, "{path}");
            let response = get(HeaderMap::new()).await;
            assert_eq!(response.headers()[header::CONTENT_SECURITY_POLICY], POLICY);
        }
    }

    #[tokio::test]
    async fn files_of_another_version_are_not_served() {
        let response = asset(Path(("0".to_owned(), "main.js".to_owned())), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn page_has_no_inline_script() {
        let response = page().await;
        assert_eq!(response.headers()[header::CONTENT_SECURITY_POLICY], POLICY);
        assert!(PAGE.split("<script").skip(1).all(|script| script.contains("src=") && script.contains("></script>")));
    }

    #[test]
    fn files_are_gzipped() {
        for (name, _, content) in ASSETS {
            assert!(content.starts_with(&[0x1f, 0x8b]), "{name}");
        }
    }
}
