//! Recipients who want no more messages.

use serde_json::json;

use super::{Marketing, PAUSE};
use crate::{caller::Caller, job::key, wait::pause};

impl Marketing {
    /// Withdraws the consents of addresses that are to leave. The first client takes them off their lists, which
    /// withdraws the consent too; the others leave them there.
    pub(super) fn leave(&self, number: usize) -> Result<(), String> {
        let mut caller = Caller::new(&self.load);
        while self.load.goes_on() {
            let next = self.facts().leaving.pop_front();
            let Some((address, list)) = next else {
                pause(PAUSE);
                continue;
            };
            if number == 0 {
                let input = json!({ "email": address, "listId": list, "idempotencyKey": key() });
                caller.act("unsubscribe", "emailLists { id }", &input)?;
            } else {
                let input = json!({ "address": address, "channel": "EMAIL", "state": "WITHDRAWN", "source": "CUSTOMER",
                                    "idempotencyKey": key() });
                caller.act("setConsent", "customer { id }", &input)?;
            }
            self.facts().withdraw(address);
        }
        Ok(())
    }
}
