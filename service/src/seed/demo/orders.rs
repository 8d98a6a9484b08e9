//! Orders and their lines.

use entity::{
    order_items, orders, product_variants,
    sea_orm_active_enums::{
        FinancialStatus::{self, Authorized, Paid, PartiallyRefunded, Refunded, Voided},
        FulfillmentStatus::{self, Fulfilled, Partial, Restocked, Unfulfilled},
        OrderStatus::{self, Cancelled, Completed, Confirmed, Pending, Processing},
    },
};
use rust_decimal::Decimal;

use super::{
    builder::{DAY, DemoBuilder, HISTORY, HOUR, rng},
    catalog::usd,
    customer_texts::{Buyer, CUSTOMERS},
};
use crate::seed::rng::Rng;

type Status = (OrderStatus, FulfillmentStatus, FinancialStatus);

/// The newest orders, on which work goes on; the last is the newest.
const OPEN: [Status; 9] = [
    (Processing, Partial, Paid),
    (Processing, Unfulfilled, Paid),
    (Processing, Unfulfilled, Paid),
    (Processing, Unfulfilled, Paid),
    (Confirmed, Unfulfilled, Paid),
    (Confirmed, Unfulfilled, Authorized),
    (Confirmed, Unfulfilled, Authorized),
    (Pending, Unfulfilled, FinancialStatus::Pending),
    (Pending, Unfulfilled, FinancialStatus::Pending),
];
/// Older orders that did not simply complete, by their place from the oldest.
const TROUBLED: [(usize, Status); 6] = [
    (9, (Cancelled, Unfulfilled, Voided)),
    (17, (Completed, Fulfilled, PartiallyRefunded)),
    (26, (Cancelled, Restocked, Refunded)),
    (35, (Completed, Restocked, Refunded)),
    (44, (Completed, Fulfilled, PartiallyRefunded)),
    (51, (Cancelled, Unfulfilled, Voided)),
];

/// What people order for one wall: size and whether stretched, in the proportions in which they do.
const HOME_BASKETS: [&[(&str, bool)]; 8] = [
    &[("36x48", true)],
    &[("36x48", true)],
    &[("36x48", false)],
    &[("53x72", false)],
    &[("24x36", true)],
    &[("24x36", false), ("24x36", false)],
    &[("24x36", true), ("24x36", true)],
    &[("36x48", true), ("24x36", false)],
];

/// When who orders, oldest first: minutes ago and place among the customers.
pub(super) struct Calendar(Vec<(i64, usize)>);

impl Calendar {
    /// How long ago that customer ordered first.
    pub(super) fn first_of(&self, person: usize) -> Option<i64> {
        self.0.iter().find(|(_, customer)| *customer == person).map(|(minutes, _)| *minutes)
    }
}

pub(super) fn calendar() -> Calendar {
    let mut rng = rng("calendar");
    let mut buyers: Vec<usize> =
        CUSTOMERS.iter().enumerate().flat_map(|(person, (.., orders))| std::iter::repeat_n(person, *orders)).collect();
    for last in (1..buyers.len()).rev() {
        buyers.swap(last, usize::try_from(rng.below(last as i64 + 1)).unwrap_or_default());
    }
    let settled = buyers.len() - OPEN.len();
    let mut times: Vec<i64> = (0..settled).map(|_| rng.between(9 * DAY, HISTORY)).collect();
    times.extend((0..OPEN.len()).map(|_| rng.between(HOUR, 4 * DAY)));
    times.sort_unstable_by(|a, b| b.cmp(a));
    Calendar(times.into_iter().zip(buyers).collect())
}

