//! Disclosing all that is kept about a person.

use entity::{
    campaign_recipients, consents, customer_aliases, customer_interactions, customer_segment_members, customers,
    discount_uses, email_subscribers, fulfillments, order_items, orders, payments, refunds, returns, touchpoints,
    transactions,
};
use sea_orm::{
    ColumnTrait, Condition, DatabaseConnection, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{IntoCondition, SelectStatement},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{NOUN, find};
use crate::{Error, Result, Service, UnitOfWork, Verb, access::Operation, edit, refusal::At};

/// Discloses all that is kept about a customer.
#[derive(Clone, Debug, Serialize)]
pub struct Disclose {
    /// The customer.
    pub id: Uuid,
}

/// About whom it is. An outcome is kept, and may outlive the wish to be forgotten: it has nothing of the person itself.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Disclosed {
    /// The customer.
    pub customer: Uuid,
    /// What is kept.
    pub kept: Kept,
}

/// All that is kept about the customer with this id, read when it is shown.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Kept(pub Uuid);

impl Verb for Disclose {
    type Outcome = Disclosed;
    const OPERATION: Operation = Operation::DiscloseCustomer;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Disclosed> {
        let customer = find(unit, self.id).await.at(["id"])?.id;
        unit.record(Self::OPERATION, "Customer", customer, Json::Null, Json::Null);
        Ok(Disclosed { customer, kept: Kept(customer) })
    }
}

/// Reads rows of tables into lists: those `of` the customer or of the customer's orders, by this column, or for which a
/// condition holds.
macro_rules! read_tables {
    (@condition $table:ident of $id:ident by CustomerId) => { $table::Column::CustomerId.eq($id) };
    (@condition $table:ident of $id:ident by OrderId) => { $table::Column::OrderId.in_subquery(orders_of($id)) };
    (@condition $table:ident of $id:ident where $condition:expr) => { $condition };
    ($db:ident, $id:ident, $all:ident: $($name:literal: $table:ident $by:tt $condition:tt;)+) => {$(
        let condition = read_tables!(@condition $table of $id $by $condition);
        $all.insert($name.to_owned(), rows::<$table::Entity>($db, condition).await?);
    )+};
}

impl Kept {
    /// Reads it: an object with a list for each table, rows as GraphQL shows them.
    pub async fn read(self, service: &Service) -> Result<Json> {
        let (db, id) = (service.database().reader(), self.0);
        let customer = customers::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound(NOUN, id))?;
        let hashes = [customer.email_hash.clone(), customer.phone_hash.clone()].into_iter().flatten();
        let said = Condition::any().add(consents::Column::CustomerId.eq(id));
        let said = said.add(consents::Column::AddressHash.is_in(hashes));
        let subscribed = Condition::any().add(email_subscribers::Column::CustomerId.eq(id));
        let subscribed = subscribed.add(email_subscribers::Column::Email.eq(customer.email.as_str()));
        let mut all = Map::new();
        all.insert("customer".to_owned(), edit::document(&customer).into());
        read_tables! { db, id, all:
            "aliases": customer_aliases by CustomerId;
            "consents": consents where said;
            "subscriptions": email_subscribers where subscribed;
            "segments": customer_segment_members by CustomerId;
            "interactions": customer_interactions by CustomerId;
            "touchpoints": touchpoints by CustomerId;
            "campaignRecipients": campaign_recipients by CustomerId;
            "orders": orders by CustomerId;
            "orderItems": order_items by OrderId;
            "fulfillments": fulfillments by OrderId;
            "returns": returns by OrderId;
            "payments": payments by OrderId;
            "refunds": refunds by OrderId;
            "discountUses": discount_uses by CustomerId;
            "transactions": transactions by CustomerId;
        }
        Ok(all.into())
    }
}

/// The ids of a customer's orders.
fn orders_of(customer: Uuid) -> SelectStatement {
    let orders = orders::Entity::find().select_only().column(orders::Column::Id);
    orders.filter(orders::Column::CustomerId.eq(customer)).into_query()
}

/// The rows of a table for which a condition holds.
async fn rows<E: EntityTrait>(db: &DatabaseConnection, condition: impl IntoCondition) -> Result<Json> {
    let rows = E::find().filter(condition).all(db).await?;
    Ok(rows.iter().map(edit::document).collect())
}
