//! The media type that a client wants its answer in.

use axum::http::{HeaderMap, HeaderValue, header};

/// A media type that answers come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`: the status says whether the request was executed.
    GraphQl,
    /// `application/json`: the status says only whether the request was well formed.
    Json,
}

impl Media {
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphQl => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        })
    }

    /// Whether a browser asks for a page: it names HTML, and no type that answers come in.
    pub(super) fn is_page(headers: &HeaderMap) -> bool {
        let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let names: Vec<&str> =
            accepts.flat_map(|value| value.split(',')).map(|range| Range::parse(range).name).collect();
        let has = |media: &str| names.iter().any(|name| name.eq_ignore_ascii_case(media));
        has("text/html") && !has("application/json") && !has("application/graphql-response+json")
    }

    /// The type that the `Accept` header likes best; nothing when it takes neither.
    pub(super) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let mut accepts = headers.get_all(header::ACCEPT).iter().peekable();
        // Who says nothing is an old client, by the specification.
        if accepts.peek().is_none() {
            return Some(Self::Json);
        }
        let ranges: Vec<Range> = accepts
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(Range::parse)
            .collect();
        let graphql = quality(&ranges, "application/graphql-response+json");
        let json = quality(&ranges, "application/json");
        match (graphql.zero_is_none(), json.zero_is_none()) {
            (None, None) => None,
            (Some(_), None) => Some(Self::GraphQl),
            (None, Some(_)) => Some(Self::Json),
            // Of two liked alike the one that is named wins, then the one that says more.
            (Some(graphql), Some(json)) if graphql > json => Some(Self::GraphQl),
            (Some(graphql), Some(json)) if graphql == json && graphql.named == 2 => Some(Self::GraphQl),
            _ => Some(Self::Json),
        }
    }
}

/// One of the alternatives that a client names, of media types or of codings.
pub(super) struct Range<'a> {
    pub(super) name: &'a str,
    /// In thousandths.
    pub(super) quality: u16,
}

impl<'a> Range<'a> {
    pub(super) fn parse(range: &'a str) -> Self {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let mut quality = 1000;
        for parameter in parts {
            let Some((key, value)) = parameter.split_once('=') else { continue };
            if key.trim().eq_ignore_ascii_case("q") {
                quality = thousandths(value.trim());
            } else if key.trim().eq_ignore_ascii_case("charset")
                && !value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
            {
                quality = 0;
            }
        }
        Self { name, quality }
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Quality {
    quality: u16,
    /// 2 for the type itself, 1 for `application/*`, 0 for `*/*`.
    named: u8,
}

impl Quality {
    fn zero_is_none(self) -> Option<Self> {
        (self.quality > 0).then_some(self)
    }
}

/// What the most specific range says of a type.
fn quality(ranges: &[Range<'_>], media: &str) -> Quality {
    let matching = ranges.iter().filter_map(|range| {
        let named = match range.name {
            named if named.eq_ignore_ascii_case(media) => 2,
            "application/*" => 1,
            "*/*" | "*" => 0,
            _ => return None,
        };
        Some((named, range.quality))
    });
    matching.max().map(|(named, quality)| Quality { quality, named }).unwrap_or_default()
}

fn thousandths(text: &str) -> u16 {
    let value: f32 = text.parse().unwrap_or_default();
    if value.is_finite() { (value.clamp(0.0, 1.0) * 1000.0) as u16 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiate(accept: &str) -> Option<Media> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_str(accept).expect("a header"));
        Media::negotiate(&headers)
    }

    #[test]
    fn the_best_liked_type_wins() {
        assert_eq!(Media::negotiate(&HeaderMap::new()), Some(Media::Json));
        for (accept, media) in [
            ("*/*", Some(Media::Json)),
            ("application/*", Some(Media::Json)),
            ("application/json", Some(Media::Json)),
            ("APPLICATION/JSON; charset=utf-8", Some(Media::Json)),
            ("application/graphql-response+json", Some(Media::GraphQl)),
            ("application/graphql-response+json, application/json;q=0.9", Some(Media::GraphQl)),
            ("application/json, application/graphql-response+json", Some(Media::GraphQl)),
            ("application/json;q=0.9, application/graphql-response+json;q=0.8", Some(Media::Json)),
            ("application/graphql-response+json;q=0, */*", Some(Media::Json)),
            ("application/json;q=0, */*;q=0.1", Some(Media::GraphQl)),
            ("text/html, */*;q=0.8", Some(Media::Json)),
            ("text/html", None),
            ("application/json;q=0", None),
            ("application/json; charset=latin1", None),
            ("", None),
        ] {
            assert_eq!(negotiate(accept), media, "{accept}");
        }
    }
}
