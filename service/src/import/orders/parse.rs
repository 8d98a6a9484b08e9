//! What the rows of one order say.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    Column, address,
    amounts::{self, Amounts, Wrong},
    lines::{self, Line},
};
use crate::{
    import::{
        file::{Row, value},
        person::email,
        report::Refusal,
    },
    money::currency,
    orders::external::{ExternalBuyer, ExternalEnd, ExternalOrder, ExternalPayment, Origin},
};

/// The provider of payments that a file tells.
pub(super) const PROVIDER: &str = "import";
/// The most characters of how something is paid or sent.
const METHOD: usize = 50;

/// An order as the file has it.
pub(super) struct Parsed {
    /// The order, with all money that came in as one payment, and without refunds.
    pub(super) order: ExternalOrder,
    /// What was given back so far.
    pub(super) refunded: Decimal,
    /// The last time that the file names.
    pub(super) last: DateTime<Utc>,
}

/// What was paid, in total.
struct Paid {
    authorized: Decimal,
    captured: Decimal,
}

/// The times of an order.
struct Times {
    created: DateTime<Utc>,
    paid: Option<DateTime<Utc>>,
    fulfilled: Option<DateTime<Utc>>,
    cancelled: Option<DateTime<Utc>>,
}

/// Reads the rows of one name; all that is wrong with its lines, or the first thing that is wrong with the order.
pub(super) fn order(rows: &[Row<Column>], now: DateTime<Utc>) -> Result<Parsed, Vec<Refusal>> {
    let Some(first) = rows.first() else { return Err(Vec::new()) };
    let times = times(first, now).map_err(one)?;
    let status = first.get(Column::FulfillmentStatus).to_lowercase();
    let gives_up = times.cancelled.is_some() || status == "restocked";
    let (mut lines, mut refusals) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        match lines::line(row, &status, gives_up) {
            Ok(line) => lines.push(line),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if refusals.is_empty() { whole(first, &times, lines).map_err(one) } else { Err(refusals) }
}

fn one(refusal: Refusal) -> Vec<Refusal> {
    vec![refusal]
}

/// Reads what stands on the first row only.
fn whole(row: &Row<Column>, times: &Times, mut lines: Vec<Line>) -> Result<Parsed, Refusal> {
    let currency = row.read(Column::Currency, code)?;
    let amounts = Amounts {
        subtotal: row.read(Column::Subtotal, value::amount)?,
        shipping: row.read(Column::Shipping, value::amount_or_none)?.unwrap_or_default(),
        taxes: row.read(Column::Taxes, value::amount_or_none)?.unwrap_or_default(),
        total: row.read(Column::Total, value::amount)?,
    };
    let taxed = amounts::spread(&amounts, &mut lines, currency::step(&currency)).map_err(|wrong| match wrong {
        Wrong::Subtotal(reason) => row.refuse(Column::Subtotal, reason),
        Wrong::Total(reason) => row.refuse(Column::Total, reason),
    })?;
    let paid = paid(row, amounts.total)?;
    let told = row.read(Column::RefundedAmount, value::amount_or_none)?.filter(|amount| !amount.is_zero());
    let refunded = match (told, row.get(Column::FinancialStatus).to_lowercase().as_str()) {
        (None, "refunded") => paid.captured,
        (None, "partially_refunded") => {
            return Err(
                row.refuse(Column::RefundedAmount, "the amount of an order that is partially_refunded is missing")
            );
        }
        (told, _) => told.unwrap_or_default(),
    };
    if refunded > paid.captured {
        return Err(row.refuse(Column::RefundedAmount, format!("{} was paid, which is less", paid.captured)));
    }
    let email = row.read(Column::Email, email)?;
    let order = ExternalOrder {
        origin: Origin::Import,
        shopify_id: row.read(Column::Id, value::id)?,
        number: row.read(Column::Name, value::required(50, "the name of the order is missing"))?,
        buyer: email.clone().map(|email| ExternalBuyer { email: Some(email), ..ExternalBuyer::default() }),
        email,
        currency,
        lines: lines.into_iter().map(|line| line.line).collect(),
        shipping_amount: amounts.shipping,
        shipping_tax_amount: taxed.on_shipping,
        total_amount: amounts.total,
        tax_included: taxed.is_included,
        shipping_method: method(row, Column::ShippingMethod)?,
        discount_codes: row.read(Column::DiscountCode, value::tags)?,
        shipping_address: address::read(row, address::SHIPPING)?,
        billing_address: address::read(row, address::BILLING)?,
        tags: row.read(Column::Tags, value::tags)?,
        note: row.read(Column::Notes, value::text(10_000))?,
        placed_at: times.created,
        cancelled: times.cancelled.map(|at| ExternalEnd { at, reason: None }),
        // A file has less than a webhook: it changes no order that came by one.
        updated_at: None,
        payment: payment(row, times, &paid)?,
        refunds: Vec::new(),
        parcels: Vec::new(),
        sent_at: times.fulfilled,
    };
    Ok(Parsed { order, refunded, last: times.last() })
}

fn payment(row: &Row<Column>, times: &Times, paid: &Paid) -> Result<Option<ExternalPayment>, Refusal> {
    let method = method(row, Column::PaymentMethod)?;
    let reference = row.read(Column::PaymentReference, value::text(255))?;
    Ok((paid.authorized > Decimal::ZERO).then_some(ExternalPayment {
        provider: PROVIDER,
        method,
        reference,
        authorized: paid.authorized,
        captured: paid.captured,
        at: times.paid.unwrap_or(times.created),
    }))
}

/// What was paid of the total, by the financial status.
fn paid(row: &Row<Column>, total: Decimal) -> Result<Paid, Refusal> {
    let (authorized, captured) = match row.get(Column::FinancialStatus).to_lowercase().as_str() {
        "" | "pending" | "voided" | "expired" | "unpaid" => (Decimal::ZERO, Decimal::ZERO),
        "authorized" => (total, Decimal::ZERO),
        "paid" | "partially_refunded" | "refunded" => (total, total),
        "partially_paid" => {
            let outstanding = row.read(Column::Outstanding, value::amount)?;
            if outstanding > total {
                return Err(row.refuse(Column::Outstanding, format!("the total is {total}, which is less")));
            }
            (total - outstanding, total - outstanding)
        }
        _ => {
            let reason = "neither pending, authorized, partially_paid, paid, partially_refunded, refunded nor voided";
            return Err(row.refuse(Column::FinancialStatus, reason));
        }
    };
    Ok(Paid { authorized, captured })
}

fn times(row: &Row<Column>, now: DateTime<Utc>) -> Result<Times, Refusal> {
    let past = |column: Column, at: DateTime<Utc>| match at > now {
        true => Err(row.refuse(column, "the time is in the future")),
        false => Ok(at),
    };
    let read = |column: Column| row.read(column, value::moment_or_none)?.map(|at| past(column, at)).transpose();
    Ok(Times {
        created: past(Column::CreatedAt, row.read(Column::CreatedAt, value::moment)?)?,
        paid: read(Column::PaidAt)?,
        fulfilled: read(Column::FulfilledAt)?,
        cancelled: read(Column::CancelledAt)?,
    })
}

impl Times {
    fn last(&self) -> DateTime<Utc> {
        [self.paid, self.fulfilled, self.cancelled].into_iter().flatten().fold(self.created, Ord::max)
    }
}

/// The code of a currency.
fn code(text: &str) -> Result<String, &'static str> {
    match currency::exponent(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("not a currency of ISO 4217 such as USD"),
    }
}

/// How something is done: what is too long is cut.
fn method(row: &Row<Column>, column: Column) -> Result<Option<String>, Refusal> {
    let text = row.read(column, value::text(1000))?;
    Ok(text.map(|text| text.chars().take(METHOD).collect::<String>().trim_end().to_owned()))
}
