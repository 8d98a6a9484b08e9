//! Where monitoring is answered.

use std::net::SocketAddr;

/// An address, or none when it is off. A type of its own: an optional flag is something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdminListen(pub Option<SocketAddr>);
