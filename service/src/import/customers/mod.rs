//! Customer exports: one row a customer.
//!
//! - `parse`: what a row says. `take`: bringing many customers at once to say the same.

mod parse;
mod take;

use super::{
    file::{Columns, Earlier, Group, Row, Seen, columns, value},
    process::Kind,
    report::Refusal,
    run::Run,
};
use crate::Result;

columns! {
    /// The columns of a customer export that are read, with the titles that they have had.
    Column {
        Id = "Customer ID",
        Email = "Email",
        FirstName = "First Name",
        LastName = "Last Name",
        Company = "Default Address Company" | "Company",
        Phone = "Phone",
        AcceptsEmail = "Accepts Email Marketing" | "Accepts Marketing",
        AcceptsSms = "Accepts SMS Marketing",
        TotalSpent = "Total Spent",
        TotalOrders = "Total Orders" | "Orders Count",
        Note = "Note",
        Tags = "Tags",
    }
}

/// All that a row says.
const ALL: [Column; 12] = [
    Column::Id,
    Column::Email,
    Column::FirstName,
    Column::LastName,
    Column::Company,
    Column::Phone,
    Column::AcceptsEmail,
    Column::AcceptsSms,
    Column::TotalSpent,
    Column::TotalOrders,
    Column::Note,
    Column::Tags,
];

impl Columns for Column {
    const TITLES: &'static [&'static [&'static str]] = Self::ALL_TITLES;
    const KEY: Self = Self::Email;
    const IS_GROUPED: bool = false;
    const NEEDED: &'static [&'static [Self]] = &[&[Self::Email], &[Self::FirstName], &[Self::LastName]];
    const OTHER_KINDS: &'static [(&'static str, &'static str)] = &[
        ("Lineitem name", "an order export; import it with `orders`"),
        ("Variant Price", PRODUCT_FILE),
        ("Price", PRODUCT_FILE),
        ("COO", STOCK_FILE),
        ("On hand", STOCK_FILE),
        ("On hand (current)", STOCK_FILE),
        ("List", "a file of subscribers; import it with `subscribers`"),
    ];

    fn index(self) -> usize {
        self as usize
    }
}

const PRODUCT_FILE: &str = "a product export; import it with `shopify-products`";
const STOCK_FILE: &str = "an inventory export; import it with `shopify-inventory`";

/// A customer file, and who was named in it so far.
#[derive(Default)]
pub(super) struct Customers {
    seen: Seen,
}

impl Kind for Customers {
    type Column = Column;
    const MAY_CUT: bool = true;

    async fn take(&mut self, run: &mut Run<'_>, group: Group<Column>) -> Result<()> {
        take::take(run, &mut self.seen, &group.rows).await
    }

    fn pass(&mut self, group: &Group<Column>) {
        for row in &group.rows {
            let _ = earlier(&mut self.seen, row);
        }
    }
}

/// How a row relates to the earlier ones that name the same customer, by id or address.
fn earlier(seen: &mut Seen, row: &Row<Column>) -> Result<Earlier, Refusal> {
    let content = ALL.map(|column| row.get(column));
    let mut earlier = Earlier::New;
    // An id that cannot be one names nobody: the row is refused for it.
    let id = value::id(row.get(Column::Id)).ok().flatten().unwrap_or_default();
    let email = row.get(Column::Email).to_lowercase();
    for (column, key, named) in [(Column::Id, "id", id), (Column::Email, "email", email)] {
        if named.is_empty() {
            continue;
        }
        match seen.add(row.line, &[key, &named], &content) {
            Earlier::New => {}
            Earlier::Same => earlier = Earlier::Same,
            Earlier::Other(line) => {
                return Err(row.refuse(column, format!("line {line} says something else of this customer")));
            }
        }
    }
    Ok(earlier)
}
