//! A table as a type.

use sea_orm::EntityTrait;
use service::access::Operation;

use super::table::Table;

/// A table.
pub trait Resource: Send + Sync + Sized + 'static {
    /// The generated entity.
    type Entity: EntityTrait;

    /// What the reader must be allowed to do.
    const GUARD: Option<Operation>;

    /// The table.
    const TABLE: &'static Table;
}

/// A table whose rows have ids.
pub trait Identified: Resource {}
