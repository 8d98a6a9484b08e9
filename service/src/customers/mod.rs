//! Customers: who buys, interactions with them, and their consents.
//!
//! - [`create`], [`update`]: a customer; `fields`: what can be changed. [`merge`]: several that are one person; `moved`,
//!   `carried`: what becomes of what belongs to them. [`disclose`], [`erase`]: what the law gives them a right to.
//!   `subscriptions`: what merging and erasing do to lists. `reached`: where a person is reached, or was.
//! - [`set_consent`]: what somebody allows. `consent`: how it is recorded and read; `holders`: customers who follow it.
//!   `address`: addresses and their hashes.
//! - [`interaction`]: conversations. `touch`: whom a customer met before a sale.
//! - `buyer`: who buys, by id or by e-mail address; `lookup`: how buyers are looked for. `found`: several by their ids.
//!   `alias`: by what customers were known before a merge. `totals`: the sums of a customer's orders.
//! - [`value`]: what a customer is worth. [`score`]: how one compares with the others.
//! - `external`: customers as another system has them. `unlinked`: those whom that system has deleted.

pub(crate) mod address;
pub(crate) mod alias;
mod buyer;
mod carried;
pub(crate) mod consent;
pub mod create;
pub mod disclose;
pub mod erase;
pub(crate) mod external;
mod fields;
mod found;
mod holders;
pub mod interaction;
mod lookup;
pub mod merge;
mod moved;
mod reached;
pub mod score;
pub mod set_consent;
mod subscriptions;
pub(crate) mod totals;
pub(crate) mod touch;
pub(crate) mod unlinked;
pub mod update;
pub mod value;

use entity::{customers, sea_orm_active_enums::CustomerAliasKind};
use uuid::Uuid;

pub(crate) use buyer::{Buyer, find_ahead, find_buyer};
pub(crate) use fields::hold_addresses;
pub(crate) use found::{Found, find_all};

use crate::{
    Error, Result, UnitOfWork, edit,
    refusal::{Code, Refusal},
};

/// What a customer is called in a sentence.
const NOUN: &str = "customer";
/// The most characters of a phone number.
const PHONE: usize = 50;

/// Reads a customer and holds it: nobody edits it before the end of the unit. Whoever was merged is the customer into
/// whom. NOT_FOUND has no path yet.
pub(crate) async fn find(unit: &UnitOfWork, id: Uuid) -> Result<customers::Model> {
    match edit::hold(unit, id).await {
        Err(Error::NotFound(..)) => edit::hold(unit, merged_into(unit, id).await?).await,
        found => found,
    }
}

/// The same without holding the customer, who may change at any time.
async fn look_up(unit: &UnitOfWork, id: Uuid) -> Result<customers::Model> {
    match edit::find(unit, id).await {
        Err(Error::NotFound(..)) => edit::find(unit, merged_into(unit, id).await?).await,
        found => found,
    }
}

/// The customer into whom another one was merged.
async fn merged_into(unit: &UnitOfWork, id: Uuid) -> Result<Uuid> {
    let into = alias::find(unit, CustomerAliasKind::Customer, &id.to_string()).await?;
    into.ok_or(Error::NotFound(NOUN, id))
}

/// Refuses a customer who was erased: nothing is written about that person any more.
pub(crate) fn check_not_erased(customer: &customers::Model) -> Result<(), Refusal> {
    match customer.erased_at {
        Some(_) => Err(Refusal::new(Code::InvalidTransition, "the customer was erased and cannot be changed any more")),
        None => Ok(()),
    }
}
