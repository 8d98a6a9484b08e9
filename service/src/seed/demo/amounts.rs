//! What the lines of a basket come to, by the shop's own rules.

use entity::product_variants;
use rust_decimal::Decimal;

use super::{customer_texts::Buyer, pricing::DemoDiscount};
use crate::money::{allocate, round};

const CENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);
/// Pieces of one work for which it costs less, and percents of discounts.
const MANY: i32 = 10;
const MANY_OFF: i64 = 15;
const DESIGNERS_OFF: i64 = 10;
const WELCOME_OFF: i64 = 10;

/// A line with its amounts.
pub(super) struct Line {
    pub(super) variant: product_variants::Model,
    pub(super) quantity: i32,
    pub(super) discount: Decimal,
    pub(super) tax: Decimal,
}

impl Line {
    fn gross(&self) -> Decimal {
        self.variant.price * Decimal::from(self.quantity)
    }

    /// What is paid for it.
    pub(super) fn total(&self) -> Decimal {
        self.gross() - self.discount + self.tax
    }
}

/// A basket with its amounts.
pub(super) struct Amounts {
    pub(super) lines: Vec<Line>,
    pub(super) subtotal: Decimal,
    pub(super) discount: Decimal,
    pub(super) tax: Decimal,
    /// In percent.
    pub(super) tax_rate: Decimal,
    /// What each discount took off.
    pub(super) uses: Vec<(DemoDiscount, Decimal)>,
}

impl Amounts {
    /// Prices a basket; `is_welcome`: with the code for the first order.
    pub(super) fn of(basket: Vec<(product_variants::Model, i32)>, buyer: Buyer, is_welcome: bool) -> Self {
        let tax_rate = match buyer {
            Buyer::Home(thousandths) => Decimal::new(thousandths, 1),
            Buyer::Commercial | Buyer::Designer => Decimal::ZERO,
        };
        let line = |(variant, quantity)| Line { variant, quantity, discount: Decimal::ZERO, tax: Decimal::ZERO };
        let lines: Vec<Line> = basket.into_iter().map(line).collect();
        let mut amounts = Self {
            subtotal: lines.iter().map(Line::gross).sum(),
            discount: Decimal::ZERO,
            tax: Decimal::ZERO,
            tax_rate,
            uses: Vec::new(),
            lines,
        };
        amounts.discount_lines(buyer);
        if is_welcome {
            amounts.discount_order();
        }
        for line in &mut amounts.lines {
            line.tax = round((line.gross() - line.discount) * tax_rate / Decimal::ONE_HUNDRED, CENT);
        }
        amounts.discount = amounts.lines.iter().map(|line| line.discount).sum();
        amounts.tax = amounts.lines.iter().map(|line| line.tax).sum();
        amounts
    }

    /// The better one of two discounts of lines.
    fn discount_lines(&mut self, buyer: Buyer) {
        let pieces: Vec<i32> = (self.lines.iter())
            .map(|line| {
                let same = |other: &&Line| other.variant.product_id == line.variant.product_id;
                self.lines.iter().filter(same).map(|other| other.quantity).sum()
            })
            .collect();
        for (line, pieces) in self.lines.iter_mut().zip(pieces) {
            let (which, percentage) = match buyer {
                _ if pieces >= MANY => (DemoDiscount::Ten, MANY_OFF),
                Buyer::Designer => (DemoDiscount::Designer, DESIGNERS_OFF),
                _ => continue,
            };
            line.discount = round(line.gross() * Decimal::new(percentage, 2), CENT);
            match self.uses.iter_mut().find(|(used, _)| *used == which) {
                Some((_, amount)) => *amount += line.discount,
                None => self.uses.push((which, line.discount)),
            }
        }
    }

    /// The discount of the whole order, spread over its lines.
    fn discount_order(&mut self) {
        let weights: Vec<Decimal> = self.lines.iter().map(|line| line.gross() - line.discount).collect();
        let amount = round(weights.iter().sum::<Decimal>() * Decimal::new(WELCOME_OFF, 2), CENT);
        for (line, part) in self.lines.iter_mut().zip(allocate(amount, &weights, CENT)) {
            line.discount += part;
        }
        self.uses.push((DemoDiscount::Welcome, amount));
    }
}
