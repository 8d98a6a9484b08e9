//! Customers, their segments, interactions and consents.

mod consent;
mod customer;
mod interaction;
mod member;
mod preview;
mod score;
mod segment;
mod touchpoint;
mod value;

pub use consent::{Consent, ConsentChannel, ConsentState};
pub use customer::Customer;
pub use interaction::{CustomerInteraction, InteractionChannel};
pub use member::CustomerSegmentMember;
pub(crate) use preview::SegmentQuery;
pub use score::CustomerScore;
pub use segment::{CustomerSegment, SegmentType};
pub use touchpoint::Touchpoint;
pub use value::CustomerValue;

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[
    Customer::TABLE,
    CustomerSegment::TABLE,
    CustomerSegmentMember::TABLE,
    CustomerInteraction::TABLE,
    Consent::TABLE,
    Touchpoint::TABLE,
];
