//! The known refunds of an order, when another system reports some.

use std::collections::{HashMap, HashSet};

use entity::sea_orm_active_enums::PaymentEntryKind;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    payments::{
        account::{Account, Payment},
        entry::Entry,
        ledger,
    },
};

/// The refunds of an order that have an id outside: by that id, each with its amount.
#[derive(Debug, Default)]
pub(crate) struct KnownRefunds {
    by_id: HashMap<String, (Uuid, Decimal)>,
}

impl KnownRefunds {
    /// Reads them. The order is locked.
    pub(crate) async fn read(unit: &UnitOfWork, account: &Account) -> Result<Self> {
        let mut known = Self::default();
        let is_of_refund = |entry: &Entry| entry.refund_id.is_some();
        if !account.payments.iter().any(|payment| payment.entries().iter().any(is_of_refund)) {
            return Ok(known);
        }
        let mut sql = unit.sql();
        sql.push("SELECT id, external_id, amount FROM refunds WHERE external_id IS NOT NULL AND order_id = ");
        sql.bind(account.order.id);
        for row in unit.rows(sql).await? {
            let refund = (row.try_get_by("id")?, row.try_get_by("amount")?);
            known.by_id.insert(row.try_get_by("external_id")?, refund);
        }
        Ok(known)
    }

    /// The payment by which the refund with an id went back, or is to.
    pub(crate) fn payment(&self, account: &Account, id: &str) -> Option<Uuid> {
        let refund = self.by_id.get(id).map(|(refund, _)| *refund);
        let is_of_it = |entry: &Entry| refund.is_some() && entry.refund_id == refund;
        let has_it = |payment: &&Payment| {
            payment.knows(id, PaymentEntryKind::Refunded) || payment.entries().iter().any(is_of_it)
        };
        account.payments.iter().find(has_it).map(|payment| payment.row.id)
    }

    /// How much is known of the refund with an id.
    pub(crate) fn amount(&self, account: &Account, id: &str) -> Decimal {
        let is_it =
            |entry: &&Entry| entry.kind == PaymentEntryKind::Refunded && entry.provider_event_id.as_deref() == Some(id);
        let entries = account.payments.iter().flat_map(Payment::entries);
        let told: Decimal = entries.filter(is_it).map(|entry| entry.amount).sum();
        self.by_id.get(id).map_or(told, |(_, amount)| told.max(*amount))
    }

    /// What went back and has no id of Shopify: it is known under another one, or was reported without any.
    pub(crate) fn unnamed(&self, account: &Account) -> Decimal {
        let of_shopify = self.by_id.iter().filter(|(id, _)| is_of_shopify(id));
        let named: HashSet<Uuid> = of_shopify.map(|(_, (refund, _))| *refund).collect();
        let is_named = |entry: &Entry| {
            let has_id = entry.provider_event_id.as_deref().is_some_and(is_of_shopify);
            has_id || entry.refund_id.is_some_and(|refund| named.contains(&refund))
        };
        let of_payment = |payment: &Payment| -> Decimal {
            let entries = payment.entries();
            let is_back = |entry: &Entry| ledger::is_answered(entries, entry.id, PaymentEntryKind::RefundReversed);
            let refunded = entries.iter().filter(|entry| entry.kind == PaymentEntryKind::Refunded);
            refunded.filter(|entry| !is_named(entry) && !is_back(entry)).map(|entry| entry.amount).sum()
        };
        account.payments.iter().map(of_payment).sum()
    }
}

/// Whether an id is one of Shopify's, which are numbers.
fn is_of_shopify(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}
