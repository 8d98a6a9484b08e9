//! The connections of a server: how many there are, and how many were refused.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use service::measures::labels::{Counters, Labels};

use super::{
    rates::Rates,
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
    /// How many one address may open a second.
    pub connection_rate: usize,
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
            connection_rate: 500,
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
    /// Its address opens too many a second.
    Rate,
    /// The process could not accept it, mostly for want of file descriptors.
    NotAccepted,
    /// It sent too much beside its requests: it was accepted, and closed.
    Flood,
}

/// The connections, counted, for who accepts them and for who reports. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    open: Arc<AtomicUsize>,
    refused: Counters<1>,
    addresses: Seats<IpAddr>,
    rates: Rates,
}

/// A connection's place among the others, free again when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    open: Arc<AtomicUsize>,
    _seat: Seat<IpAddr>,
}

impl Connections {
    /// Says where those that are refused are counted.
    pub(super) fn counted(self, refused: Counters<1>) -> Self {
        for reason in Refusal::ALL {
            // What never happened is 0, not unknown.
            refused.get_or_create(&reason.labels()).inc_by(0);
        }
        Self { refused, ..self }
    }

    /// How many are open, those of WebSockets among them.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// How many were refused for this reason since the start.
    pub fn refused(&self, reason: Refusal) -> u64 {
        self.refused.get_or_create(&reason.labels()).get()
    }

    /// Gives a new connection its place.
    pub(super) fn admit(&self, address: IpAddr, bounds: &Bounds) -> Result<Place, Refusal> {
        let network = network(address);
        if !self.rates.admit(network, bounds.connection_rate, Instant::now()) {
            return Err(self.refuse(Refusal::Rate));
        }
        // Only the accept loop adds some: nothing comes between the look and the count.
        if self.open() >= bounds.connections {
            return Err(self.refuse(Refusal::Full));
        }
        match self.addresses.take(network, bounds.connections_per_address) {
            Some(seat) => {
                self.open.fetch_add(1, Ordering::Relaxed);
                Ok(Place { open: Arc::clone(&self.open), _seat: seat })
            }
            None => Err(self.refuse(Refusal::AddressFull)),
        }
    }

    /// Counts one that was refused.
    pub(super) fn refuse(&self, reason: Refusal) -> Refusal {
        self.refused.get_or_create(&reason.labels()).inc();
        reason
    }
}

impl Refusal {
    const ALL: [Self; 5] = [Self::Full, Self::AddressFull, Self::Rate, Self::NotAccepted, Self::Flood];

    fn labels(self) -> Labels<1> {
        let reason = match self {
            Self::Full => "full",
            Self::AddressFull => "address_full",
            Self::Rate => "rate",
            Self::NotAccepted => "not_accepted",
            Self::Flood => "flood",
        };
        [("reason", reason)]
    }

    /// What the client hears, before it has sent anything.
    pub(super) fn answer(self) -> &'static [u8] {
        match self {
            Self::Full | Self::NotAccepted => {
                b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            }
            Self::AddressFull | Self::Rate | Self::Flood => {
                b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
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

    #[test]
    fn new_connections_of_an_address_have_a_rate() {
        let connections = Connections::default();
        let bounds = Bounds { connection_rate: 1, ..Bounds::default() };
        let admit = |address: &str| connections.admit(address.parse().expect("an address"), &bounds);
        let refused = (0..100).find_map(|_| admit("2001:db8:0:1::1").err());
        assert_eq!((refused, connections.refused(Refusal::Rate)), (Some(Refusal::Rate), 1));
        assert!(admit("2001:db8:0:2::1").is_ok());
    }
}
