//! Webhooks in: what other systems tell is stored first, and processed then.
//!
//! - [`signature`]: who sent it. [`receive`]: storing it. `payload`: what a database can hold of it.
//! - `event`: what is told, and what became of it. `process`: what is due, one event of an object at a time; `attempt`:
//!   one event; `ending`: what is written of it then; `death`: what follows when it cannot be processed.
//! - [`replay`], [`bind`]: what people do with events that could not be processed. `row`: their rows.
//! - `person`: whom a payload names. `forget`: removing the payloads about a person.
//!
//! Senders tell things in any order and more than once. An event that refers to something unknown waits, and so
//! does one that fails; later ones of the same object go on meanwhile. What follows does not depend on the order.

mod attempt;
pub mod bind;
mod death;
mod ending;
pub(crate) mod event;
mod forget;
mod payload;
mod person;
mod process;
pub mod receive;
pub mod replay;
mod row;
pub mod signature;

pub(crate) use self::{
    forget::forget_person,
    process::{keep, process_due},
    row::{KEPT, wake_all},
};
