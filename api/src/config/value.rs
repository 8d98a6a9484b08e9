//! Durations and sizes as people write them.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs},
    time::Duration,
};

use axum::http::{HeaderValue, Uri};
use ipnet::IpNet;
use tracing::level_filters::LevelFilter;

use super::AdminListen;

const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
const SIZES: [(&str, u64); 3] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

/// `250ms`, `10s`, `5m`, `1h`, `30d`, or `0`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "must be a number with a unit, such as 250ms, 10s, 5m, 1h or 30d".to_owned();
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let (number, unit) = split(text);
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(*factor).map(Duration::from_millis).ok_or_else(wrong)
}

/// A duration above zero.
pub(super) fn positive_duration(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err("must be more than zero".to_owned()),
        duration => Ok(duration),
    }
}

/// A time of at least `DAYS` days, or `0`.
pub(super) fn duration_from<const DAYS: u64>(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Ok(Duration::ZERO),
        duration if duration >= Duration::from_secs(DAYS * 86_400) => Ok(duration),
        _ => Err(format!("must be at least {DAYS}d, or 0 for ever")),
    }
}

/// Bytes, or `512KiB`, `1MiB`.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let wrong = || "must be a number of bytes, or such as 512KiB or 1MiB".to_owned();
    let (number, unit) = split(text);
    let factor = match SIZES.iter().find(|(name, _)| *name == unit) {
        Some((_, factor)) => *factor,
        None if unit.is_empty() => 1,
        None => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let bytes = number.checked_mul(factor).and_then(|bytes| usize::try_from(bytes).ok());
    bytes.filter(|bytes| *bytes > 0).ok_or_else(wrong)
}

/// The same, or `0`.
pub(super) fn size_or_none(text: &str) -> Result<usize, String> {
    if text == "0" { Ok(0) } else { size(text) }
}

/// A number above zero.
pub(super) fn count(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| *count > 0).ok_or_else(|| "must be a whole number above zero".to_owned())
}

/// `true` or `false`, in the words that people use for it; nothing is `false`.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "" | "0" | "false" | "no" | "off" => Ok(false),
        _ => Err("must be true or false".to_owned()),
    }
}

/// An origin as browsers send it, or `*`.
pub(super) fn origin(text: &str) -> Result<HeaderValue, String> {
    let wrong = || "must be * or an origin such as https://admin.example or http://localhost:3000".to_owned();
    let uri: Option<Uri> = text.parse().ok().filter(|_| text.starts_with("http://") || text.starts_with("https://"));
    let is_origin = uri.is_some_and(|uri| uri.host().is_some() && uri.path() == "/" && uri.query().is_none());
    match text == "*" || is_origin && !text.ends_with('/') {
        true => text.parse().map_err(|_| wrong()),
        false => Err(wrong()),
    }
}

/// Where people reach the server: the beginning of an address, without a slash at its end.
pub(super) fn public_url(text: &str) -> Result<String, String> {
    let has_scheme = text.starts_with("https://") || text.starts_with("http://");
    let uri: Option<Uri> = text.parse().ok().filter(|_| has_scheme && !text.contains('#'));
    let is_plain =
        |uri: &Uri| uri.query().is_none() && uri.authority().is_some_and(|host| !host.as_str().contains('@'));
    match uri.is_some_and(|uri| is_plain(&uri)) {
        true => Ok(text.trim_end_matches('/').to_owned()),
        false => Err("must be an address such as https://shop.example".to_owned()),
    }
}

/// A network such as `10.0.0.0/8`, or one address.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let network = text.trim().parse().or_else(|_| text.trim().parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| "must be a network such as 10.0.0.0/8 or fd00::/8, or an address".to_owned())
}

/// What is logged: levels, each for all modules or for one.
pub(super) fn log_filter(text: &str) -> Result<String, String> {
    let is_level = |word: &str| word.parse::<LevelFilter>().is_ok();
    let is_known = |part: &str| match part.rsplit_once('=') {
        Some((_, level)) => is_level(level.trim()),
        None => is_level(part.trim()),
    };
    match text.split(',').all(is_known) {
        true => Ok(text.to_owned()),
        false => Err("must be off, error, warn, info, debug or trace, or such as info,hyper=debug".to_owned()),
    }
}

