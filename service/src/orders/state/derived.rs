//! The statuses that follow from an order's payments and lines.

use entity::{
    orders,
    sea_orm_active_enums::{FinancialStatus, FulfillmentStatus, OrderStatus},
};
use rust_decimal::Decimal;

use crate::orders::money::outstanding;

/// Whether an order can be completed: everything is out, and nothing is left to be paid.
pub(crate) fn is_out_and_paid(order: &orders::Model) -> bool {
    // Of money that went back the status alone does not tell whether it was all that was due.
    let left = outstanding(order.total_amount, order.captured_amount, order.refunded_amount);
    is_out(order.fulfillment_status) && is_paid(order.financial_status) && left.is_zero()
}

/// Whether everything went out, and perhaps came back.
const fn is_out(status: FulfillmentStatus) -> bool {
    matches!(status, FulfillmentStatus::Fulfilled | FulfillmentStatus::Restocked)
}

/// Whether it was paid, even if money went back.
const fn is_paid(status: FinancialStatus) -> bool {
    matches!(status, FinancialStatus::Paid | FinancialStatus::PartiallyRefunded | FinancialStatus::Refunded)
}

/// Whether an order counts for its customer.
pub(crate) const fn counts(status: OrderStatus, financial: FinancialStatus) -> bool {
    !matches!(status, OrderStatus::Draft | OrderStatus::Cancelled)
        && !matches!(financial, FinancialStatus::Refunded | FinancialStatus::Voided)
}

/// Whether an order keeps stock for its lines.
pub(crate) const fn is_open(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::Pending | OrderStatus::Confirmed | OrderStatus::Processing)
}

/// The payments of an order in sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Money {
    /// Whether there are payments.
    pub(crate) has_payments: bool,
    /// Whether one of them was not voided.
    pub(crate) has_unvoided: bool,
    /// What is authorised and not captured yet.
    pub(crate) authorized: Decimal,
    /// What was captured.
    pub(crate) captured: Decimal,
    /// What went back: refunds and charge-backs.
    pub(crate) refunded: Decimal,
    /// What is asked to go back.
    pub(crate) pending_refund: Decimal,
}

impl Money {
    /// Whether it covers a total, as far as it is promised or there.
    pub(crate) fn is_enough(&self, total: Decimal) -> bool {
        self.authorized + self.captured >= total
    }

    /// What can still go back.
    pub(crate) fn refundable(&self) -> Decimal {
        (self.captured - self.refunded - self.pending_refund).max(Decimal::ZERO)
    }
}

/// How much of an order was paid: the first that holds.
pub(crate) fn financial(status: OrderStatus, total: Decimal, money: &Money) -> FinancialStatus {
    let Money { has_payments, has_unvoided, authorized, captured, refunded, .. } = *money;
    let all_voided = has_payments && !has_unvoided;
    let has_captured = captured > Decimal::ZERO;
    if status == OrderStatus::Draft {
        FinancialStatus::Pending
    } else if (status == OrderStatus::Cancelled || all_voided) && !has_captured {
        FinancialStatus::Voided
    } else if total.is_zero() {
        FinancialStatus::Paid
    } else if has_captured && refunded >= captured {
        FinancialStatus::Refunded
    } else if refunded > Decimal::ZERO {
        FinancialStatus::PartiallyRefunded
    } else if has_captured && captured >= total {
        FinancialStatus::Paid
    } else if has_captured {
        FinancialStatus::PartiallyPaid
    } else if authorized > Decimal::ZERO {
        FinancialStatus::Authorized
    } else {
        FinancialStatus::Pending
    }
}

/// The lines of an order in sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pieces {
    /// What was ordered and is not cancelled.
    pub(crate) ordered: i64,
    /// What went out.
    pub(crate) fulfilled: i64,
    /// What came back.
    pub(crate) returned: i64,
}

impl Pieces {
    /// Whether some are still to go out.
    pub(crate) fn are_open(&self) -> bool {
        self.fulfilled < self.ordered
    }
}

/// How much of an order was shipped.
pub(crate) fn fulfilment(status: OrderStatus, pieces: &Pieces) -> FulfillmentStatus {
    let Pieces { ordered, fulfilled, returned } = *pieces;
    let came_back =
        returned > 0 && (returned >= ordered || (status == OrderStatus::Cancelled && returned >= fulfilled));
    if came_back {
        FulfillmentStatus::Restocked
    } else if fulfilled == 0 {
        FulfillmentStatus::Unfulfilled
    } else if fulfilled < ordered {
        FulfillmentStatus::Partial
    } else {
        FulfillmentStatus::Fulfilled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(authorized: i64, captured: i64, refunded: i64) -> Money {
        let [authorized, captured, refunded] = [authorized, captured, refunded].map(Decimal::from);
        Money { authorized, captured, refunded, ..Money::default() }
    }

    #[test]
    fn the_financial_status_is_the_first_that_holds() {
        use FinancialStatus::{Authorized, Paid, PartiallyPaid, PartiallyRefunded, Pending, Refunded, Voided};
        for (total, sums, expected) in [
            (100, (0, 0, 0), Pending),
            (100, (100, 0, 0), Authorized),
            (100, (40, 0, 0), Authorized),
            (100, (60, 40, 0), PartiallyPaid),
            (100, (0, 100, 0), Paid),
            (100, (0, 120, 0), Paid),
            (100, (0, 100, 1), PartiallyRefunded),
            (100, (0, 40, 1), PartiallyRefunded),
            (100, (0, 100, 100), Refunded),
            (100, (0, 40, 40), Refunded),
            (0, (0, 0, 0), Paid),
            (0, (0, 10, 10), Paid),
        ] {
            let sums = money(sums.0, sums.1, sums.2);
            let total = Decimal::from(total);
            assert_eq!(financial(OrderStatus::Confirmed, total, &sums), expected, "{total} {sums:?}");
            assert_eq!(financial(OrderStatus::Draft, total, &sums), Pending);
            let cancelled = if sums.captured.is_zero() { Voided } else { expected };
            assert_eq!(financial(OrderStatus::Cancelled, total, &sums), cancelled, "{total} {sums:?}");
            let voided = Money { has_payments: true, ..sums };
            assert_eq!(financial(OrderStatus::Pending, total, &voided), cancelled, "{total} {sums:?}");
        }
    }

    #[test]
    fn the_fulfilment_status_follows_from_the_pieces() {
        use FulfillmentStatus::{Fulfilled, Partial, Restocked, Unfulfilled};
        for (ordered, fulfilled, returned, expected, cancelled) in [
            (3, 0, 0, Unfulfilled, Unfulfilled),
            (0, 0, 0, Unfulfilled, Unfulfilled),
            (3, 1, 0, Partial, Partial),
            (3, 3, 0, Fulfilled, Fulfilled),
            (3, 3, 2, Fulfilled, Fulfilled),
            (3, 1, 1, Partial, Restocked),
            (3, 3, 3, Restocked, Restocked),
        ] {
            let pieces = Pieces { ordered, fulfilled, returned };
            assert_eq!(fulfilment(OrderStatus::Processing, &pieces), expected, "{pieces:?}");
            assert_eq!(fulfilment(OrderStatus::Cancelled, &pieces), cancelled, "{pieces:?}");
        }
    }

    #[test]
    fn enough_is_what_is_promised_or_there() {
        let total = Decimal::from(100);
        assert!(money(60, 40, 0).is_enough(total));
        assert!(!money(60, 39, 0).is_enough(total));
        assert!(money(0, 0, 0).is_enough(Decimal::ZERO));
    }
}
