//! The limit: hand-written SQL of the same effect, in as few round trips as can be.
//!
//! - `place`: an order. `count`: counts of stock. `capture`: money that came in. `spend`: money of a budget. `import`:
//!   products. `fill`: the rows before.
//! - `act`: how something is written on each engine, in one transaction: PostgreSQL gets one statement.
//! - `database`: where that is.
//!
//! The database has the tables, indexes and checks of the shop. On SQLite there is one connection, which writes one
//! transaction after the other: several would wait for its write lock in a worse way.

mod act;
mod capture;
mod count;
mod database;
mod fill;
mod import;
mod place;
mod spend;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use tests::bench::{Round, over_tasks};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

pub(crate) use self::act::Act;
use self::database::Place;

/// A database of its own, which is gone afterwards.
pub(crate) struct Limit {
    runtime: Runtime,
    connection: DatabaseConnection,
    place: Place,
    /// In the order of their ids.
    variants: Vec<Uuid>,
    /// Those with the orders that they are for.
    payments: Vec<(Uuid, Uuid)>,
    /// The root slice of a budget.
    slice: Uuid,
}

/// How much of everything there is.
pub(crate) struct Sizes {
    pub(crate) variants: usize,
    pub(crate) payments: usize,
}

impl Limit {
    /// Makes the database: where the URL says, else a SQLite file.
    pub(crate) fn open(url: Option<&str>, sizes: &Sizes) -> Result<Self, String> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
        let place = Place::of(url)?;
        let connection = runtime.block_on(place.open()).map_err(told)?;
        let (variants, payments, slice) = (Vec::new(), Vec::new(), Uuid::nil());
        let mut limit = Self { runtime, connection, place, variants, payments, slice };
        let filled = limit.runtime.block_on(fill::fill(&limit.connection, sizes)).map_err(told)?;
        (limit.variants, limit.payments, limit.slice) = filled;
        Ok(limit)
    }

    /// A round over connections.
    pub(crate) fn round<C: AsyncFnMut() -> usize>(&self, connections: usize, start: impl Fn(usize) -> C) -> Round {
        self.runtime.block_on(over_tasks(connections, start))
    }

    /// Sets the quantity of all variants, in one transaction.
    pub(crate) fn set_all(&self, pieces: i64) -> Result<(), String> {
        self.runtime.block_on(self.set(0..self.variants.len(), pieces)).map_err(told)
    }

    /// Adds products with this number of variants each.
    pub(crate) fn import(&self, products: usize, variants: usize) -> Result<(), String> {
        self.runtime.block_on(import::import(&self.connection, products, variants)).map_err(told)
    }

    /// How many rows a table has.
    pub(crate) fn rows(&self, table: &str) -> Result<i64, String> {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let statement = Statement::from_string(self.connection.get_database_backend(), sql);
        let row = self.runtime.block_on(self.connection.query_one_raw(statement)).map_err(told)?;
        row.ok_or("a count has no row")?.try_get_by_index(0).map_err(told)
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        self.runtime.block_on(self.place.remove(&self.connection));
    }
}

fn told(error: DbErr) -> String {
    format!("the database of the limit: {error}")
}
