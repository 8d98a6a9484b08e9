//! What some pieces of a line are worth: when they are refunded, returned, or taken off an order.
//!
//! The discount and the tax of a line are those of all its pieces together. The first n pieces have the share n of
//! them, rounded once, so that any portions in any order add up to the line.

use entity::order_items;
use rust_decimal::Decimal;

use super::{currency, proportion};

/// A line of an order: pieces with a discount and a tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// How many pieces.
    pub quantity: i32,
    /// What a piece costs.
    pub price: Decimal,
    /// Taken off all of them.
    pub discount: Decimal,
    /// The tax on top.
    pub tax: Decimal,
    /// The tax that is contained in the prices.
    pub included_tax: Decimal,
    /// The smallest amount of the currency.
    pub step: Decimal,
}

/// What some pieces of a line are worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// All of it: price, less discount, with the tax on top.
    pub amount: Decimal,
    /// The tax on top, contained in the amount.
    pub tax: Decimal,
    /// The tax that is contained in the prices, and so in the amount.
    pub included_tax: Decimal,
}

impl Line {
    /// The line of an order in this currency.
    pub fn of(item: &order_items::Model, currency: &str) -> Self {
        Self {
            quantity: item.quantity,
            price: item.price,
            discount: item.discount_amount,
            tax: item.tax_amount,
            included_tax: item.included_tax_amount,
            step: currency::step(currency),
        }
    }

    /// What the first `n` pieces are worth: all of it, for as many as there are.
    pub fn worth(&self, n: i32) -> Part {
        let tax = self.share(self.tax, n);
        let gross = self.price * Decimal::from(n.clamp(0, self.quantity.max(0)));
        let amount = gross - self.share(self.discount, n) + tax;
        Part { amount, tax, included_tax: self.share(self.included_tax, n) }
    }

    /// The line without `k` of its pieces, which take their share of the discount and the tax along.
    pub fn without(&self, k: i32) -> Self {
        Self {
            quantity: self.quantity - k.clamp(0, self.quantity.max(0)),
            discount: self.discount - self.share(self.discount, k),
            tax: self.tax - self.share(self.tax, k),
            included_tax: self.included_tax - self.share(self.included_tax, k),
            ..*self
        }
    }

    /// The share of an amount that belongs to a number of pieces.
    fn share(&self, amount: Decimal, pieces: i32) -> Decimal {
        let pieces = pieces.clamp(0, self.quantity.max(0));
        proportion(amount, pieces.into(), self.quantity.into(), self.step)
    }
}

#[cfg(test)]
mod tests {
    use std::ops::{Add, Sub};

    use super::*;
    use crate::{money::round, seed::rng::Rng};

    impl Line {
        /// What the `more` pieces after the first `done` are worth.
        pub(crate) fn between(&self, done: i32, more: i32) -> Part {
            self.worth(done.saturating_add(more)) - self.worth(done)
        }
    }

    impl Add for Part {
        type Output = Self;

        fn add(self, other: Self) -> Self {
            Self {
                amount: self.amount + other.amount,
                tax: self.tax + other.tax,
                included_tax: self.included_tax + other.included_tax,
            }
        }
    }

    impl Sub for Part {
        type Output = Self;

        fn sub(self, other: Self) -> Self {
            Self {
                amount: self.amount - other.amount,
                tax: self.tax - other.tax,
                included_tax: self.included_tax - other.included_tax,
            }
        }
    }

    /// A line as pricing makes them.
    fn random(rng: &mut Rng) -> Line {
        let step = if rng.percent(30) { Decimal::ONE } else { Decimal::new(1, 2) };
        let (quantity, largest) = (rng.between(1, 60), rng.pick(&[2, 1_000, 9_999_999]));
        let price = Decimal::from(rng.below(largest)) * step;
        let gross = price * Decimal::from(quantity);
        let discount = round(gross * Decimal::new(rng.between(0, 100), 2), step);
        let rate = Decimal::new(rng.between(0, 300_000), 6);
        let net = gross - discount;
        let (tax, included_tax) = match rng.percent(50) {
            true => (round(net * rate, step), Decimal::ZERO),
            false => (Decimal::ZERO, round(net * rate / (Decimal::ONE + rate), step)),
        };
        Line { quantity: i32::try_from(quantity).expect("small"), price, discount, tax, included_tax, step }
    }

    fn total(line: &Line) -> Decimal {
        line.price * Decimal::from(line.quantity) - line.discount + line.tax
    }

    /// Refunds all pieces in random portions; what they came to.
    fn refund(line: &Line, rng: &mut Rng) -> Part {
        let (mut done, mut sum) = (0, Part::default());
        while done < line.quantity {
            let more = i32::try_from(rng.between(1, (line.quantity - done).into())).expect("small");
            let part = line.between(done, more);
            for amount in [part.amount, part.tax, part.included_tax] {
                assert!(amount >= Decimal::ZERO, "{part:?} of {line:?}");
                assert!((amount / line.step).is_integer(), "{part:?} of {line:?}");
            }
            (done, sum) = (done + more, sum + part);
            assert!(sum.amount <= total(line), "{sum:?} of {line:?}");
        }
        sum
    }

    #[test]
    fn portions_in_any_order_end_at_the_total() {
        let mut rng = Rng::new(3);
        for _ in 0..3_000 {
            let line = random(&mut rng);
            let whole = Part { amount: total(&line), tax: line.tax, included_tax: line.included_tax };
            assert_eq!(line.worth(line.quantity), whole, "{line:?}");
            assert_eq!(line.worth(i32::MAX), whole, "{line:?}");
            assert_eq!(refund(&line, &mut rng), whole, "{line:?}");
        }
    }

    #[test]
    fn a_line_that_was_edited_is_refunded_to_its_end() {
        let mut rng = Rng::new(5);
        for _ in 0..3_000 {
            let line = random(&mut rng);
            let taken = i32::try_from(rng.below(line.quantity.into())).expect("small");
            let left = line.without(taken);
            assert_eq!(left.quantity, line.quantity - taken);
            assert!(left.discount >= Decimal::ZERO && left.tax >= Decimal::ZERO && left.included_tax >= Decimal::ZERO);
            assert!(left.discount <= left.price * Decimal::from(left.quantity), "{left:?} of {line:?}");
            assert_eq!(total(&left), total(&line) - line.worth(taken).amount, "{left:?} of {line:?}");
            assert_eq!(refund(&left, &mut rng).amount, total(&left), "{left:?}");
        }
    }

    #[test]
    fn shares_of_a_line_by_hand() {
        let amount = |text: &str| text.parse::<Decimal>().expect("a decimal");
        let line = Line {
            quantity: 3,
            price: amount("9.99"),
            discount: amount("1.00"),
            tax: amount("2.00"),
            included_tax: Decimal::ZERO,
            step: amount("0.01"),
        };
        assert_eq!(line.between(0, 1).amount, amount("10.33"));
        assert_eq!(line.between(1, 1).amount, amount("10.31"));
        assert_eq!(line.between(2, 1).amount, amount("10.33"));
        assert_eq!(line.worth(3).amount, amount("30.97"));
        assert_eq!((line.worth(0), line.worth(-4)), (Part::default(), Part::default()));
        assert_eq!(line.without(3).worth(0), Part::default());
    }
}
