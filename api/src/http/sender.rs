//! Where a request comes from.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroUsize,
};

use axum::http::{Extensions, HeaderMap};

use super::answer::REQUEST_ID;

/// The most addresses that are remembered for one purpose.
pub(super) const ADDRESSES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9_999);
/// The longest name of its own that a client may give its request.
const LONGEST_ID: usize = 64;

/// The two ends of a connection: an extension of each of its requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    address: SocketAddr,
    listener: Option<SocketAddr>,
}

impl Peer {
    /// The other end, and this one, if it is known.
    pub(super) fn new(address: SocketAddr, listener: Option<SocketAddr>) -> Self {
        Self { address, listener }
    }

    /// The port that this machine connected to itself by; none if it is another machine, or could be.
    pub(super) fn local_port(self) -> Option<u16> {
        let listener = self.listener?;
        let is_local = [self.address, listener].iter().all(|end| end.ip().to_canonical().is_loopback());
        is_local.then(|| listener.port())
    }
}

/// Who sent a request, as the log has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Sender {
    /// The address of the connection: of a proxy, if there is one.
    pub(super) address: Option<IpAddr>,
    /// What the client calls its request.
    pub(super) request_id: Option<String>,
}

impl Sender {
    /// From a head.
    pub(super) fn of(headers: &HeaderMap, extensions: &Extensions) -> Self {
        let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(|id| is_id(id));
        Self {
            address: extensions.get::<Peer>().map(|peer| peer.address.ip().to_canonical()),
            request_id: given.map(str::to_owned),
        }
    }
}

/// All addresses that a sender can choose from: of IPv6 the network of 64 bits.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address => address,
    }
}

fn is_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_network_is_what_one_sender_has() {
        for (address, of) in [
            ("203.0.113.9", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("::1", "::"),
        ] {
            assert_eq!(network(address.parse().expect("an address")).to_string(), of, "{address}");
        }
    }

    #[test]
    fn only_this_machine_has_a_local_port() {
        for (address, listener, port) in [
            ("127.0.0.1:50000", "127.0.0.1:4000", Some(4000)),
            ("[::1]:50000", "[::1]:4000", Some(4000)),
            ("[::ffff:127.0.0.1]:50000", "[::ffff:127.0.0.1]:4000", Some(4000)),
            ("203.0.113.9:50000", "127.0.0.1:4000", None),
            ("127.0.0.1:50000", "203.0.113.1:4000", None),
            ("203.0.113.1:50000", "203.0.113.1:4000", None),
        ] {
            let end = |text: &str| text.parse::<SocketAddr>().expect("an address");
            assert_eq!(Peer::new(end(address), Some(end(listener))).local_port(), port, "{address}, {listener}");
            assert_eq!(Peer::new(end(address), None).local_port(), None);
        }
    }

    #[test]
    fn a_name_of_the_client_is_short_and_plain() {
        let (longest, too_long) = ("a".repeat(LONGEST_ID), "a".repeat(LONGEST_ID + 1));
        for (given, is_kept) in [
            ("deploy-7_x.Y", true),
            (longest.as_str(), true),
            (too_long.as_str(), false),
            ("", false),
            ("a b", false),
            ("a\"", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_str(given).expect("a header"));
            let sender = Sender::of(&headers, &Extensions::new());
            assert_eq!((sender.address, sender.request_id.as_deref()), (None, is_kept.then_some(given)));
        }
    }
}
