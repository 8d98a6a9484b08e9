//! Counts of stock.

use std::sync::atomic::Ordering;

use serde_json::json;

use super::{Connections, LOCATION, STOCK};
use crate::{caller::Caller, job::key};

impl Connections {
    /// Counts a print again and again, and finds one piece more each time.
    pub(super) fn count_again(&self, print: &str) -> Result<(), String> {
        let (mut caller, mut pieces) = (None, STOCK);
        while self.load.goes_on() {
            if self.waits() {
                // The server closes connections over which nothing comes.
                caller = None;
                continue;
            }
            pieces += 1;
            self.count(caller.get_or_insert_with(|| Caller::new(&self.load)), print, pieces)?;
        }
        Ok(())
    }

    /// Counts a print.
    pub(super) fn count(&self, caller: &mut Caller, print: &str, pieces: usize) -> Result<(), String> {
        let item = json!({ "sku": print, "location": LOCATION, "available": pieces, "changeFromQuantity": null });
        let input = json!({ "items": [item], "onError": "REJECT_ALL", "idempotencyKey": key() });
        caller.act("setStock", "results { index }", &input)?;
        self.counted().insert(print.to_owned(), pieces);
        self.counts.fetch_add(1, Ordering::SeqCst);
        self.acted();
        Ok(())
    }
}
