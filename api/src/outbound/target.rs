//! Where URLs lead.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs},
    thread,
};

use hyper::Uri;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// Where a URL leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) uri: Uri,
    host: Host,
    port: u16,
    pub(super) is_encrypted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    Address(IpAddr),
    Name(String),
}

impl Target {
    /// Reads a URL, or says what is wrong with it.
    pub(super) fn read(url: &str) -> Result<Self, String> {
        let wrong = |message: &str| Err(message.to_owned());
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return wrong("a URL has only ASCII characters, without spaces: encode others");
        }
        let Ok(uri) = url.parse::<Uri>() else { return wrong("this is not a URL such as https://shop.example/hooks") };
        Self::of(uri)
    }

    /// The same of a URL that was taken apart.
    pub(super) fn of(uri: Uri) -> Result<Self, String> {
        let wrong = |message: &str| Err(message.to_owned());
        let is_encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return wrong("a URL begins with https://"),
        };
        let Some(authority) = uri.authority() else { return wrong("the URL has no host") };
        if authority.as_str().contains('@') {
            return wrong("the URL must not have a user name or a password");
        }
        let given = authority.as_str().rsplit_once(':').map(|(_, port)| port).filter(|port| !port.contains(']'));
        let port = match (given, is_encrypted) {
            (Some(digits), _) => match digits.parse::<u16>() {
                Ok(port) if digits.bytes().all(|digit| digit.is_ascii_digit()) => port,
                _ => return wrong("the port of the URL must be a number from 1 to 65535"),
            },
            (None, true) => 443,
            (None, false) => 80,
        };
        if port != 443 && port < 1024 {
            return wrong("the port of the URL must be 443, or 1024 or above");
        }
        let Some(host) = Host::read(authority.host()) else {
            return wrong("the host of the URL is no name or address");
        };
        Ok(Self { uri, host, port, is_encrypted })
    }

    /// The addresses that it leads to. The name is looked up on a thread of its own, which keeps the permit until it has
    /// its answer, whether or not somebody still waits for it.
    pub(super) async fn addresses(&self, permit: Option<OwnedSemaphorePermit>) -> Result<Vec<SocketAddr>, String> {
        let name = match &self.host {
            Host::Address(address) => return Ok(vec![SocketAddr::new(*address, self.port)]),
            Host::Name(name) => name.clone(),
        };
        let (port, (told, answer)) = (self.port, oneshot::channel());
        let look = move || {
            let found: io::Result<Vec<SocketAddr>> = (name.as_str(), port).to_socket_addrs().map(Iterator::collect);
            drop(permit);
            // Nobody may wait any more.
            let _ = told.send(found);
        };
        // Not a thread of the runtime, whose end would wait for it.
        let started = thread::Builder::new().name("webhook-name".to_owned()).spawn(look);
        started.map_err(|error| format!("its name cannot be looked up: {error}"))?;
        match answer.await {
            Ok(Ok(found)) if !found.is_empty() => Ok(found),
            Ok(Err(error)) => Err(format!("its name cannot be resolved: {error}")),
            _ => Err("its name has no address".to_owned()),
        }
    }
}

impl Host {
    fn read(text: &str) -> Option<Self> {
        if let Some(inside) = text.strip_prefix('[') {
            let address: Ipv6Addr = inside.strip_suffix(']')?.parse().ok()?;
            return Some(Self::Address(address.into()));
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Some(Self::Address(address.into()));
        }
        // A name may end with a dot: then it is not looked for in the server's own domain.
        let is_name = text.len() <= 253 && text.strip_suffix('.').unwrap_or(text).split('.').all(is_label);
        is_name.then(|| Self::Name(text.to_owned()))
    }
}

/// Whether it may stand between the dots of a name.
fn is_label(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=63).contains(&text.len()) && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lead_to_servers_of_others() {
        for good in [
            "https://shop.example",
            "https://shop.example/hooks?a=b",
            "https://shop.example:8443/x",
            "https://1.1.1.1:443/",
            "https://[2606:4700::1111]:8443/x",
            "http://10.0.0.1:8080/x",
            "https://shop.example./",
        ] {
            assert!(Target::read(good).is_ok(), "{good}: {:?}", Target::read(good));
        }
        for bad in [
            "",
            "/hooks",
            "shop.example",
            "ftp://shop.example",
            "file:///etc/passwd",
            "https://",
            "https://me@shop.example",
            "https://me:pw@shop.example",
            "https://1.1.1.1@10.0.0.1/",
            "https://shop.example:22/",
            "https://shop.example:0/",
            "https://shop.example:99999/",
            "https://shop.example:/",
            "https://shop.example/a b",
            "https://shöp.example/",
            "https://shop.example/ä",
            "https://[::1",
            "https://[fe80::1%25eth0]/",
            "https://a%2eexample/",
            "http://shop.example/",
            "https://./",
            "https://../",
            "https://shop..example/",
            "https://.shop.example/",
            "https://shop.example:+8443/",
            "https://[::1]:+8443/",
        ] {
            assert!(Target::read(bad).is_err(), "{bad}");
        }
    }
}
