//! Who orders when, and how it ends.

use entity::sea_orm_active_enums::{
    FinancialStatus::{self, Authorized, Paid, PartiallyPaid, PartiallyRefunded, Refunded, Voided},
    FulfillmentStatus::{self, Fulfilled, Partial, Restocked, Unfulfilled},
    OrderStatus::{self, Cancelled, Completed, Confirmed, Draft, Pending, Processing},
};

use super::{
    builder::{DAY, HISTORY, HOUR, rng},
    customer_texts::CUSTOMERS,
};

type Status = (OrderStatus, FulfillmentStatus, FinancialStatus);

/// The newest orders, on which work goes on; the last is the newest.
const OPEN: [Status; 9] = [
    (Processing, Partial, Paid),
    (Processing, Unfulfilled, Paid),
    (Processing, Unfulfilled, Paid),
    (Processing, Unfulfilled, Paid),
    (Confirmed, Unfulfilled, Paid),
    (Confirmed, Unfulfilled, Authorized),
    (Confirmed, Unfulfilled, Authorized),
    (Pending, Unfulfilled, PartiallyPaid),
    (Pending, Unfulfilled, FinancialStatus::Pending),
];
/// Older orders that did not simply complete, by their place from the oldest.
const TROUBLED: [(usize, Status); 6] = [
    (9, (Cancelled, Unfulfilled, Voided)),
    (17, (Completed, Fulfilled, PartiallyRefunded)),
    (26, (Cancelled, Unfulfilled, Refunded)),
    (35, (Completed, Restocked, Refunded)),
    (44, (Completed, Fulfilled, PartiallyRefunded)),
    (51, (Cancelled, Unfulfilled, Voided)),
];
/// A quote for a customer who has bought nothing yet: minutes ago and place among the customers.
const QUOTE: (i64, usize) = (35, 7);

/// An order, or a quote, before it is rows.
#[derive(Clone, Copy)]
pub(super) struct Sale {
    /// Minutes ago.
    pub(super) minutes: i64,
    /// The customer's place.
    pub(super) person: usize,
    pub(super) status: Status,
    /// Whether nothing is left to be done.
    pub(super) is_settled: bool,
}

/// All sales, oldest first.
pub(super) struct Calendar(pub(super) Vec<Sale>);

impl Calendar {
    /// How long ago that customer ordered first.
    pub(super) fn first_of(&self, person: usize) -> Option<i64> {
        let own = |sale: &&Sale| sale.person == person && sale.status.0 != Draft;
        self.0.iter().find(own).map(|sale| sale.minutes)
    }
}

pub(super) fn calendar() -> Calendar {
    let mut rng = rng("calendar");
    let mut buyers: Vec<usize> =
        CUSTOMERS.iter().enumerate().flat_map(|(person, (.., orders))| std::iter::repeat_n(person, *orders)).collect();
    for last in (1..buyers.len()).rev() {
        buyers.swap(last, usize::try_from(rng.below(last as i64 + 1)).unwrap_or_default());
    }
    let settled = buyers.len() - OPEN.len();
    let mut times: Vec<i64> = (0..settled).map(|_| rng.between(9 * DAY, HISTORY)).collect();
    times.extend((0..OPEN.len()).map(|_| rng.between(HOUR, 4 * DAY)));
    times.sort_unstable_by(|a, b| b.cmp(a));
    let sale = |(place, (minutes, person)): (usize, (i64, usize))| {
        let trouble = TROUBLED.iter().find(|(at, _)| *at == place).map(|(_, status)| *status);
        let status = match place.checked_sub(settled) {
            Some(open) => OPEN[open],
            None => trouble.unwrap_or((Completed, Fulfilled, Paid)),
        };
        Sale { minutes, person, status, is_settled: place < settled }
    };
    let (minutes, person) = QUOTE;
    let quote = Sale { minutes, person, status: (Draft, Unfulfilled, FinancialStatus::Pending), is_settled: false };
    Calendar(times.into_iter().zip(buyers).enumerate().map(sale).chain([quote]).collect())
}
