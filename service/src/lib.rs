//! What the shop and its agents do, free of GraphQL and HTTP.
//!
//! - [`access`]: which role may do what. [`principal`]: who acts. [`keys`]: how a caller shows it.
//! - [`verb`]: what a principal does; [`unit_of_work`]: one transaction, with what it tells the world.
//! - [`events`], [`audit`]: what is told. [`signals`]: who is woken. [`clock`]: where the time comes from.
//! - [`refusal`], [`error`]: what can go wrong, for every caller. [`limits`]: fixed limits. `retry`: what is tried again.
//!   [`value`]: what no database can hold. [`state`]: how things move between states.
//! - [`agents`], [`goals`], [`workflows`]: the records that work is made of; `edit`: how records are edited.
//! - [`catalog`]: what is sold, and for how much.
//! - [`stock`]: how many pieces of what are where, and to whom they are promised.
//! - [`money`]: arithmetic of amounts. [`pricing`]: what an order costs. [`payments`]: money for orders, and back.
//! - [`orders`]: what is sold, from the quote to the end. [`customers`]: who buys.
//! - [`webhooks`]: what other systems tell, and are told.
//! - [`segments`]: groups of customers. [`marketing`]: whom the company writes to.
//! - [`finance`]: budgets, the books, and whom revenue is credited to. [`analytics`]: KPIs, and reports of a period.
//! - [`insight`]: what dashboards show.
//! - [`work`]: the work engine. [`system`]: events, configurations and reports.
//! - `settings`: the configurations that rules depend on. `authority`: what agents may do without an approval.
//!   `followup`: tasks for what has to be done outside. [`batch`]: calls with many items.
//! - `shared`: calls that share a transaction. `memory`: what a unit of work knows already.
//! - [`retention`]: what is removed when it is old. [`readiness`]: whether requests can be served. [`servers`]: which others
//!   use the database.
//! - [`measures`]: what is counted and timed, for whoever watches the server.
//! - [`consistency`]: what must hold between rows, asked of a whole database.
//! - [`hash`]: hashes that are stored or handed out. [`links`]: signed links. [`zone`]: periods where the shop is.
//! - [`database`]: connecting, the two engines, transactions.
//! - [`import`]: the exports of a Shopify shop. [`export`]: the same files of this one.
//! - [`jobs`]: long work on many rows, with its files.
//! - [`seed`]: made-up rows: the demo data, and load tests.

pub mod access;
pub mod agents;
pub mod analytics;
pub mod audit;
mod authority;
pub mod batch;
pub mod catalog;
pub mod clock;
pub mod consistency;
pub mod customers;
pub mod database;
mod edit;
pub mod error;
pub mod events;
pub mod export;
pub mod finance;
pub mod goals;
pub mod hash;
pub mod import;
pub mod insight;
pub mod jobs;
pub mod keys;
pub mod limits;
pub mod links;
pub mod marketing;
pub mod measures;
mod memory;
pub mod money;
pub mod orders;
pub mod payments;
pub mod pricing;
pub mod principal;
pub mod readiness;
pub mod refusal;
pub mod retention;
mod retry;
pub mod seed;
pub mod segments;
pub mod servers;
mod settings;
mod shared;
pub mod signals;
pub mod state;
pub mod stock;
pub mod system;
pub mod unit_of_work;
pub mod value;
pub mod verb;
pub mod webhooks;
pub mod work;
pub mod workflows;
pub mod zone;

pub use error::{Error, Result};
pub use shared::Joint;
pub use unit_of_work::{Actor, Service, UnitOfWork};
pub use verb::{Change, Done, Verb};
pub(crate) use work::followup;
