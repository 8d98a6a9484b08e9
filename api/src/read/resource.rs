//! The type of a table's rows.

use sea_orm::EntityTrait;
use service::access::Operation;
use uuid::Uuid;

use super::table::{AnyRow, Table};

/// The rows of a table.
pub trait Resource: AnyRow + Sized {
    /// The generated entity.
    type Entity: EntityTrait;

    /// What the reader must be allowed to do.
    const GUARD: Option<Operation>;

    /// The table.
    const TABLE: &'static Table;
}

/// A resource with a key of its own.
pub trait Identified: Resource {
    /// A row of which the key is known and nothing else.
    fn of(id: Uuid) -> Self;
}