pub(super) fn build(demo: &mut DemoBuilder, calendar: &Calendar) {
    let mut rng = rng("orders");
    let settled = calendar.0.len() - OPEN.len();
    for (place, (minutes, person)) in calendar.0.iter().copied().enumerate() {
        let (status, fulfillment, financial) = match place.checked_sub(settled) {
            Some(open) => OPEN[open],
            None => {
                TROUBLED.iter().find(|(at, _)| *at == place).map_or((Completed, Fulfilled, Paid), |(_, status)| *status)
            }
        };
        let created = demo.ago(minutes);
        let updated = if place < settled { demo.ago(minutes - rng.between(2 * DAY, 8 * DAY)) } else { created };
        let id = demo.id("orders", created);
        let buyer = CUSTOMERS[person].3;
        let lines = basket(demo, &mut rng, buyer);
        let discount = match buyer {
            Buyer::Commercial => Decimal::new(12, 2),
            Buyer::Home(_) if rng.percent(20) => Decimal::new(10, 2),
            Buyer::Home(_) => Decimal::ZERO,
        };
        let tax = match buyer {
            Buyer::Commercial => Decimal::ZERO,
            Buyer::Home(thousandths) => Decimal::new(thousandths, 3),
        };
        let first = demo.rows.order_items.len();
        for (variant, quantity) in lines {
            let gross = variant.price * Decimal::from(quantity);
            let discount_amount = (gross * discount).round_dp(2);
            let tax_amount = ((gross - discount_amount) * tax).round_dp(2);
            let item = order_items::Model {
                id: demo.id("order_items", created),
                order_id: id,
                product_variant_id: Some(variant.id),
                sku: variant.sku,
                title: variant.title,
                quantity,
                price: variant.price,
                discount_amount,
                tax_amount,
                total_amount: gross - discount_amount + tax_amount,
                version: 1,
                created_at: created.into(),
                updated_at: created.into(),
            };
            demo.rows.order_items.push(item);
        }
        let items = &demo.rows.order_items[first..];
        let subtotal: Decimal = items.iter().map(|item| item.price * Decimal::from(item.quantity)).sum();
        let discount_amount: Decimal = items.iter().map(|item| item.discount_amount).sum();
        let tax_amount: Decimal = items.iter().map(|item| item.tax_amount).sum();
        let shipping_amount = match buyer {
            Buyer::Commercial => usd(180),
            Buyer::Home(_) if subtotal >= usd(500) => usd(0),
            Buyer::Home(_) => usd(35),
        };
        demo.rows.orders.push(orders::Model {
            id,
            shopify_order_id: None,
            order_number: format!("VW-{}", 1_001 + place),
            customer_id: Some(demo.rows.customers[person].id),
            status,
            subtotal_amount: subtotal,
            discount_amount,
            tax_amount,
            shipping_amount,
            total_amount: subtotal - discount_amount + tax_amount + shipping_amount,
            currency: "USD".to_owned(),
            fulfillment_status: fulfillment,
            financial_status: financial,
            version: if place < settled { 4 } else { 1 },
            created_at: created.into(),
            updated_at: updated.into(),
        });
    }
}

/// What a buyer puts into the basket; the titles are those of a line.
fn basket(demo: &DemoBuilder, rng: &mut Rng, buyer: Buyer) -> Vec<(product_variants::Model, i32)> {
    match buyer {
        Buyer::Home(_) => {
            let mut lines: Vec<(product_variants::Model, i32)> = Vec::new();
            for (size, stretched) in rng.pick(&HOME_BASKETS) {
                add(&mut lines, choose(demo, rng, size, *stretched), 1);
            }
            lines
        }
        // Several rooms: about 3,600 US dollars after the discount.
        Buyer::Commercial => {
            let mut lines = Vec::new();
            let mut rooms = Decimal::ZERO;
            while rooms < usd(3_500) {
                let (size, quantity) = rng.pick(&[("36x48", 2), ("24x36", 2), ("53x72", 1)]);
                let variant = choose(demo, rng, size, true);
                rooms += variant.price * Decimal::from(quantity);
                add(&mut lines, variant, quantity);
            }
            lines
        }
    }
}

fn add(lines: &mut Vec<(product_variants::Model, i32)>, variant: product_variants::Model, quantity: i32) {
    match lines.iter_mut().find(|(line, _)| line.id == variant.id) {
        Some((_, already)) => *already += quantity,
        None => lines.push((variant, quantity)),
    }
}

fn choose(demo: &DemoBuilder, rng: &mut Rng, size: &str, stretched: bool) -> product_variants::Model {
    let fits: Vec<_> = (demo.rows.product_variants.iter())
        .filter(|variant| variant.is_available && variant.size.as_deref() == Some(size))
        .filter(|variant| (variant.frame_type.as_deref() == Some("Canvas Roll")) != stretched)
        .collect();
    let mut variant = rng.pick(&fits).clone();
    if let Some(product) = demo.rows.products.iter().find(|product| product.id == variant.product_id) {
        variant.title = format!("{} - {}", product.title, variant.title);
    }
    variant
}
