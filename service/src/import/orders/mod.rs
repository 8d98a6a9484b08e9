//! Order exports: one row a line, the order's own fields on the first row of its name.
//!
//! - `parse`: what an order's rows say. `lines`: its lines; `amounts`: how the amounts of the whole order are
//!   spread over them; `address`: where people are.
//! - `take`: writing the order, beside what is known of its money.

mod address;
mod amounts;
mod lines;
mod parse;
mod take;

use super::{
    file::{Columns, Earlier, Group, Seen, columns, value},
    process::Kind,
    report::Refusal,
    run::Run,
};
use crate::Result;

columns! {
    /// The columns of an order export that are read.
    Column {
        Name = "Name",
        Id = "Id",
        Email = "Email",
        FinancialStatus = "Financial Status",
        PaidAt = "Paid at",
        FulfillmentStatus = "Fulfillment Status",
        FulfilledAt = "Fulfilled at",
        Currency = "Currency",
        Subtotal = "Subtotal",
        Shipping = "Shipping",
        Taxes = "Taxes",
        Total = "Total",
        DiscountCode = "Discount Code",
        ShippingMethod = "Shipping Method",
        CreatedAt = "Created at",
        CancelledAt = "Cancelled at",
        PaymentMethod = "Payment Method",
        PaymentReference = "Payment Reference",
        RefundedAmount = "Refunded Amount",
        Outstanding = "Outstanding Balance",
        Tags = "Tags",
        Notes = "Notes",
        LineQuantity = "Lineitem quantity",
        LineName = "Lineitem name",
        LinePrice = "Lineitem price",
        LineSku = "Lineitem sku",
        LineDiscount = "Lineitem discount",
        LineStatus = "Lineitem fulfillment status",
        BillingName = "Billing Name",
        BillingCompany = "Billing Company",
        BillingAddress1 = "Billing Address1",
        BillingAddress2 = "Billing Address2",
        BillingCity = "Billing City",
        BillingZip = "Billing Zip",
        BillingProvince = "Billing Province",
        BillingCountry = "Billing Country",
        BillingPhone = "Billing Phone",
        ShippingName = "Shipping Name",
        ShippingCompany = "Shipping Company",
        ShippingAddress1 = "Shipping Address1",
        ShippingAddress2 = "Shipping Address2",
        ShippingCity = "Shipping City",
        ShippingZip = "Shipping Zip",
        ShippingProvince = "Shipping Province",
        ShippingCountry = "Shipping Country",
        ShippingPhone = "Shipping Phone",
    }
}

impl Columns for Column {
    const TITLES: &'static [&'static [&'static str]] = Self::ALL_TITLES;
    const KEY: Self = Self::Name;
    const NEEDED: &'static [&'static [Self]] = &[
        &[Self::Name],
        &[Self::Currency],
        &[Self::Subtotal],
        &[Self::Total],
        &[Self::CreatedAt],
        &[Self::FinancialStatus],
        &[Self::LineQuantity],
        &[Self::LineName],
        &[Self::LinePrice],
    ];
    const OTHER_KINDS: &'static [(&'static str, &'static str)] = &[
        ("Variant Price", PRODUCT_FILE),
        ("Price", PRODUCT_FILE),
        ("COO", STOCK_FILE),
        ("On hand", STOCK_FILE),
        ("On hand (current)", STOCK_FILE),
        ("Accepts Email Marketing", "a customer export; import it with `customers`"),
    ];

    fn index(self) -> usize {
        self as usize
    }
}

const PRODUCT_FILE: &str = "a product export; import it with `shopify-products`";
const STOCK_FILE: &str = "an inventory export; import it with `shopify-inventory`";

/// An order file, and the names and ids that it had so far.
#[derive(Default)]
pub(super) struct Orders {
    names: Seen,
    ids: Seen,
}

impl Kind for Orders {
    type Column = Column;
    const MAY_CUT: bool = false;

    async fn take(&mut self, run: &mut Run<'_>, group: Group<Column>) -> Result<()> {
        let read = match self.refuse_group(&group) {
            Some(refusal) => Err(vec![refusal]),
            None => parse::order(&group.rows, run.options.now),
        };
        match read {
            Ok(parsed) => take::take(run, &group.rows, &parsed).await,
            Err(refusals) => {
                run.report.orders.refused += 1;
                run.refuse(refusals);
                Ok(())
            }
        }
    }

    fn pass(&mut self, group: &Group<Column>) {
        let _ = self.refuse_group(group);
    }
}

impl Orders {
    /// Why a group of rows cannot be an order, whatever they say.
    fn refuse_group(&mut self, group: &Group<Column>) -> Option<Refusal> {
        let first = group.rows.first()?;
        if group.key.is_empty() {
            return Some(first.refuse(Column::Name, "the name of the order is missing"));
        }
        // The line makes every group's content another: the second one of a name or of an id is never the same.
        let line = first.line.to_string();
        if let Earlier::Other(line) = self.names.add(first.line, &[&group.key], &[&line]) {
            let reason =
                format!("other rows of this order begin on line {line}; an order's rows must follow each other");
            return Some(first.refuse(Column::Name, reason));
        }
        if let Some(id) = value::id(first.get(Column::Id)).ok().flatten()
            && let Earlier::Other(other) = self.ids.add(first.line, &[&id], &[&line])
        {
            let reason = format!("the order on line {other} has this id; import the file as it was exported");
            return Some(first.refuse(Column::Id, reason));
        }
        if group.lacks_rows {
            return Some(first.refuse(Column::Name, "a row of this order cannot be read"));
        }
        group.is_too_large.then(|| first.refuse(Column::Name, "this order's rows are larger than 32 MiB"))
    }
}