/// An address and a port, or the port alone.
pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    if let Ok(port) = text.parse() {
        return Ok((IpAddr::V4(Ipv4Addr::LOCALHOST), port).into());
    }
    let example = "such as 127.0.0.1:4000, [::]:4000, localhost:4000 or 4000";
    let Some((host, port)) = text.rsplit_once(':').filter(|(host, _)| !host.is_empty()) else {
        return Err(format!("must be an address and a port, {example}"));
    };
    let port: u16 = port.parse().map_err(|_| format!("must end with a port from 0 to 65535, {example}"))?;
    let found: Vec<SocketAddr> = (host, port)
        .to_socket_addrs()
        .map_err(|_| format!("there is no host \"{host}\"; write it {example}"))?
        .collect();
    // `localhost` is both; what people try first is 127.0.0.1.
    let first = found.iter().find(|address| address.is_ipv4()).or(found.first());
    first.copied().ok_or_else(|| format!("the host \"{host}\" has no address; write it {example}"))
}

/// An address as [`address`] reads it, or `off`.
pub(super) fn address_or_off(text: &str) -> Result<AdminListen, String> {
    match text {
        "off" => Ok(AdminListen(None)),
        text => address(text).map(|address| AdminListen(Some(address))).map_err(|error| format!("{error}, or off")),
    }
}

fn split(text: &str) -> (&str, &str) {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_have_two_positions() {
        for (text, on) in [("true", true), ("1", true), ("Yes", true), ("0", false), ("off", false), ("", false)] {
            assert_eq!(switch(text), Ok(on), "{text}");
        }
        assert!(switch("maybe").is_err());
    }

    #[test]
    fn addresses_have_a_port() {
        for (text, expected) in [
            ("0.0.0.0:4000", "0.0.0.0:4000"),
            ("[::1]:0", "[::1]:0"),
            ("4001", "127.0.0.1:4001"),
            ("localhost:4001", "127.0.0.1:4001"),
        ] {
            assert_eq!(address(text).map(|address| address.to_string()).as_deref(), Ok(expected), "{text}");
        }
        for wrong in ["", "here", ":4000", "127.0.0.1", "127.0.0.1:70000", "70000", "localhost:"] {
            let error = address(wrong).expect_err(wrong);
            assert!(error.contains("localhost:4000"), "{wrong}: {error}");
        }
    }

    #[test]
    fn an_address_may_be_off() {
        assert_eq!(address_or_off("off"), Ok(AdminListen(None)));
        assert_eq!(address_or_off("9401"), Ok(AdminListen(Some(([127, 0, 0, 1], 9401).into()))));
        assert!(address_or_off("on").is_err_and(|error| error.ends_with(", or off")));
    }

    #[test]
    fn a_public_address_has_a_host_and_ends_with_its_path() {
        for (text, expected) in [
            ("https://shop.example", "https://shop.example"),
            ("https://shop.example/api/", "https://shop.example/api"),
            ("http://localhost:4000/", "http://localhost:4000"),
        ] {
            assert_eq!(public_url(text).as_deref(), Ok(expected));
        }
        for wrong in ["", "shop.example", "ftp://a", "https://", "https://me:pw@a", "https://a/?b", "https://a/#b"] {
            assert!(public_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_network_may_be_one_address() {
        for (text, expected) in [("10.0.0.0/8", "10.0.0.0/8"), (" fd00::/8", "fd00::/8"), ("10.0.0.1", "10.0.0.1/32")] {
            assert_eq!(network(text).map(|network| network.to_string()).as_deref(), Ok(expected), "{text}");
        }
        for wrong in ["", "10.0.0.0/33", "shop.example", "10.0.0"] {
            assert!(network(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_and_sizes_have_units() {
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("5m"), Ok(Duration::from_secs(300)));
        assert_eq!(duration("30d"), Ok(Duration::from_secs(30 * 24 * 3600)));
        assert_eq!(duration("0"), Ok(Duration::ZERO));
        assert_eq!(size("1MiB"), Ok(1 << 20));
        assert_eq!(size("100"), Ok(100));
        for wrong in ["", "5", "-1s", "1.5s", "5 weeks", "99999999999999999999h", "18446744073709551615h"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert!(positive_duration("0").is_err());
        assert_eq!(duration_from::<30>("30d"), duration("30d"));
        assert_eq!(duration_from::<30>("0"), Ok(Duration::ZERO));
        assert!(duration_from::<30>("719h").is_err());
        assert_eq!((size_or_none("0"), size_or_none("64MiB")), (Ok(0), Ok(64 << 20)));
        assert_eq!((count("1"), count("0").is_err(), count("x").is_err()), (Ok(1), true, true));
        assert!(size("0").is_err() && size("1MB").is_err() && size("x").is_err());
    }
}
