//! Which payments a refund comes from.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::PaymentEntryKind;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::payments::account::{Account, Payment};

/// A payment, and what can be given back of it.
pub(super) type Source = (Uuid, Decimal);

/// The payments of an order that can give something back, the oldest capture first; only one if it is named.
pub(super) fn sources(account: &Account, payment: Option<Uuid>) -> Vec<Source> {
    let named = account.payments.iter().filter(|other| payment.is_none_or(|id| id == other.row.id));
    let mut giving: Vec<(&Payment, Decimal)> = named.map(|payment| (payment, payment.sums().refundable())).collect();
    giving.retain(|(_, refundable)| *refundable > Decimal::ZERO);
    giving.sort_by_key(|(payment, _)| (captured_at(payment), payment.row.id));
    giving.into_iter().map(|(payment, refundable)| (payment.row.id, refundable)).collect()
}

fn captured_at(payment: &Payment) -> Option<DateTime<Utc>> {
    let captured = payment.entries().iter().filter(|entry| entry.kind == PaymentEntryKind::Captured);
    captured.map(|entry| entry.occurred_at).min()
}

/// What is there in sum.
pub(super) fn available(sources: &[Source]) -> Decimal {
    sources.iter().map(|(_, refundable)| *refundable).sum()
}

/// Takes an amount from payments, as much of each as there is before the next; none if there is not enough.
pub(super) fn spread(amount: Decimal, sources: &[Source]) -> Option<Vec<Source>> {
    let (mut parts, mut left) = (Vec::new(), amount);
    for (payment, refundable) in sources {
        let part = left.min(*refundable);
        if part > Decimal::ZERO {
            parts.push((*payment, part));
            left -= part;
        }
    }
    left.is_zero().then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::rng::Rng;

    #[test]
    fn the_first_payments_give_first() {
        let [one, two, three] = [1, 2, 3].map(Uuid::from_u128);
        let sources = [(one, Decimal::from(10)), (two, Decimal::from(20)), (three, Decimal::from(5))];
        let parts = |amount: i64| spread(Decimal::from(amount), &sources);
        assert_eq!(parts(7), Some(vec![(one, Decimal::from(7))]));
        assert_eq!(parts(12), Some(vec![(one, Decimal::from(10)), (two, Decimal::from(2))]));
        assert_eq!(parts(35), Some(sources.to_vec()));
        assert_eq!(parts(36), None);
    }

    #[test]
    fn parts_sum_to_the_amount_and_none_exceeds_its_payment() {
        let mut rng = Rng::new(11);
        for _ in 0..1_000 {
            let source = |number: u128, rng: &mut Rng| (Uuid::from_u128(number), Decimal::new(rng.below(10_000), 2));
            let sources: Vec<Source> = (0..5).map(|number| source(number, &mut rng)).collect();
            let amount = Decimal::new(rng.below(60_000), 2);
            match spread(amount, &sources) {
                Some(parts) => {
                    assert_eq!(available(&parts), amount);
                    let fits = |(id, part): &Source| sources.iter().any(|(other, most)| other == id && part <= most);
                    assert!(parts.iter().all(fits), "{parts:?} of {sources:?}");
                }
                None => assert!(amount > available(&sources)),
            }
        }
    }
}
