//! Who buys, in which segments, and what was said.

mod customer;
mod interaction;
mod member;
mod segment;

pub use customer::Customer;
pub use interaction::{CustomerInteraction, InteractionChannel};
pub use member::CustomerSegmentMember;
pub use segment::{CustomerSegment, SegmentType};

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] =
    &[Customer::TABLE, CustomerSegment::TABLE, CustomerSegmentMember::TABLE, CustomerInteraction::TABLE];
