//! Who buys, in which segments, and what was said.

mod customer;
mod interaction;
mod member;
mod segment;

use async_graphql::MergedObject;

pub use customer::Customer;
pub use interaction::{CustomerInteraction, InteractionChannel};
pub use member::CustomerSegmentMember;
pub use segment::{CustomerSegment, SegmentType};

/// The root fields of this domain.
#[derive(Debug, Default, MergedObject)]
pub struct CustomersQuery(
    customer::CustomerQuery,
    segment::CustomerSegmentQuery,
    member::CustomerSegmentMemberQuery,
    interaction::CustomerInteractionQuery,
);
