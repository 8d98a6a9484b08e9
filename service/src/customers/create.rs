//! Adding a customer.

use entity::customers;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::fields::CustomerChanges;
use crate::{Change, Result, UnitOfWork, Verb, access::Operation, edit, settings};

/// Creates a customer.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// The address, which no other customer has.
    pub email: String,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// The company bought for.
    pub company: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Tags, none with a comma.
    pub tags: Vec<String>,
    /// A note.
    pub note: Option<String>,
}

impl Verb for Create {
    /// The customer.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreateCustomer;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let mut customer = blank(unit, settings::load(unit).await?.currency);
        self.changes().apply(unit, &mut customer).await?;
        edit::insert(unit, Self::OPERATION, customer).await
    }
}

impl Create {
    fn changes(&self) -> CustomerChanges {
        CustomerChanges {
            email: Change::Set(self.email.clone()),
            first_name: Change::Set(self.first_name.clone()),
            last_name: Change::Set(self.last_name.clone()),
            company: Change::Set(self.company.clone()),
            phone: Change::Set(self.phone.clone()),
            tags: Change::Set(self.tags.clone()),
            note: Change::Set(self.note.clone()),
        }
    }
}

/// A customer without data, address and orders.
pub(super) fn blank(unit: &UnitOfWork, currency: String) -> customers::Model {
    customers::Model {
        id: Uuid::now_v7(),
        shopify_customer_id: None,
        email: String::new(),
        first_name: None,
        last_name: None,
        company: None,
        phone: None,
        tags: json!([]),
        total_spent: Decimal::ZERO,
        orders_count: 0,
        average_order_value: None,
        currency,
        last_order_date: None,
        accepts_marketing: false,
        vip_status: false,
        version: 1,
        created_at: unit.now().into(),
        updated_at: unit.now().into(),
        note: None,
        erased_at: None,
        source_updated_at: None,
        email_hash: None,
        phone_hash: None,
    }
}
