//! Before money was captured: the order is priced anew, with the prices that its items have.

use entity::orders;

use super::{Kept, Outcome, Plan};
use crate::{
    Result, UnitOfWork,
    orders::{
        again,
        lines::{self, apply, kept, reprice, tags},
        wanted::texts,
    },
    refusal::At,
    settings::Settings,
};

/// What the order comes to with these lines.
pub(super) async fn work_out(
    unit: &UnitOfWork,
    settings: &Settings,
    before: &orders::Model,
    plan: &Plan,
) -> Result<Outcome> {
    let (staying, going): (Vec<_>, Vec<_>) = plan.items.iter().cloned().partition(|(_, quantity)| *quantity > 0);
    let mut wish = lines::wish(before, &[], before.customer_id)?;
    for (index, (item, quantity)) in staying.iter().enumerate() {
        let mut line = kept(index, item).at(["changes"])?;
        line.quantity = *quantity;
        line.path = vec!["changes".to_owned()];
        wish.lines.push(line);
    }
    wish.lines.extend(plan.new.iter().map(super::plan::NewLine::wish));
    let priced = again::price(unit, settings, before, wish).await?;
    let mut order = before.clone();
    apply(&mut order, &priced);
    // The rate is that of the day of placing.
    order.exchange_rate_e10 = before.exchange_rate_e10;
    order.tags = tags(&texts(&before.tags), &priced);
    let (old, new) = priced.lines.split_at_checked(staying.len()).unwrap_or((&priced.lines[..], &[]));
    let mut kept = Vec::with_capacity(staying.len());
    for ((was, _), line) in staying.iter().zip(old) {
        let mut item = was.clone();
        reprice(unit, &mut item, line);
        kept.push(Kept::of(was, item));
    }
    let positions = plan.next_position()..;
    let new = positions.zip(new).map(|(position, line)| lines::item(unit, order.id, position, line)).collect();
    let removed = going.into_iter().map(|(item, _)| item).collect();
    Ok(Outcome { order, kept, removed, new, uses: priced.uses })
}
