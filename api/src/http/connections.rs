//! The connections of a server: how many there are, and how many were refused.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::{
    seats::{Seat, Seats},
    sender::network,
};

/// What connections may do.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many there may be.
    pub connections: usize,
    /// How many one address may have, of IPv6 its network of 64 bits.
    pub connections_per_address: usize,
    /// How long the head of a request may take: from its first byte on, of the first one from the accept on.
    pub head_timeout: Duration,
    /// How long a connection may be without a request.
    pub idle_timeout: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 200,
            head_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
        }
    }
}

/// Why a connection was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There are as many as there may be.
    Full,
    /// Its address has as many as it may have.
    AddressFull,
    /// The process could not accept it, mostly for want of file descriptors.
    NotAccepted,
}

/// The connections, counted, for who accepts them and for who reports. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    counts: Arc<Counts>,
    addresses: Seats<IpAddr>,
}

#[derive(Debug, Default)]
struct Counts {
    open: AtomicUsize,
    full: AtomicU64,
    address_full: AtomicU64,
    not_accepted: AtomicU64,
}

/// A connection's place among the others, free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    counts: Arc<Counts>,
    _seat: Seat<IpAddr>,
}

impl Connections {
    /// How many are open, those of WebSockets among them.
    pub fn open(&self) -> usize {
        self.counts.open.load(Ordering::Relaxed)
    }

    /// How many were refused for this reason since the start.
    pub fn refused(&self, reason: Refusal) -> u64 {
        self.counts.refused(reason).load(Ordering::Relaxed)
    }

    /// Gives a new connection its place.
    pub(super) fn admit(&self, address: IpAddr, bounds: &Bounds) -> Result<Place, Refusal> {
        // Only the accept loop adds some: nothing comes between the look and the count.
        if self.open() >= bounds.connections {
            return Err(self.refuse(Refusal::Full));
        }
        match self.addresses.take(network(address), bounds.connections_per_address) {
            Some(seat) => {
                self.counts.open.fetch_add(1, Ordering::Relaxed);
                Ok(Place { counts: Arc::clone(&self.counts), _seat: seat })
            }
            None => Err(self.refuse(Refusal::AddressFull)),
        }
    }

    /// Counts one that was refused.
    pub(super) fn refuse(&self, reason: Refusal) -> Refusal {
        self.counts.refused(reason).fetch_add(1, Ordering::Relaxed);
        reason
    }
}

impl Counts {
    fn refused(&self, reason: Refusal) -> &AtomicU64 {
        match reason {
            Refusal::Full => &self.full,
            Refusal::AddressFull => &self.address_full,
            Refusal::NotAccepted => &self.not_accepted,
        }
    }
}

impl Refusal {
    /// What the client hears, before it has sent anything.
    pub(super) fn answer(self) -> &'static [u8] {
        match self {
            Self::Full | Self::NotAccepted => {
                b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            }
            Self::AddressFull => {
                b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.counts.open.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_bounded_in_all_and_from_an_address() {
        let connections = Connections::default();
        let bounds = Bounds { connections: 3, connections_per_address: 2, ..Bounds::default() };
        let admit = |address: &str| connections.admit(address.parse().expect("an address"), &bounds);
        let first = admit("10.0.0.1").expect("a place");
        // The same address, as a socket for both versions writes it.
        let _second = admit("::ffff:10.0.0.1").expect("a place");
        assert_eq!(admit("10.0.0.1").err(), Some(Refusal::AddressFull));
        let _third = admit("10.0.0.2").expect("a place");
        assert_eq!(admit("10.0.0.3").err(), Some(Refusal::Full));
        assert_eq!(connections.open(), 3);
        drop(first);
        assert!(admit("10.0.0.1").is_ok());
        let refused = [Refusal::Full, Refusal::AddressFull, Refusal::NotAccepted].map(|why| connections.refused(why));
        assert_eq!((connections.open(), refused), (2, [1, 1, 0]));
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let connections = Connections::default();
        let bounds = Bounds { connections_per_address: 1, ..Bounds::default() };
        let admit = |address: &str| connections.admit(address.parse().expect("an address"), &bounds);
        let _first = admit("2001:db8:0:1::1").expect("a place");
        assert_eq!(admit("2001:db8:0:1:ffff::2").err(), Some(Refusal::AddressFull));
        assert!(admit("2001:db8:0:2::1").is_ok());
    }
}
