//! What a refund is for, and what that is worth: arithmetic alone.
//!
//! Pieces are worth what all pieces refunded by then are worth, less what was refunded of them before: whatever the order
//! and the portions, the end is what the line came to.

use entity::{order_items, orders};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::history::{History, Refunded};
use crate::money::{currency, proportion, share::Line};

/// What a refund is for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Target {
    /// Pieces.
    pub(super) lines: Vec<TargetLine>,
    /// Shipping.
    pub(super) shipping: Decimal,
    /// The tax on top of it.
    pub(super) shipping_tax: Decimal,
    /// Anything else; negative where less is given back than the rest is worth.
    pub(super) adjustment: Decimal,
}

/// Pieces of an item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TargetLine {
    /// The item.
    pub(super) item: Uuid,
    /// How many.
    pub(super) quantity: i32,
    /// What they are worth.
    pub(super) amount: Decimal,
    /// The tax in it, on top or contained in the prices.
    pub(super) tax: Decimal,
}

impl Target {
    /// What it comes to.
    pub(super) fn amount(&self) -> Decimal {
        let lines: Decimal = self.lines.iter().map(|line| line.amount).sum();
        lines + self.shipping + self.shipping_tax + self.adjustment
    }

    /// Adds pieces of an item.
    pub(super) fn add_pieces(&mut self, order: &orders::Model, item: &order_items::Model, pieces: i32, past: &History) {
        let before = past.items.get(&item.id).copied().unwrap_or_default();
        let (amount, tax) = worth(&Line::of(item, &order.currency), item.refunded_quantity, pieces, before);
        self.lines.push(TargetLine { item: item.id, quantity: pieces, amount, tax });
    }

    /// Adds shipping, with the share of its tax where that is on top.
    pub(super) fn add_shipping(&mut self, order: &orders::Model, amount: Decimal, past: &History) {
        self.shipping = amount;
        if !order.tax_included {
            let step = currency::step(&order.currency);
            let done = past.shipping + amount;
            let tax = proportion(order.shipping_tax_amount, done, order.shipping_amount, step);
            self.shipping_tax = (tax - past.shipping_tax).max(Decimal::ZERO);
        }
    }

    /// All that is left of an order; the adjustment makes it what can be given back.
    pub(super) fn everything(
        order: &orders::Model,
        items: &[order_items::Model],
        past: &History,
        refundable: Decimal,
    ) -> Self {
        let mut target = Self::default();
        for item in items {
            let left = item.quantity - item.refunded_quantity;
            if left > 0 {
                target.add_pieces(order, item, left, past);
            }
        }
        target.add_shipping(order, shipping_left(order, past), past);
        target.adjustment = refundable - target.amount();
        target
    }
}

/// What was not refunded of shipping.
pub(super) fn shipping_left(order: &orders::Model, past: &History) -> Decimal {
    (order.shipping_amount - past.shipping).max(Decimal::ZERO)
}

/// What `pieces` of a line are worth after `done` others, and the tax in it.
fn worth(line: &Line, done: i32, pieces: i32, before: Refunded) -> (Decimal, Decimal) {
    let all = line.worth(done.saturating_add(pieces));
    let left = |all: Decimal, done: Decimal| (all - done).max(Decimal::ZERO);
    (left(all.amount, before.amount), left(all.tax + all.included_tax, before.tax))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{money::round, seed::rng::Rng};

    /// A line of a shop whose taxes are on top, or inside.
    fn random(rng: &mut Rng) -> Line {
        let step = if rng.percent(30) { Decimal::ONE } else { Decimal::new(1, 2) };
        let quantity = i32::try_from(rng.between(1, 40)).expect("small");
        let price = Decimal::from(rng.below(100_000)) * step;
        let gross = price * Decimal::from(quantity);
        let discount = round(gross * Decimal::new(rng.between(0, 100), 2), step);
        let tax = round((gross - discount) * Decimal::new(rng.between(0, 25), 2), step);
        match rng.percent(50) {
            true => Line { quantity, price, discount, tax, included_tax: Decimal::ZERO, step },
            false => Line { quantity, price, discount, tax: Decimal::ZERO, included_tax: tax, step },
        }
    }

    #[test]
    fn refunds_in_any_portions_end_at_what_the_line_came_to() {
        let mut rng = Rng::new(17);
        for _ in 0..2_000 {
            let line = random(&mut rng);
            let (mut done, mut past) = (0, Refunded::default());
            while done < line.quantity {
                let pieces = i32::try_from(rng.between(1, (line.quantity - done).into())).expect("small");
                let (amount, tax) = worth(&line, done, pieces, past);
                assert!(amount >= Decimal::ZERO && tax >= Decimal::ZERO && tax <= amount, "{line:?}");
                assert!((amount / line.step).is_integer(), "{line:?}");
                done += pieces;
                past = Refunded { amount: past.amount + amount, tax: past.tax + tax, ..past };
            }
            let all = line.worth(line.quantity);
            assert_eq!((past.amount, past.tax), (all.amount, all.tax + all.included_tax), "{line:?}");
        }
    }

    #[test]
    fn a_line_that_lost_pieces_after_a_refund_ends_at_what_is_left_of_it() {
        let mut rng = Rng::new(19);
        for _ in 0..2_000 {
            let line = random(&mut rng);
            let first = i32::try_from(rng.between(1, line.quantity.into())).expect("small");
            let (amount, tax) = worth(&line, 0, first, Refunded::default());
            let past = Refunded { amount, tax, ..Refunded::default() };
            let left = line.without(i32::try_from(rng.below((line.quantity - first + 1).into())).expect("small"));
            let (rest, _) = worth(&left, first, left.quantity - first, past);
            assert!(rest >= Decimal::ZERO);
            // Rounding may have given the first pieces a step more than all that is left.
            assert_eq!(amount + rest, left.worth(left.quantity).amount.max(amount), "{line:?}");
        }
    }
}
