//! What can be done with an order in which status.

use entity::{
    orders,
    sea_orm_active_enums::{FulfillmentStatus, OrderStatus},
};
use rust_decimal::Decimal;

use self::{
    Need::{Captured, OutAndPaid, Shipped, Unshipped},
    Verdict::{Allowed, Becomes, Late, Refused, Same},
};
use super::is_out_and_paid;
use crate::{
    refusal::Refusal,
    state::{self, State},
};

/// What is done with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// A draft becomes an order.
    Place,
    /// Its lines change.
    Edit,
    /// The shop accepts it.
    Confirm,
    /// Money is authorised or comes in: a fact.
    Pay,
    /// The time is over for which its stock, or its quote, was kept.
    Expire,
    /// A parcel is prepared.
    Fulfil,
    /// A parcel leaves.
    Ship,
    /// A parcel arrives.
    Deliver,
    /// Goods come back.
    Return,
    /// Money is to go back.
    Refund,
    /// It is finished.
    Complete,
    /// It is called off.
    Cancel,
}

/// What the table says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It cannot be done.
    Refused,
    /// It can be asked for, and changes nothing.
    Same,
    /// It can be done.
    Allowed,
    /// It can be done, and the order has this status then.
    Becomes(OrderStatus),
    /// Money that comes after the end: the order comes back, or the money goes back.
    Late,
}

/// What else must hold of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// Some of its money was captured.
    Captured,
    /// Everything went out and was paid.
    OutAndPaid,
    /// Something went out.
    Shipped,
    /// Nothing went out.
    Unshipped,
}

/// The table.
const fn cell(status: OrderStatus, act: Act) -> (Verdict, Option<Need>) {
    use OrderStatus::{Cancelled, Completed, Confirmed, Draft, Pending, Processing};
    match (status, act) {
        (Draft, Act::Place) => (Becomes(Pending), None),
        (Draft | Pending | Confirmed | Processing, Act::Edit) => (Allowed, None),
        (Pending, Act::Confirm) => (Becomes(Confirmed), None),
        (Confirmed | Processing, Act::Confirm) => (Same, None),
        (Pending | Confirmed | Processing | Completed, Act::Pay) => (Allowed, None),
        (Cancelled, Act::Pay) => (Late, None),
        (Draft | Pending, Act::Expire) => (Becomes(Cancelled), None),
        (_, Act::Expire) => (Same, None),
        (Confirmed, Act::Fulfil) => (Becomes(Processing), None),
        (Processing, Act::Fulfil | Act::Ship | Act::Deliver) | (Completed, Act::Deliver) => (Allowed, None),
        (Processing | Completed, Act::Return) => (Allowed, Some(Shipped)),
        (Pending | Confirmed | Processing | Completed | Cancelled, Act::Refund) => (Allowed, Some(Captured)),
        (Processing, Act::Complete) => (Becomes(Completed), Some(OutAndPaid)),
        (Completed, Act::Complete) | (Cancelled, Act::Cancel) => (Same, None),
        (Draft | Pending | Confirmed, Act::Cancel) => (Becomes(Cancelled), None),
        (Processing, Act::Cancel) => (Becomes(Cancelled), Some(Unshipped)),
        _ => (Refused, None),
    }
}

/// Asks the table about an order; refuses what it does not allow.
pub(crate) fn check(order: &orders::Model, act: Act) -> Result<Verdict, Refusal> {
    let (verdict, need) = cell(order.status, act);
    let refuse = |message: String| match verdict {
        Becomes(status) => state::refuse(order.status, status, message),
        _ => state::refuse_in(order.status, message),
    };
    let status = state::name(&order.status);
    if verdict == Refused {
        return Err(refuse(format!("the order is {status} and cannot be {}", act.participle())));
    }
    match need.filter(|need| !need.holds(order)) {
        Some(need) => Err(refuse(format!("the order is {status}: {}", need.reason()))),
        None => Ok(verdict),
    }
}

