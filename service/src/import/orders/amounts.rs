//! How what a file says of a whole order falls to its lines.

use rust_decimal::Decimal;

use super::lines::Line;
use crate::money::allocate;

/// What the file says of the whole order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Amounts {
    /// What the lines cost after all discounts.
    pub(super) subtotal: Decimal,
    pub(super) shipping: Decimal,
    pub(super) taxes: Decimal,
    pub(super) total: Decimal,
}

/// What follows from that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taxed {
    /// Whether the prices contain the taxes.
    pub(super) is_included: bool,
    /// The tax that no line can bear, since all of them cost nothing.
    pub(super) on_shipping: Decimal,
}

/// Why the amounts of an order cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// The subtotal.
    Subtotal(String),
    /// The total.
    Total(String),
}

/// Spreads discounts and taxes over lines, in steps of the currency.
pub(super) fn spread(amounts: &Amounts, lines: &mut [Line], step: Decimal) -> Result<Taxed, Wrong> {
    let gross: Vec<Decimal> = lines.iter().map(|line| line.gross).collect();
    let sum: Decimal = gross.iter().sum();
    let discount = sum - amounts.subtotal;
    if discount < Decimal::ZERO {
        return Err(Wrong::Subtotal(format!("the lines add up to {}, which is less", sum.normalize())));
    }
    // What the lines say of their own discounts counts first.
    let own: Vec<Decimal> = lines.iter().map(|line| line.line.discount_amount).collect();
    let rest = discount - own.iter().sum::<Decimal>();
    let discounts: Vec<Decimal> = if rest < Decimal::ZERO {
        allocate(discount, &gross, step)
    } else {
        let left: Vec<Decimal> = gross.iter().zip(&own).map(|(gross, own)| gross - own).collect();
        allocate(rest, &left, step).into_iter().zip(&own).map(|(part, own)| part + own).collect()
    };
    let net: Vec<Decimal> = gross.iter().zip(&discounts).map(|(gross, discount)| gross - discount).collect();
    let taxes = allocate(amounts.taxes, &net, step);
    for (line, (discount, tax)) in lines.iter_mut().zip(discounts.into_iter().zip(&taxes)) {
        line.line.discount_amount = discount;
        line.line.tax_amount = *tax;
    }
    let on_shipping = amounts.taxes - taxes.iter().sum::<Decimal>();
    Ok(Taxed { is_included: is_included(amounts)?, on_shipping })
}

/// Whether the prices contain the taxes, as the total says.
fn is_included(amounts: &Amounts) -> Result<bool, Wrong> {
    let without = amounts.subtotal + amounts.shipping;
    let with = without + amounts.taxes;
    if amounts.total == with {
        return Ok(false);
    }
    if amounts.total == without {
        return Ok(true);
    }
    let reason = format!(
        "Subtotal, Shipping and Taxes add up to {}, and without Taxes to {}",
        with.normalize(),
        without.normalize()
    );
    Err(Wrong::Total(reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::orders::external::ExternalLine;

    fn cents(amount: i64) -> Decimal {
        Decimal::new(amount, 2)
    }

    fn line(quantity: i32, price: i64, discount: i64) -> Line {
        let line = ExternalLine {
            shopify_id: None,
            shopify_variant_id: None,
            sku: None,
            title: "A print".to_owned(),
            quantity,
            price: cents(price),
            discount_amount: cents(discount),
            tax_amount: Decimal::ZERO,
            tax_percentage: Decimal::ZERO,
            cancelled_quantity: 0,
            unsure_quantity: 0,
            fulfilled_quantity: 0,
            returned_quantity: 0,
        };
        Line { line, gross: cents(price) * Decimal::from(quantity) }
    }

    fn amounts(subtotal: i64, shipping: i64, taxes: i64, total: i64) -> Amounts {
        let [subtotal, shipping, taxes, total] = [subtotal, shipping, taxes, total].map(cents);
        Amounts { subtotal, shipping, taxes, total }
    }

    #[test]
    fn discounts_and_taxes_are_spread_to_the_cent() {
        let mut lines = vec![line(3, 1000, 0), line(1, 500, 100), line(1, 500, 0)];
        let taxed = spread(&amounts(3500, 700, 289, 4489), &mut lines, cents(1)).expect("it adds up");
        assert_eq!(taxed, Taxed { is_included: false, on_shipping: Decimal::ZERO });
        let discounts: Vec<Decimal> = lines.iter().map(|line| line.line.discount_amount).collect();
        assert_eq!(discounts, [cents(308), cents(141), cents(51)]);
        assert_eq!(lines.iter().map(|line| line.line.tax_amount).sum::<Decimal>(), cents(289));
    }

    #[test]
    fn the_total_says_whether_prices_contain_the_taxes() {
        let mut lines = vec![line(1, 11_900, 0)];
        let taxed = spread(&amounts(11_900, 500, 1980, 12_400), &mut lines, cents(1)).expect("it adds up");
        assert!(taxed.is_included);
        let refused = spread(&amounts(11_900, 500, 1980, 12_401), &mut lines, cents(1)).expect_err("a cent too many");
        assert!(matches!(refused, Wrong::Total(reason) if reason.contains("143.8") && reason.contains("124")));
        let refused = spread(&amounts(12_000, 0, 0, 12_000), &mut lines, cents(1)).expect_err("lines cost less");
        assert!(matches!(refused, Wrong::Subtotal(reason) if reason.contains("119")));
    }

    #[test]
    fn tax_that_no_line_bears_is_that_of_shipping() {
        let mut lines = vec![line(1, 1000, 1000)];
        let taxed = spread(&amounts(0, 500, 95, 595), &mut lines, cents(1)).expect("it adds up");
        assert_eq!(taxed, Taxed { is_included: false, on_shipping: cents(95) });
    }
}
