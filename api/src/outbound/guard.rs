//! Where messages may be sent: to servers of others, not into the network that this server stands in.
//!
//! Who makes an endpoint chooses its address, and this server reaches what others cannot. So a name is resolved once,
//! every address that it has is checked, and the connection is made to an address that was checked: a name that leads
//! elsewhere a moment later changes nothing.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use ipnet::IpNet;
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

use super::{address::is_public, target::Target};

/// How long a name may take to be resolved when an endpoint is saved.
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// The addresses that messages may be sent to. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// Networks where addresses may be private, and connections without TLS.
    allowed: Arc<[IpNet]>,
}

impl Guard {
    /// Lets messages also go into these networks, and there without TLS.
    pub fn new(allowed: Vec<IpNet>) -> Self {
        Self { allowed: allowed.into() }
    }

    /// Refuses a URL that messages may not be sent to. A name that cannot be resolved now is let through: each message
    /// asks again.
    pub(crate) async fn check(&self, url: &str) -> Result<(), String> {
        let target = Target::read(url)?;
        match timeout(LONGEST_LOOK, target.addresses(None)).await {
            Ok(Ok(addresses)) => self.check_all(&target, &addresses),
            Ok(Err(_)) | Err(_) => Ok(()),
        }
    }

    /// The addresses of a target, if messages may be sent to all of them.
    pub(super) async fn resolve(
        &self,
        target: &Target,
        permit: OwnedSemaphorePermit,
    ) -> Result<Vec<SocketAddr>, String> {
        let addresses = target.addresses(Some(permit)).await?;
        self.check_all(target, &addresses)?;
        Ok(addresses)
    }

    fn check_all(&self, target: &Target, addresses: &[SocketAddr]) -> Result<(), String> {
        let refused = addresses.iter().find(|address| !self.admits(address.ip(), target.is_encrypted));
        match (refused, target.is_encrypted) {
            (None, _) => Ok(()),
            // Not which one: that would tell what the network inside looks like.
            (Some(_), true) => Err("the URL leads to an address that is not public, which is not allowed \
                                    (VIVIDWALLS_WEBHOOK_ALLOW)"
                .to_owned()),
            (Some(_), false) => {
                Err("a URL begins with https://, except in networks that VIVIDWALLS_WEBHOOK_ALLOW names".to_owned())
            }
        }
    }

    fn admits(&self, address: IpAddr, is_encrypted: bool) -> bool {
        let address = address.to_canonical();
        self.allowed.iter().any(|network| network.contains(&address)) || (is_encrypted && is_public(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_is_looked_at_however_it_is_written() {
        let guard = Guard::default();
        for bad in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://localhost:4000/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://169.254.169.254/latest/meta-data/",
            "http://1.1.1.1:8080/",
        ] {
            assert!(guard.check(bad).await.is_err(), "{bad}");
        }
        assert_eq!(guard.check("https://1.1.1.1/").await, Ok(()));
        let networks = ["127.0.0.0/8", "fd00::/8"].map(|network| network.parse::<IpNet>().expect("a network"));
        let guard = Guard::new(networks.to_vec());
        for good in
            ["http://127.0.0.1:8080/", "https://127.0.0.1/", "https://[::ffff:127.0.0.1]/", "https://[fd00::1]/"]
        {
            assert_eq!(guard.check(good).await, Ok(()), "{good}");
        }
        for bad in ["http://1.1.1.1:8080/", "https://10.0.0.1/", "https://[::1]/", "https://[64:ff9b::7f00:1]/"] {
            assert!(guard.check(bad).await.is_err(), "{bad}");
        }
    }
}
