//! Orders: what is sold, from the quote to the end.
//!
//! - [`draft`], [`place`], [`confirm`], [`update`], [`complete`], [`edit`], [`cancel`]: an order, step by step.
//!   [`quote`]: what an order would cost. [`fulfil`]: its parcels. [`returns`]: what comes back of it.
//! - `wanted`: what they have in common: what is wanted, by whom. `lines`: its prices and rows; `again`: the prices of
//!   rows that are there.
//! - `state`: what can be done in which status. `settle`: the statuses and sums that follow from lines and payments.
//!   `late`: money for an order that has ended. `expire`: orders whose time is over.
//! - `rows`: the tables. `sums`, [`money`]: what payments and lines come to; `report`: in the shop's currency. `number`:
//!   order numbers. `uses`: discounts that are used up. [`pieces`], `part`: what parcels and returns have in common.
//!   `persons`: whose orders they are, when customers are merged or erased. `external`: orders that another system decided
//!   about.

mod again;
pub mod cancel;
pub mod complete;
pub mod confirm;
pub mod draft;
pub mod edit;
mod expire;
pub(crate) mod external;
pub mod fulfil;
mod late;
mod lines;
pub mod money;
mod number;
mod part;
mod persons;
pub mod pieces;
pub mod place;
pub mod quote;
mod report;
pub mod returns;
mod rows;
mod settle;
pub(crate) mod state;
mod sums;
pub mod update;
mod uses;
pub mod wanted;

use entity::orders;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

pub(crate) use expire::{expire, write_expired};
pub(crate) use late::late_money;
pub(crate) use persons::{
    Open, check_all_of_customers, find_open, forget_person, hand_over, lock_of_customers, lock_of_person,
};
pub(crate) use rows::items;
pub(crate) use settle::{settle, settle_known};
pub(crate) use sums::{money as money_of, pieces as pieces_of};

use crate::{Error, Result, UnitOfWork};

/// Reads an order and locks it. NOT_FOUND has no path yet.
pub(crate) async fn lock(unit: &UnitOfWork, id: Uuid) -> Result<orders::Model> {
    let found = orders::Entity::find_by_id(id).lock_exclusive().one(unit.txn().await?).await?;
    found.ok_or(Error::NotFound(rows::NOUN, id))
}

/// Reads orders and locks them, in the order of their ids. Those that are not there are left out.
pub(crate) async fn lock_all(unit: &UnitOfWork, ids: &[Uuid]) -> Result<Vec<orders::Model>> {
    let found = orders::Entity::find().filter(orders::Column::Id.is_in(ids.iter().copied()));
    Ok(found.order_by_asc(orders::Column::Id).lock_exclusive().all(unit.txn().await?).await?)
}
