//! Changing a customer.

use entity::{customers, sea_orm_active_enums::ConsentChannel};
use serde::Serialize;
use uuid::Uuid;

use super::{
    address, check_not_erased,
    fields::{CustomerChanges, hold_address},
};
use crate::{Change, Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, refusal::At};

/// Updates a customer.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The customer.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// The address, which no other customer has.
    pub email: Change<String>,
    /// First name.
    pub first_name: Change<Option<String>>,
    /// Last name.
    pub last_name: Change<Option<String>>,
    /// The company bought for.
    pub company: Change<Option<String>>,
    /// Telephone number.
    pub phone: Change<Option<String>>,
    /// Tags, none with a comma.
    pub tags: Change<Vec<String>>,
    /// A note.
    pub note: Change<Option<String>>,
}

impl Verb for Update {
    /// The customer.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateCustomer;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        if let Change::Set(email) = &self.email {
            // Names are held before rows.
            hold_address(unit, &address::hash(ConsentChannel::Email, email)).await?;
        }
        let before: customers::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        check_not_erased(&before).at(["id"])?;
        let mut customer = before.clone();
        self.changes().apply(unit, &mut customer).await?;
        edit::update(unit, Self::OPERATION, EventKind::CustomerUpdated, &before, customer).await
    }
}

impl Update {
    fn changes(&self) -> CustomerChanges {
        CustomerChanges {
            email: self.email.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            company: self.company.clone(),
            phone: self.phone.clone(),
            tags: self.tags.clone(),
            note: self.note.clone(),
        }
    }
}
