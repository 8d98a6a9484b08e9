//! Money that went back, and came in again.

use entity::sea_orm_active_enums::PaymentEntryKind;
use rust_decimal::Decimal;

use super::{Fact, known::Known, requested::REFUND};
use crate::{
    edit::check,
    payments::{
        entry::{Entry, NewEntry},
        ledger,
    },
    refusal::Refusal,
};

impl Known<'_> {
    /// What comes back is one earlier entry as a whole, since the books reverse a transaction once: the latest one, of
    /// the refund that is named and of the amount that is given.
    pub(super) fn reversed(
        &self,
        kind: PaymentEntryKind,
        reversal: PaymentEntryKind,
        fact: &Fact,
    ) -> Result<Vec<NewEntry>, Refusal> {
        let named = fact.request.map(|id| self.named(&REFUND, id)).transpose()?;
        // A charge-back belongs to no refund.
        let refund = named.and_then(|request| request.refund).filter(|_| kind == REFUND.done);
        let is_of = |entry: &Entry| refund.is_none() || entry.refund_id == refund;
        let fits = |entry: &Entry| is_of(entry) && fact.amount.is_none_or(|amount| amount == entry.amount);
        if let Some(entry) = ledger::reversible(self.entries, kind, reversal, fits) {
            let (amount, refund) = (entry.amount, entry.refund_id);
            return Ok(vec![NewEntry { request: Some(entry.id), refund, ..NewEntry::of(reversal, amount) }]);
        }
        if self.entries.iter().any(|entry| entry.kind == reversal && fits(entry)) {
            return Ok(Vec::new());
        }
        if let Some(other) = ledger::reversible(self.entries, kind, reversal, is_of) {
            let amount = other.amount.normalize();
            return Err(check::invalid(
                "amount",
                format!("`amount` must be the whole amount that is reversed, such as {amount}"),
            ));
        }
        Err(self.exceeded(fact.amount.unwrap_or_default(), Decimal::ZERO))
    }
}
