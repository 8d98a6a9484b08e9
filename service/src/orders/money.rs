//! What orders still get and can give back.

use std::collections::HashMap;

use rust_decimal::Decimal;
use sea_orm::QueryResult;
use uuid::Uuid;

use super::{state, sums};
use crate::{Result, database::Sql};

/// What the payments of an order come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    /// What is authorised and not captured yet.
    pub authorized: Decimal,
    /// What was captured, did not go back and is not asked back.
    pub refundable: Decimal,
}

/// Writes the statement that [`read`] reads.
pub fn write(sql: &mut Sql, orders: &[Uuid]) {
    sums::write_payments(sql, orders);
}

/// The sums of the payments of each order; orders without payments are left out.
pub fn read(rows: &[QueryResult]) -> Result<HashMap<Uuid, Money>> {
    let mut sums: HashMap<Uuid, state::Money> = HashMap::new();
    for row in rows {
        sums::add(sums.entry(row.try_get_by("order_id")?).or_default(), row)?;
    }
    let money = |sums: state::Money| Money { authorized: sums.authorized, refundable: sums.refundable() };
    Ok(sums.into_iter().map(|(order, sums)| (order, money(sums))).collect())
}

/// What is still to be paid of an order: money that went back for goodwill, or in full, is not asked for again.
pub fn outstanding(total: Decimal, captured: Decimal, refunded: Decimal) -> Decimal {
    let overpaid = (captured - total).max(Decimal::ZERO);
    (total - captured + refunded.min(overpaid)).max(Decimal::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refunds_open_nothing_again_but_what_was_overpaid() {
        for (total, captured, refunded, expected) in [
            (100, 0, 0, 100),
            (100, 40, 0, 60),
            (100, 100, 30, 0),
            (100, 100, 100, 0),
            (100, 120, 0, 0),
            (100, 120, 20, 0),
            (100, 120, 50, 0),
            (0, 0, 0, 0),
        ] {
            let [total, captured, refunded] = [total, captured, refunded].map(Decimal::from);
            assert_eq!(
                outstanding(total, captured, refunded),
                Decimal::from(expected),
                "{total} {captured} {refunded}"
            );
        }
    }
}
