//! Asking for a refund: its row, the requests to its payments, and what becomes of the pieces.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{
    order_items, refund_lines, refunds,
    sea_orm_active_enums::{PaymentEntryKind, RefundStatus},
};
use uuid::Uuid;

use super::{
    goods::{self, Goods},
    progress, rows,
    spread::Source,
    target::{Target, TargetLine},
};
use crate::{
    Result, UnitOfWork,
    payments::{
        account::{Account, News},
        entry::NewEntry,
        follow_ups::{self, Asked},
        is_immediate,
    },
};

/// A refund that is to be asked for.
#[derive(Debug, Default)]
pub(super) struct Proposal {
    /// What it is for.
    pub(super) target: Target,
    /// The payments that it comes from; in sum they are what the target comes to.
    pub(super) parts: Vec<Source>,
    /// What becomes of the pieces.
    pub(super) goods: Vec<Goods>,
    /// Where it comes from: an open list of names.
    pub(super) source: &'static str,
    /// Why.
    pub(super) reason: Option<String>,
    /// The return that it belongs to.
    pub(super) return_id: Option<Uuid>,
}

/// Asks for a refund, and settles the order. The items are those of the order; they get what becomes of them.
pub(super) async fn request(
    unit: &mut UnitOfWork,
    account: &mut Account,
    items: &mut [order_items::Model],
    proposal: Proposal,
) -> Result<refunds::Model> {
    let refund = proposal.refund(unit, account);
    let Proposal { target, parts, goods, .. } = proposal;
    let now = unit.now();
    let line = |line: &TargetLine| refund_lines::Model {
        refund_id: refund.id,
        order_item_id: line.item,
        quantity: line.quantity,
        amount: line.amount,
        tax_amount: line.tax,
        restocked_quantity: goods.iter().find(|goods| goods.item == line.item).map_or(0, |goods| goods.restocked),
        created_at: now.into(),
    };
    let lines: Vec<refund_lines::Model> = target.lines.iter().map(line).collect();
    rows::insert(unit, &refund, &lines);
    let mut changed = BTreeSet::new();
    for item in items.iter_mut() {
        for line in target.lines.iter().filter(|line| line.item == item.id) {
            item.refunded_quantity = item.refunded_quantity.saturating_add(line.quantity);
            changed.insert(item.id);
        }
        for goods in goods.iter().filter(|goods| goods.item == item.id) {
            item.cancelled_quantity = item.cancelled_quantity.saturating_add(goods.cancelled);
            item.returned_quantity = goods.returned;
            changed.insert(item.id);
        }
    }
    goods::write_items(unit, items.iter().filter(|item| changed.contains(&item.id)));
    let asked = ask(account, refund.id, &parts, now)?;
    account.write(unit);
    goods::move_stock(unit, &account.settings, &refund, items, &goods).await?;
    if asked.len() < parts.len() {
        progress::follow(unit, account, BTreeSet::from([refund.id])).await?;
    }
    account.settle(unit).await?;
    for asked in asked {
        follow_ups::refund(unit, account, refund.id, asked).await?;
    }
    Ok(refund)
}

/// Enters the requests of a refund; those that an agent must carry out.
pub(super) fn ask(account: &mut Account, refund: Uuid, parts: &[Source], now: DateTime<Utc>) -> Result<Vec<Asked>> {
    let mut asked = Vec::new();
    for (id, amount) in parts.iter().copied() {
        let payment = account.payment(id)?;
        let number = payment.count(PaymentEntryKind::RefundRequested, Some(refund)) + 1;
        let key = format!("refund:{refund}:{id}:{number}");
        let of_refund = |kind| NewEntry { refund: Some(refund), ..NewEntry::of(kind, amount) };
        let request = payment.request(of_refund(PaymentEntryKind::RefundRequested), key.clone(), now);
        if is_immediate(&payment.row.provider) {
            let done = NewEntry { request: Some(request), ..of_refund(PaymentEntryKind::Refunded) };
            payment.enter(done, News::own(now));
        } else {
            asked.push(Asked { payment: id, request, amount, key });
        }
    }
    Ok(asked)
}

impl Proposal {
    fn refund(&self, unit: &UnitOfWork, account: &Account) -> refunds::Model {
        let now = unit.now();
        refunds::Model {
            id: Uuid::now_v7(),
            order_id: account.order.id,
            return_id: self.return_id,
            amount: self.target.amount(),
            shipping_amount: self.target.shipping,
            shipping_tax_amount: self.target.shipping_tax,
            adjustment_amount: self.target.adjustment,
            currency: account.order.currency.clone(),
            reason: self.reason.clone(),
            status: RefundStatus::Pending,
            source: self.source.to_owned(),
            agent_id: unit.principal().agent,
            external_id: None,
            version: 1,
            created_at: now.into(),
            updated_at: now.into(),
        }
    }
}
