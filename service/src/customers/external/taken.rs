//! What is taken over of a customer.

use entity::{customers, sea_orm_active_enums::CustomerAliasKind};
use uuid::Uuid;

use super::{
    Conflict, ExternalCustomer, Outcome, Put,
    locked::{Found, Locked, email_of, phone_of},
};
use crate::{
    Change, Error, Result, UnitOfWork,
    customers::{address, create::blank, fields::CustomerChanges},
    edit::check,
    refusal::{Code, Refusal},
};

impl Locked {
    /// Takes a customer. One that is refused changes nothing.
    pub(super) async fn put(&mut self, unit: &mut UnitOfWork, customer: &ExternalCustomer) -> Result<Put> {
        if let Some(id) = &customer.shopify_id {
            check::text("shopifyId", id, check::NAME)?;
        }
        let email = email_of(customer);
        if let Some(email) = &email {
            address::check_email("email", email)?;
        }
        let email = email.as_deref();
        match self.find(customer.shopify_id.as_deref(), email) {
            Found::Own(place) => self.change(unit, customer, place, email).await,
            Found::Nobody => self.create(unit, customer, email).await,
            Found::Erased(Some(id)) => Ok(done(id, Outcome::Erased)),
            Found::Erased(None) => Err(erased().into()),
            Found::OfOther(place, other) => {
                let put = self.take_consents(unit, customer, self.id_at(place)?, email);
                Ok(Put { conflict: Some(Conflict::OtherShopifyId(other)), ..put })
            }
            Found::Merged(place) => {
                let id = self.id_at(place)?;
                self.lead(customer, id);
                Ok(self.take_consents(unit, customer, id, email))
            }
        }
    }

    async fn create(&mut self, unit: &mut UnitOfWork, customer: &ExternalCustomer, email: Option<&str>) -> Result<Put> {
        let email = email.ok_or_else(|| check::invalid("email", "a new customer needs an e-mail address"))?;
        let mut row = customers::Model {
            shopify_customer_id: customer.shopify_id.clone(),
            email: email.to_owned(),
            accepts_marketing: self.consents.accepts(email),
            source_updated_at: customer.updated_at.map(Into::into),
            ..blank(unit, self.currency.clone())
        };
        changes(customer).apply(unit, &mut row).await?;
        self.make_free(unit, email).await?;
        let id = row.id;
        self.add(None, row);
        let put = self.take_consents(unit, customer, id, Some(email));
        Ok(Put { outcome: Outcome::Created, ..put })
    }

    async fn change(
        &mut self,
        unit: &mut UnitOfWork,
        customer: &ExternalCustomer,
        place: usize,
        email: Option<&str>,
    ) -> Result<Put> {
        let known = self.held.get(place).map(|held| held.now.clone()).ok_or_else(gone)?;
        let seen = known.source_updated_at.map(|at| at.to_utc());
        if customer.updated_at.zip(seen).is_some_and(|(updated, seen)| updated < seen) {
            return Ok(done(known.id, Outcome::Stale));
        }
        let mut row = known.clone();
        if customer.shopify_id.is_some() {
            row.shopify_customer_id.clone_from(&customer.shopify_id);
        }
        if let Some(updated_at) = customer.updated_at {
            row.source_updated_at = Some(updated_at.into());
        }
        let conflict = email.and_then(|email| self.readdress(&mut row, email));
        changes(customer).apply(unit, &mut row).await?;
        if row.email != known.email {
            self.make_free(unit, &row.email).await?;
            self.by_email.remove(&known.email);
            self.by_email.insert(row.email.clone(), place);
            self.freed.insert(known.email.clone());
        }
        if let Some(shopify_id) = &row.shopify_customer_id {
            self.by_shopify_id.insert(shopify_id.clone(), place);
        }
        let is_changed = !is_same(&known, &row);
        if let Some(held) = self.held.get_mut(place) {
            held.now = row;
        }
        let put = self.take_consents(unit, customer, known.id, email);
        let outcome = if is_changed { Outcome::Updated } else { put.outcome };
        Ok(Put { outcome, conflict, ..put })
    }

    /// Gives a customer another address, unless it is somebody else's, or was of somebody who was erased.
    fn readdress(&self, row: &mut customers::Model, email: &str) -> Option<Conflict> {
        if row.email == email || self.erased_at(email).is_some() {
            return None;
        }
        if let Some(owner) = self.owner_beside(row.id, email) {
            return Some(Conflict::EmailTaken(owner));
        }
        email.clone_into(&mut row.email);
        row.accepts_marketing = self.consents.accepts(email);
        None
    }

    /// Has the database know of it first, if another customer at hand gave the address up.
    async fn make_free(&mut self, unit: &mut UnitOfWork, email: &str) -> Result<()> {
        if self.freed.contains(email) {
            self.write(unit).await?;
        }
        Ok(())
    }

    /// Has the Shopify id of somebody who was merged lead to the customer.
    fn lead(&mut self, customer: &ExternalCustomer, into: Uuid) {
        let Some(shopify_id) = &customer.shopify_id else { return };
        if self.merged.insert((CustomerAliasKind::Shopify, shopify_id.clone()), into).is_none() {
            self.led.push((shopify_id.clone(), into));
        }
    }

    fn take_consents(&mut self, unit: &UnitOfWork, customer: &ExternalCustomer, id: Uuid, email: Option<&str>) -> Put {
        let taken = self.consents.take(&customer.consents, email, phone_of(customer), id, unit.now());
        let outcome = if taken.is_recorded { Outcome::Updated } else { Outcome::Unchanged };
        Put { is_suppressed: taken.is_suppressed, ..done(id, outcome) }
    }

    fn id_at(&self, place: usize) -> Result<Uuid> {
        self.held.get(place).map(|held| held.now.id).ok_or_else(gone)
    }
}

/// Whether nothing was changed but when the other system changed something.
pub(super) fn is_same(before: &customers::Model, after: &customers::Model) -> bool {
    customers::Model { source_updated_at: before.source_updated_at, ..after.clone() } == *before
}

/// What is changed of a customer, but for the address.
fn changes(customer: &ExternalCustomer) -> CustomerChanges {
    CustomerChanges {
        email: Change::Keep,
        first_name: customer.first_name.clone(),
        last_name: customer.last_name.clone(),
        company: customer.company.clone(),
        phone: customer.phone.clone(),
        tags: customer.tags.clone(),
        note: customer.note.clone(),
    }
}

fn done(id: Uuid, outcome: Outcome) -> Put {
    Put { id, outcome, conflict: None, is_suppressed: false }
}

fn gone() -> Error {
    Error::internal("a customer at hand is gone")
}

fn erased() -> Refusal {
    Refusal::new(Code::InvalidTransition, "the person with this address was erased and is not taken over again")
        .at(["email"])
}
