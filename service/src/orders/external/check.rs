//! What an order of another system must be, before anything is read or written.

use chrono::{DateTime, Datelike, Utc};
use rust_decimal::Decimal;

use super::given::{ExternalLine, ExternalOrder, ExternalRefund};
use crate::{
    edit::check::{self, invalid},
    money::currency,
    orders::wanted::{check_address, check_details, check_quantity},
    refusal::{At, Refusal},
    value,
};

/// The most lines of an order.
const LINES: usize = 1_000;
/// The most characters of a line's title.
const TITLE: usize = 500;
/// The most characters of a short text: a number, a method of shipping, a reason.
pub(super) const SHORT: usize = 50;
/// The highest percentage of tax.
const PERCENTAGE: i64 = 999;

/// The sums of the lines and shipping of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    /// What all pieces cost.
    pub(super) subtotal: Decimal,
    /// What that is reduced by.
    pub(super) discount: Decimal,
    /// The tax, of shipping too.
    pub(super) tax: Decimal,
    /// The total.
    pub(super) total: Decimal,
}

impl Sums {
    /// Those of an order.
    pub(super) fn of(order: &ExternalOrder) -> Self {
        let mut sums = Self { tax: order.shipping_tax_amount, ..Self::default() };
        for line in &order.lines {
            sums.subtotal += gross(line);
            sums.discount += line.discount_amount;
            sums.tax += line.tax_amount;
        }
        let on_top = if order.tax_included { Decimal::ZERO } else { sums.tax };
        sums.total = sums.subtotal - sums.discount + on_top + order.shipping_amount;
        sums
    }
}

/// What all pieces of a line cost.
pub(super) fn gross(line: &ExternalLine) -> Decimal {
    line.price * Decimal::from(line.quantity)
}

/// Refuses an order whose values cannot be kept, or whose amounts do not add up.
pub(crate) fn check(order: &ExternalOrder) -> Result<(), Refusal> {
    currency::check_code("currency", &order.currency)?;
    check::text("number", &order.number, SHORT)?;
    check_details(order.email.as_deref(), order.note.as_deref(), &order.tags)?;
    check_address("shippingAddress", order.shipping_address.as_ref())?;
    check_address("billingAddress", order.billing_address.as_ref())?;
    check_short("shippingMethod", order.shipping_method.as_deref())?;
    check_times(order)?;
    if order.lines.len() > LINES {
        return Err(invalid("lines", format!("an order has at most {LINES} lines")));
    }
    for (index, line) in order.lines.iter().enumerate() {
        check_line(line, &order.currency).under(["lines", &index.to_string()])?;
    }
    for (field, amount) in [
        ("shippingAmount", order.shipping_amount),
        ("shippingTaxAmount", order.shipping_tax_amount),
        ("totalAmount", order.total_amount),
    ] {
        currency::check_amount(field, amount, &order.currency)?;
    }
    if let Some(payment) = &order.payment {
        currency::check_amount("authorized", payment.authorized, &order.currency).under(["payment"])?;
        currency::check_amount("captured", payment.captured, &order.currency).under(["payment"])?;
    }
    for (index, refund) in order.refunds.iter().enumerate() {
        check_refund(refund, &order.currency).under(["refunds", &index.to_string()])?;
    }
    check_sums(order)
}

fn check_line(line: &ExternalLine, code: &str) -> Result<(), Refusal> {
    check::text("title", &line.title, TITLE)?;
    if let Some(sku) = &line.sku {
        check::text("sku", sku, check::NAME)?;
    }
    check_quantity(line.quantity)?;
    currency::check_price("price", line.price, code)?;
    currency::check_amount("discountAmount", line.discount_amount, code)?;
    currency::check_amount("taxAmount", line.tax_amount, code)?;
    if line.discount_amount > gross(line) {
        return Err(invalid("discountAmount", "the discount is more than the line costs"));
    }
    if line.tax_percentage < Decimal::ZERO || line.tax_percentage > Decimal::from(PERCENTAGE) {
        return Err(invalid("taxPercentage", format!("`taxPercentage` is not between 0 and {PERCENTAGE}")));
    }
    for (field, quantity) in [
        ("cancelledQuantity", line.cancelled_quantity),
        ("fulfilledQuantity", line.fulfilled_quantity),
        ("returnedQuantity", line.returned_quantity),
    ] {
        check::within(field, quantity, 0..=line.quantity)?;
    }
    Ok(())
}