impl Act {
    const fn participle(self) -> &'static str {
        match self {
            Self::Place => "placed",
            Self::Edit => "edited",
            Self::Confirm => "confirmed",
            Self::Pay => "paid",
            Self::Expire => "expired",
            Self::Fulfil => "fulfilled",
            Self::Ship => "shipped",
            Self::Deliver => "delivered",
            Self::Return => "returned",
            Self::Refund => "refunded",
            Self::Complete => "completed",
            Self::Cancel => "cancelled",
        }
    }
}

impl Need {
    fn holds(self, order: &orders::Model) -> bool {
        match self {
            Captured => order.captured_amount > Decimal::ZERO,
            OutAndPaid => is_out_and_paid(order),
            Shipped => order.fulfillment_status != FulfillmentStatus::Unfulfilled,
            Unshipped => order.fulfillment_status == FulfillmentStatus::Unfulfilled,
        }
    }

    const fn reason(self) -> &'static str {
        match self {
            Captured => "none of its money was captured",
            OutAndPaid => "it is completed when everything was shipped and paid",
            Shipped => "nothing of it was shipped",
            Unshipped => "a part of it was shipped already",
        }
    }
}

/// Where an order can go. One that was cancelled comes back only by money that was late.
impl State for OrderStatus {
    const NOUN: &'static str = "order";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::Pending, Self::Cancelled],
            Self::Pending => &[Self::Confirmed, Self::Cancelled],
            Self::Confirmed => &[Self::Processing, Self::Cancelled],
            Self::Processing => &[Self::Completed, Self::Cancelled],
            Self::Completed | Self::Cancelled => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUSES: [OrderStatus; 6] = [
        OrderStatus::Draft,
        OrderStatus::Pending,
        OrderStatus::Confirmed,
        OrderStatus::Processing,
        OrderStatus::Completed,
        OrderStatus::Cancelled,
    ];

    /// A row for each act, a column for each status: `x` refused, `=` the same, `y` allowed, `l` late, or the first
    /// letters of the status that it becomes; `?` where something else must hold.
    const TABLE: [(Act, &str); 12] = [
        (Act::Place, "pend x x x x x"),
        (Act::Edit, "y y y y x x"),
        (Act::Confirm, "x conf = = x x"),
        (Act::Pay, "x y y y y l"),
        (Act::Expire, "canc canc = = = ="),
        (Act::Fulfil, "x x proc y x x"),
        (Act::Ship, "x x x y x x"),
        (Act::Deliver, "x x x y y x"),
        (Act::Return, "x x x y? y? x"),
        (Act::Refund, "x y? y? y? y? y?"),
        (Act::Complete, "x x x comp? = x"),
        (Act::Cancel, "canc canc canc canc? x ="),
    ];

    #[test]
    fn every_pair_is_defined() {
        for (act, row) in TABLE {
            let expected: Vec<&str> = row.split(' ').collect();
            let found: Vec<String> = STATUSES.iter().map(|status| written(*status, act)).collect();
            assert_eq!(found, expected, "{act:?}");
        }
    }

    fn written(status: OrderStatus, act: Act) -> String {
        let (verdict, need) = cell(status, act);
        let verdict = match verdict {
            Refused => "x".to_owned(),
            Same => "=".to_owned(),
            Allowed => "y".to_owned(),
            Late => "l".to_owned(),
            Becomes(status) => state::name(&status).to_lowercase()[..4].to_owned(),
        };
        format!("{verdict}{}", if need.is_some() { "?" } else { "" })
    }

    #[test]
    fn what_an_act_leads_to_is_a_move() {
        for (act, _) in TABLE {
            for status in STATUSES {
                if let (Becomes(to), _) = cell(status, act) {
                    assert!(status.allowed().contains(&to), "{status:?} {act:?}");
                }
            }
        }
    }
}
