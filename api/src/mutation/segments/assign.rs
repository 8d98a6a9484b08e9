//! Members by hand.

use service::{batch::ItemResult, segments::assign::Membership};

use crate::{
    customers::{Customer, CustomerSegment},
    mutation::prelude::*,
    write::error::UserError,
};

input! {
    /// A customer to assign to a segment.
    SegmentAssignmentInput => service::segments::assign::Assignment {
        /// The customer.
        customer_id: Id,
        /// The segment.
        segment_id: Id,
        /// How well the customer fits the segment, 0 to 100, with at most two decimals. Default: the score that the
        /// member has, 50 for a new one.
        score: Option<Decimal>,
    }

    /// A customer to remove from a segment.
    SegmentMembershipInput => service::segments::assign::Membership {
        /// The customer.
        customer_id: Id,
        /// The segment.
        segment_id: Id,
    }
}

object! {
    /// The result of one item of `assignSegment` or `unassignSegment`. Items succeed or fail on their own.
    SegmentMembershipResult(ItemResult<Membership>) -> item {
        /// Index of the item in the call, from 0.
        index: i32 = item.index,
        /// The customer. Null if the item was refused.
        customer: Option<Row<Customer>> = item.outcome.map(|it| it.customer_id),
        /// The segment. Null if the item was refused.
        segment: Option<Row<CustomerSegment>> = item.outcome.map(|it| it.segment_id),
        /// Why the item was refused. Empty if it succeeded.
        user_errors: Vec<UserError> = item.refused,
    }
}

verbs! {
    /// Assigns customers to segments by hand: they stay members whatever the criteria of the segment are.
    assign_segment = perform(service::segments::assign::Assign) {
        /// Which customers to which segments, at most 1000 items.
        items: Vec<SegmentAssignmentInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[SegmentMembershipResult];

    /// Removes customers from segments that they were assigned to by hand. For a customer who is not a member nothing
    /// changes; one who is a member by the criteria is refused.
    unassign_segment = perform(service::segments::assign::Unassign) {
        /// Which customers from which segments, at most 1000 items.
        items: Vec<SegmentMembershipInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[SegmentMembershipResult];
}