/// Refuses a refund that cannot be kept.
pub(super) fn check_refund(refund: &ExternalRefund, code: &str) -> Result<(), Refusal> {
    check::text("id", &refund.id, check::NAME)?;
    for (field, amount) in [
        ("amount", refund.amount),
        ("shippingAmount", refund.shipping_amount),
        ("shippingTaxAmount", refund.shipping_tax_amount),
    ] {
        currency::check_amount(field, amount, code)?;
    }
    if let Some(reason) = &refund.reason {
        check::text("reason", reason, check::NAME)?;
    }
    for (index, line) in refund.lines.iter().enumerate() {
        let place = ["lines".to_owned(), index.to_string()];
        check_quantity(line.quantity).under(&place)?;
        currency::check_amount("amount", line.amount, code).under(&place)?;
        currency::check_amount("taxAmount", line.tax_amount, code).under(&place)?;
        if line.tax_amount > line.amount {
            return Err(invalid("taxAmount", "the tax is more than the amount that it is contained in").under(&place));
        }
    }
    Ok(())
}

fn check_short(field: &str, text: Option<&str>) -> Result<(), Refusal> {
    text.map_or(Ok(()), |text| check::text(field, text, SHORT))
}

fn check_times(order: &ExternalOrder) -> Result<(), Refusal> {
    let known = |field: &str, at: Option<DateTime<Utc>>| match at.is_none_or(|at| value::is_known_year(at.year())) {
        true => Ok(()),
        false => Err(invalid(field, value::YEARS)),
    };
    known("placedAt", Some(order.placed_at))?;
    known("updatedAt", order.updated_at)?;
    known("sentAt", order.sent_at)?;
    known("cancelledAt", order.cancelled.as_ref().map(|end| end.at))?;
    check_short("cancelReason", order.cancelled.as_ref().and_then(|end| end.reason.as_deref()))?;
    known("paidAt", order.payment.as_ref().map(|payment| payment.at))?;
    order.refunds.iter().try_for_each(|refund| known("refundedAt", Some(refund.at)))?;
    let parcels = order.parcels.iter().flat_map(|parcel| [Some(parcel.shipped_at), parcel.delivered_at]);
    parcels.into_iter().try_for_each(|at| known("shippedAt", at))
}

/// Refuses a total that is not the sum of its parts.
fn check_sums(order: &ExternalOrder) -> Result<(), Refusal> {
    let sums = Sums::of(order);
    let most = currency::max_amount();
    for (field, amount) in [("subtotalAmount", sums.subtotal), ("taxAmount", sums.tax), ("totalAmount", sums.total)] {
        if amount > most {
            return Err(invalid(field, format!("the order exceeds {most} {}", order.currency)));
        }
    }
    match sums.total == order.total_amount {
        true => Ok(()),
        false => {
            let [total, sum] = [order.total_amount, sums.total].map(|amount| amount.normalize());
            let message = format!("the total is {total} {}, but its parts add up to {sum}", order.currency);
            Err(invalid("totalAmount", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::external::tests::{line, order};

    #[test]
    fn a_total_is_the_sum_of_its_parts() {
        let taxed = ExternalLine { tax_amount: Decimal::from(5), ..line("1", 2, 50) };
        let mut given = order(vec![taxed], 105);
        assert_eq!(check(&given), Ok(()));
        given.tax_included = true;
        let refused = check(&given).expect_err("the tax is contained in the prices");
        assert_eq!(refused.path, ["totalAmount"]);
        assert!(refused.message.contains("100"), "{}", refused.message);
        given.total_amount = Decimal::from(100);
        assert_eq!(check(&given), Ok(()));
    }

    #[test]
    fn values_that_cannot_be_kept_are_refused_with_their_place() {
        type Change = fn(&mut ExternalOrder);
        let cases: [(Change, &str); 6] = [
            (|order| order.currency = "XXX".to_owned(), "currency"),
            (|order| order.lines[0].price = Decimal::new(50_001, 3), "lines.0.price"),
            (|order| order.lines[0].discount_amount = Decimal::from(1_000), "lines.0.discountAmount"),
            (|order| order.lines[0].quantity = 0, "lines.0.quantity"),
            (|order| order.lines[0].fulfilled_quantity = 3, "lines.0.fulfilledQuantity"),
            (|order| order.total_amount = Decimal::from(-1), "totalAmount"),
        ];
        for (change, path) in cases {
            let mut given = order(vec![line("1", 2, 50)], 100);
            change(&mut given);
            assert_eq!(check(&given).expect_err(path).path.join("."), path);
        }
    }
}
