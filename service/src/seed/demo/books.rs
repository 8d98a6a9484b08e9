//! What the books of the demo data say over some days.

use chrono::NaiveDate;
use entity::{
    sea_orm_active_enums::{
        AttributionModel,
        TransactionType::{self, Expense, Refund, Revenue},
    },
    transactions,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::builder::DemoBuilder;

/// From the first day on, before the second one.
pub(super) type Days = (NaiveDate, NaiveDate);

/// What an entry takes back, or the entry itself.
fn taken_back<'a>(demo: &'a DemoBuilder, entry: &'a transactions::Model) -> &'a transactions::Model {
    let of = |id: Uuid| demo.rows.transactions.iter().find(|other| other.id == id);
    entry.reverses_id.and_then(of).unwrap_or(entry)
}

fn amount(entry: &transactions::Model) -> Decimal {
    entry.report_amount.unwrap_or(entry.amount)
}

/// What the books say of a type, less what was taken back.
pub(super) fn booked(
    demo: &DemoBuilder,
    days: Days,
    kind: TransactionType,
    fits: impl Fn(&transactions::Model) -> bool,
) -> Decimal {
    let entries = demo.rows.transactions.iter().filter(|it| (days.0..days.1).contains(&it.transaction_date));
    let of_kind = entries.filter(|entry| {
        let original = taken_back(demo, entry);
        original.r#type == kind && fits(original)
    });
    of_kind.map(amount).sum()
}

/// Revenue less refunds.
pub(super) fn net(demo: &DemoBuilder, days: Days) -> Decimal {
    booked(demo, days, Revenue, |_| true) - booked(demo, days, Refund, |_| true)
}

/// What campaigns cost.
pub(super) fn spent_by_campaigns(demo: &DemoBuilder, days: Days) -> Decimal {
    booked(demo, days, Expense, |entry| entry.campaign_id.is_some())
}

/// What campaigns are credited with by the last touch. A refund is shared as the earliest revenue of its order.
pub(super) fn credited(demo: &DemoBuilder, days: Days) -> Decimal {
    let mut sum = Decimal::ZERO;
    for entry in demo.rows.transactions.iter().filter(|it| (days.0..days.1).contains(&it.transaction_date)) {
        let original = taken_back(demo, entry);
        let (sold, sign) = match original.r#type {
            Revenue => (Some(original), Decimal::ONE),
            Refund => (earliest_revenue(demo, original), Decimal::NEGATIVE_ONE),
            _ => continue,
        };
        let Some(sold) = sold else { continue };
        let shares = demo.rows.revenue_attribution.iter().filter(|share| {
            share.transaction_id == sold.id
                && share.attribution_model == AttributionModel::LastTouch
                && share.campaign_id.is_some()
        });
        sum += shares.map(|share| sign * amount(entry) * share.attribution_percentage).sum::<Decimal>();
    }
    sum / Decimal::ONE_HUNDRED
}

fn earliest_revenue<'a>(demo: &'a DemoBuilder, refund: &transactions::Model) -> Option<&'a transactions::Model> {
    let of_order = demo.rows.transactions.iter().filter(|it| it.r#type == Revenue && it.order_id == refund.order_id);
    of_order.filter(|it| it.order_id.is_some()).min_by_key(|it| (it.transaction_date, it.id))
}
