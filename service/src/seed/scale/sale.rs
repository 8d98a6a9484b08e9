//! What an order is before it is rows.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{
    FinancialStatus::{self, Authorized, Paid, PartiallyRefunded, Refunded, Voided},
    FulfillmentStatus::{self, Fulfilled, Restocked, Unfulfilled},
    OrderStatus::{self, Cancelled, Completed, Confirmed, Pending, Processing},
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    LoadData,
    catalog::{self, VARIANTS},
};
use crate::{money::round, orders::state};

const CENT: Decimal = Decimal::from_parts(1, 0, 0, false, 2);
/// Taxes in thousandths.
pub(super) const TAXES: [i64; 4] = [0, 60, 83, 95];
/// What sending an order costs.
pub(super) const SHIPPING: Decimal = Decimal::from_parts(3_500, 0, 0, false, 2);
/// What goes back of an order of which a part does.
const PART: Decimal = Decimal::from_parts(25, 0, 0, false, 2);

/// A line of an order.
pub(super) struct Line {
    pub(super) variant: usize,
    pub(super) quantity: i32,
    pub(super) price: Decimal,
    pub(super) discount: Decimal,
    pub(super) tax: Decimal,
}

impl Line {
    pub(super) fn gross(&self) -> Decimal {
        self.price * Decimal::from(self.quantity)
    }

    pub(super) fn total(&self) -> Decimal {
        self.gross() - self.discount + self.tax
    }
}

/// An order before it is rows.
pub(super) struct Sale {
    pub(super) number: u64,
    pub(super) time: DateTime<Utc>,
    pub(super) customer: usize,
    pub(super) lines: Vec<Line>,
    /// In thousandths.
    pub(super) tax: i64,
    pub(super) status: OrderStatus,
    pub(super) fulfillment: FulfillmentStatus,
    pub(super) financial: FinancialStatus,
}

impl Sale {
    pub(super) fn of(data: &LoadData, number: u64) -> Self {
        let mut rng = data.rng("orders", number);
        let customer = data.earlier(&mut rng, "customers", "orders", number);
        let (status, fulfillment, financial) = match (number * 100 / data.count("orders"), rng.below(100)) {
            // The newest are open.
            (97.., 0..20) => (Pending, Unfulfilled, FinancialStatus::Pending),
            (97.., 20..50) => (Confirmed, Unfulfilled, Authorized),
            (97.., _) => (Processing, Unfulfilled, Paid),
            (_, 0..3) => (Cancelled, Unfulfilled, Voided),
            (_, 3..6) => (Completed, Restocked, Refunded),
            (_, 6..8) => (Completed, Fulfilled, PartiallyRefunded),
            _ => (Completed, Fulfilled, Paid),
        };
        let discount = Decimal::new(rng.pick(&[0, 0, 0, 10]), 2);
        let tax = rng.pick(&TAXES);
        let lines = (0..rng.between(1, 3)).map(|_| {
            let product = usize::try_from(data.earlier(&mut rng, "products", "orders", number)).unwrap_or_default();
            let variant = product * VARIANTS + usize::try_from(rng.below(VARIANTS as i64)).unwrap_or_default();
            let quantity = rng.pick(&[1, 1, 1, 2]);
            let price = Decimal::new(catalog::price(data, variant), 2);
            let gross = price * Decimal::from(quantity);
            let discount = round(gross * discount, CENT);
            let tax = round((gross - discount) * Decimal::new(tax, 3), CENT);
            Line { variant, quantity, price, discount, tax }
        });
        Self {
            number,
            time: data.time("orders", number),
            customer: usize::try_from(customer).unwrap_or_default(),
            lines: lines.collect(),
            tax,
            status,
            fulfillment,
            financial,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        state::is_open(self.status)
    }

    /// Whether it makes part of its customer's totals.
    pub(super) fn counts(&self) -> bool {
        state::counts(self.status, self.financial)
    }

    /// Whether it went out.
    pub(super) fn is_shipped(&self) -> bool {
        self.fulfillment != Unfulfilled
    }

    pub(super) fn total(&self) -> Decimal {
        self.lines.iter().map(Line::total).sum::<Decimal>() + SHIPPING
    }

    pub(super) fn discount(&self) -> Decimal {
        self.lines.iter().map(|line| line.discount).sum()
    }

    /// What went back.
    pub(super) fn refunded(&self) -> Decimal {
        match self.financial {
            Refunded => self.total(),
            PartiallyRefunded => round(self.total() * PART, CENT),
            _ => Decimal::ZERO,
        }
    }

    /// The row of the order.
    pub(super) fn id(&self, data: &LoadData) -> Uuid {
        data.id("orders", self.number)
    }

    /// The row of one of its lines.
    pub(super) fn item(&self, data: &LoadData, place: usize) -> Uuid {
        data.id_at("order_items", self.number * 4 + place as u64, self.time)
    }
}
