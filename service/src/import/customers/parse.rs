//! What a row says of a customer.

use entity::sea_orm_active_enums::{ConsentChannel, ConsentState};
use rust_decimal::Decimal;
use serde_json::json;

use super::Column;
use crate::{
    Change,
    customers::external::{ExternalConsent, ExternalCustomer},
    import::{
        file::{Row, value},
        person::email,
        report::Refusal,
    },
};

/// A customer as the file has it.
pub(super) struct Customer {
    /// The place of its row.
    pub(super) place: usize,
    pub(super) customer: ExternalCustomer,
    /// What it has spent, and with how many orders: to be compared only.
    pub(super) spent: Option<Decimal>,
    pub(super) orders: Option<i32>,
}

/// Reads a row.
pub(super) fn customer(place: usize, row: &Row<Column>) -> Result<Customer, Refusal> {
    let shopify_id = row.read(Column::Id, value::id)?;
    let email = row.read(Column::Email, email)?;
    if shopify_id.is_none() && email.is_none() {
        return Err(row.refuse(Column::Email, "a customer needs an e-mail address or a customer ID"));
    }
    let phone = row.read(Column::Phone, value::phone(50))?;
    let mut consents = Vec::new();
    for (channel, column, has_address) in [
        (ConsentChannel::Email, Column::AcceptsEmail, email.is_some()),
        (ConsentChannel::Sms, Column::AcceptsSms, phone.is_some()),
    ] {
        if let Some(accepts) = row.read(column, value::yes_or_no)?.filter(|_| has_address) {
            consents.push(consent(channel, accepts));
        }
    }
    let customer = ExternalCustomer {
        shopify_id,
        email,
        first_name: change(row, Column::FirstName, value::text(255))?,
        last_name: change(row, Column::LastName, value::text(255))?,
        company: change(row, Column::Company, value::text(255))?,
        phone: if row.has(Column::Phone) { Change::Set(phone) } else { Change::Keep },
        tags: change(row, Column::Tags, value::tags)?,
        note: change(row, Column::Note, value::text(10_000))?,
        consents,
        updated_at: None,
    };
    let spent = row.read(Column::TotalSpent, value::amount_or_none)?;
    let orders = row.read(Column::TotalOrders, value::quantity_or_none)?;
    Ok(Customer { place, customer, spent, orders })
}

/// The file does not say since when.
fn consent(channel: ConsentChannel, accepts: bool) -> ExternalConsent {
    ExternalConsent {
        channel,
        state: if accepts { ConsentState::Granted } else { ConsentState::Withdrawn },
        source: "import".to_owned(),
        evidence: json!({ "file": "Shopify customer export" }),
        occurred_at: None,
    }
}

fn change<T, E: Into<String>>(
    row: &Row<Column>,
    column: Column,
    meaning: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Change<T>, Refusal> {
    if row.has(column) { row.read(column, meaning).map(Change::Set) } else { Ok(Change::Keep) }
}
