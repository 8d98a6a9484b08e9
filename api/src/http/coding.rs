//! Answers in fewer bytes: gzip, for clients that take it.

use std::io::{self, Read, Write};

use axum::{
    body::Bytes,
    http::{HeaderMap, header},
};
pub(super) use flate2::Compression;
use flate2::{read::GzDecoder, write::GzEncoder};
use tokio::task::spawn_blocking;

use super::accept::Range;

/// How the body of an answer is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Coding {
    Identity,
    Gzip,
}

impl Coding {
    /// The coding that `Accept-Encoding` likes best.
    pub(super) fn negotiate(headers: &HeaderMap) -> Self {
        let accepts = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let ranges: Vec<Range<'_>> = accepts.flat_map(|value| value.split(',')).map(Range::parse).collect();
        let quality = |names: &[&str]| {
            let named = ranges.iter().find(|range| names.iter().any(|name| range.name.eq_ignore_ascii_case(name)));
            named.map(|range| range.quality)
        };
        let gzip = quality(&["gzip", "x-gzip"]).or_else(|| quality(&["*"])).unwrap_or_default();
        match gzip > 0 && gzip >= quality(&["identity"]).unwrap_or_default() {
            true => Self::Gzip,
            false => Self::Identity,
        }
    }
}

/// Compresses, on a thread of its own: a large body would keep other requests waiting.
pub(super) async fn gzip(body: Bytes, effort: Compression) -> io::Result<Bytes> {
    let packed = spawn_blocking(move || {
        let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 8), effort);
        encoder.write_all(&body)?;
        encoder.finish()
    });
    Ok(packed.await.map_err(io::Error::other)??.into())
}

/// For clients that do not take gzip.
pub(super) fn gunzip(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut body)?;
    Ok(body)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_best_liked_coding_wins() {
        assert_eq!(Coding::negotiate(&HeaderMap::new()), Coding::Identity);
        for (accept, coding) in [
            ("gzip", Coding::Gzip),
            ("GZIP;q=0.5", Coding::Gzip),
            ("x-gzip", Coding::Gzip),
            ("br, zstd, gzip, deflate", Coding::Gzip),
            ("br;q=1.0, gzip;q=0.8, *;q=0.1", Coding::Gzip),
            ("*", Coding::Gzip),
            ("identity;q=0", Coding::Identity),
            ("gzip, identity", Coding::Gzip),
            ("gzip;q=0.5, identity", Coding::Identity),
            ("gzip;q=0, *", Coding::Identity),
            ("br", Coding::Identity),
            ("*;q=0", Coding::Identity),
            ("gzip;q=x", Coding::Identity),
            ("", Coding::Identity),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_str(accept).expect("a header"));
            assert_eq!(Coding::negotiate(&headers), coding, "{accept}");
        }
    }

    #[tokio::test]
    async fn what_is_packed_is_unpacked() {
        let body = Bytes::from("VividWalls ".repeat(1000));
        let packed = gzip(body.clone(), Compression::fast()).await.expect("packed");
        assert!(packed.len() < body.len() / 10);
        assert_eq!(gunzip(&packed).expect("unpacked"), body);
        assert!(gunzip(b"x").is_err());
    }
}
