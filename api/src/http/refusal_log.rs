//! Who was refused, in the log: the first of a kind at once, and how many followed a minute later.

use std::{
    collections::{HashMap, hash_map::Entry},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{runtime::Handle, time::sleep};

use super::{failure::Code, sender::network};

const WINDOW: Duration = Duration::from_secs(60);
/// The most kinds that are told apart at once: those beyond are counted together.
const MOST: usize = 1_000;

/// The refusals that were told within the last minute. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct RefusalLog(Arc<Mutex<HashMap<Kind, u64>>>);

/// What is counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kind {
    code: &'static str,
    /// The network of the sender; none for many of them.
    address: Option<IpAddr>,
    principal: Option<String>,
}

impl RefusalLog {
    /// Tells of a refusal, or counts it.
    pub(super) fn note(
        &self,
        code: Code,
        address: Option<IpAddr>,
        principal: Option<&str>,
        reason: &str,
        request: &str,
    ) {
        let kind = Kind { code: code.name(), address: address.map(network), principal: principal.map(str::to_owned) };
        let Some(kind) = self.open(kind) else { return };
        tracing::warn!(
            target: "vividwalls::refusal",
            code = kind.code,
            address = kind.address.map(tracing::field::display),
            principal = kind.principal.as_deref(),
            request,
            reason,
            "refused"
        );
        let log = self.clone();
        let later = async move {
            sleep(WINDOW).await;
            log.close(&kind);
        };
        // There is none when the process ends.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(later);
        }
    }

    /// The kind that a refusal is the first of, if it is.
    fn open(&self, kind: Kind) -> Option<Kind> {
        let mut open = self.lock();
        let kind = match open.len() < MOST || open.contains_key(&kind) {
            true => kind,
            false => Kind { address: None, principal: None, ..kind },
        };
        match open.entry(kind) {
            Entry::Occupied(mut more) => {
                *more.get_mut() += 1;
                None
            }
            Entry::Vacant(free) => {
                let kind = free.key().clone();
                free.insert(0);
                Some(kind)
            }
        }
    }

    /// Tells how many more there were.
    fn close(&self, kind: &Kind) {
        let more = self.lock().remove(kind).unwrap_or_default();
        if more > 0 {
            tracing::warn!(
                target: "vividwalls::refusal",
                code = kind.code,
                address = kind.address.map(tracing::field::display),
                principal = kind.principal.as_deref(),
                count = more,
                "refused again within a minute"
            );
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Kind, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(address: u32) -> Kind {
        let address = Some(IpAddr::from(address.to_be_bytes()));
        Kind { code: Code::Unauthenticated.name(), address, principal: None }
    }

    #[test]
    fn the_first_is_told_and_the_others_are_counted() {
        let log = RefusalLog::default();
        assert_eq!(log.open(kind(1)), Some(kind(1)));
        assert_eq!((log.open(kind(1)), log.open(kind(1))), (None, None));
        assert_eq!(log.open(kind(2)), Some(kind(2)));
        assert_eq!(log.lock().get(&kind(1)), Some(&2));
        log.close(&kind(1));
        assert_eq!(log.open(kind(1)), Some(kind(1)));
    }

    #[test]
    fn a_flood_of_addresses_is_counted_together() {
        let log = RefusalLog::default();
        let told = (0..100_000).filter_map(|address| log.open(kind(address))).count();
        assert_eq!((told, log.lock().len()), (MOST + 1, MOST + 1));
    }
}
