//! What shares are worth.

use super::*;
use crate::seed::rng::Rng;

const ORDER: Uuid = Uuid::from_u128(100);

fn amount(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn booked(id: u128, kind: &str, order: Option<Uuid>, reverses: Option<u128>, cents: i64) -> Booked {
    Booked {
        id: Uuid::from_u128(id),
        order_id: order,
        reverses_id: reverses.map(Uuid::from_u128),
        kind: kind.to_owned(),
        amount: Decimal::new(cents, 2),
        currency: "USD".to_owned(),
    }
}

fn share(id: u128, transaction: u128, percentage: &str) -> Share {
    Share {
        id: Uuid::from_u128(id),
        transaction_id: Uuid::from_u128(transaction),
        model: "linear".to_owned(),
        percentage: amount(percentage),
    }
}

/// What shares are worth, in their order.
fn shown(shares: &[Share], booked: &[Booked]) -> Vec<String> {
    let worth = worth(shares, booked);
    shares.iter().map(|share| worth[&share.id].to_string()).collect()
}

#[test]
fn refunds_and_reversals_are_taken_off() {
    let shares = [share(1, 10, "33.34"), share(2, 10, "33.33"), share(3, 10, "33.33")];
    let mut books = vec![booked(10, "revenue", Some(ORDER), None, 10_000)];
    assert_eq!(shown(&shares, &books), ["33.34", "33.33", "33.33"]);
    books.push(booked(11, "refund", Some(ORDER), None, 1_000));
    assert_eq!(shown(&shares, &books), ["30.00", "30.00", "30.00"]);
    books.push(booked(12, "adjustment", Some(ORDER), Some(11), -1_000));
    assert_eq!(shown(&shares, &books), ["33.34", "33.33", "33.33"]);
    books.push(booked(13, "refund", Some(ORDER), None, 10_000));
    assert_eq!(shown(&shares, &books), ["0.00", "0.00", "0.00"]);
}

#[test]
fn revenue_without_an_order_stands_alone() {
    let shares = [share(1, 10, "100"), share(2, 11, "50")];
    let mut books = vec![booked(10, "revenue", None, None, 500), booked(11, "revenue", None, None, 101)];
    assert_eq!(shown(&shares, &books), ["5.00", "0.51"]);
    books.push(booked(12, "adjustment", None, Some(10), -500));
    assert_eq!(shown(&shares, &books), ["0.00", "0.51"]);
}

#[test]
fn what_is_left_falls_to_all_revenue_of_an_order() {
    let shares = [share(1, 10, "100"), share(2, 11, "100")];
    let books = [
        booked(10, "revenue", Some(ORDER), None, 7_500),
        booked(11, "revenue", Some(ORDER), None, 2_500),
        booked(12, "refund", Some(ORDER), None, 1_001),
        booked(13, "refund", Some(Uuid::from_u128(101)), None, 5_000),
    ];
    assert_eq!(shown(&shares, &books), ["67.49", "22.50"]);
}

#[test]
fn amounts_sum_up_to_what_is_left() {
    let mut rng = Rng::new(21);
    for case in 0..500 {
        let captures = rng.between(1, 4);
        let mut books: Vec<Booked> = Vec::new();
        for id in 0..captures {
            let id = u128::from(id.unsigned_abs()) + 10;
            books.push(booked(id, "revenue", Some(ORDER), None, rng.between(1, 1_000_000)));
        }
        let sold: Decimal = books.iter().map(|one| one.amount).sum();
        let refunded = rng.between(1, i64::try_from(sold.mantissa()).expect("small"));
        books.push(booked(90, "refund", Some(ORDER), None, refunded));
        let mut shares = Vec::new();
        for id in 0..captures {
            let first = rng.between(1, 9_999);
            for (place, hundredths) in [(0, first), (1, 10_000 - first)] {
                let id = u128::from(id.unsigned_abs());
                let percentage = Decimal::new(hundredths, 2);
                shares.push(Share { percentage, ..share(1_000 + id * 2 + place, id + 10, "1") });
            }
        }
        let sum: Decimal = worth(&shares, &books).values().sum();
        assert_eq!(sum, sold - Decimal::new(refunded, 2), "case {case}");
    }
}
