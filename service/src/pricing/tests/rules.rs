//! The rules of the shop.

use super::*;
use crate::settings::{CommercialMinimum, MinimumMode, Surcharge};

/// What is taken off each line.
fn discounts(wish: &Wish, facts: &Facts) -> Vec<Decimal> {
    priced(wish, facts, &Settings::default()).lines.iter().map(|line| line.discount_amount).collect()
}

#[test]
fn ten_pieces_of_a_product_get_15_percent() {
    let mut variants = vec![variant(1, "20.00"), variant(2, "30.00"), variant(3, "20.00")];
    variants[1].product_id = variants[0].product_id;
    let facts = Facts { discounts: shop_discounts(), ..facts(variants) };
    assert_eq!(discounts(&wish(&[(1, 9)]), &facts), [Decimal::ZERO]);
    assert_eq!(discounts(&wish(&[(1, 10)]), &facts), [amount("30")]);
    assert_eq!(discounts(&wish(&[(1, 5), (1, 5)]), &facts), [amount("15"), amount("15")]);
    assert_eq!(discounts(&wish(&[(1, 5), (2, 5)]), &facts), [amount("15"), amount("22.50")]);
    // Of two products there are not ten.
    assert_eq!(discounts(&wish(&[(1, 5), (3, 5)]), &facts), [Decimal::ZERO; 2]);
}

#[test]
fn the_better_of_two_discounts_counts_and_not_their_sum() {
    let facts = Facts {
        discounts: shop_discounts(),
        customer: Some(customer(&["designer-verified"])),
        ..facts(vec![variant(1, "20.00"), variant(2, "10.00")])
    };
    let of = |lines: &[(u128, i32)]| Wish { customer_id: Some(id(7)), ..wish(lines) };
    assert_eq!(discounts(&of(&[(1, 9)]), &facts), [amount("18")]);
    assert_eq!(discounts(&of(&[(1, 10)]), &facts), [amount("30")]);
    assert_eq!(discounts(&of(&[(1, 10), (2, 1)]), &facts), [amount("30"), amount("1")]);
    let uses = priced(&of(&[(1, 10), (2, 1)]), &facts, &Settings::default()).uses;
    let uses: Vec<(Uuid, Decimal)> = uses.iter().map(|used| (used.discount_id, used.amount)).collect();
    assert_eq!(uses, [(id(1), amount("30")), (id(2), amount("1"))]);
}

#[test]
fn shipping_is_free_from_250() {
    let method = ShippingMethod {
        countries: vec!["US".to_owned()],
        price: amount("15"),
        free_from: Some(amount("250")),
        is_active: true,
    };
    let facts = Facts { method: Some(method), ..facts(vec![variant(1, "249.99"), variant(2, "250.00")]) };
    let by = |number| Wish { shipping_method: Some("standard".to_owned()), ..wish(&[(number, 1)]) };
    let settings = Settings::default();
    let paid = priced(&by(1), &facts, &settings);
    assert_eq!((paid.shipping_amount, paid.total_amount), (amount("15"), amount("264.99")));
    let free = priced(&by(2), &facts, &settings);
    assert_eq!((free.shipping_amount, free.total_amount), (Decimal::ZERO, amount("250")));

    let abroad = Destination { country: "CA".to_owned(), region: String::new() };
    let abroad = refused(&Wish { destination: Some(abroad), ..by(2) }, &facts, &settings);
    assert_eq!((abroad.code, abroad.path), (Code::Invalid, vec!["shippingMethod".to_owned()]));
    let unknown = Facts { method: None, ..facts.clone() };
    assert_eq!(refused(&by(1), &unknown, &settings).path, ["shippingMethod"]);
    // What was agreed counts instead.
    let agreed = Wish { shipping_amount: Some(amount("7.5")), ..wish(&[(2, 1)]) };
    assert_eq!(priced(&agreed, &facts, &settings).total_amount, amount("257.50"));
    let both = Wish { shipping_amount: Some(amount("7.5")), ..by(2) };
    assert_eq!(refused(&both, &facts, &settings).path, ["shippingAmount"]);
}

#[test]
fn large_pieces_cost_more() {
    let mut variants = vec![variant(1, "100.00"), variant(2, "100.00"), variant(3, "100.00")];
    variants[0].size = Some("53x72".to_owned());
    variants[1].size = Some("36x48".to_owned());
    variants[2].size = None;
    let facts = facts(variants);
    let surcharge = Surcharge { percentage: amount("20"), width: amount("36"), height: amount("48") };
    let settings = Settings { surcharge: Some(surcharge), ..Settings::default() };
    let wish = wish(&[(1, 1), (2, 1), (3, 1)]);
    let prices = |settings: &Settings| -> Vec<Decimal> {
        priced(&wish, &facts, settings).lines.iter().map(|line| line.price).collect()
    };
    assert_eq!(prices(&settings), [amount("120"), amount("100"), amount("100")]);
    assert_eq!(prices(&Settings::default()), [amount("100"); 3]);
}

#[test]
fn commercial_customers_have_a_minimum() {
    let settings = |mode| Settings {
        commercial_minimum: CommercialMinimum { amount: amount("1000"), mode },
        ..Settings::default()
    };
    let (flag, reject) = (settings(MinimumMode::Flag), settings(MinimumMode::Reject));
    let of = |kind| Facts {
        customer: Some(customer(&[])),
        segments: vec![Segment { id: id(5), kind }],
        ..facts(vec![variant(1, "999.99"), variant(2, "1000.00")])
    };
    let commercial = of(SegmentType::Commercial);
    let by = |number| Wish { customer_id: Some(id(7)), ..wish(&[(number, 1)]) };
    assert!(priced(&by(1), &commercial, &flag).below_minimum);
    assert!(!priced(&by(2), &commercial, &flag).below_minimum);
    assert_eq!(refused(&by(1), &commercial, &reject).path, ["lines"]);
    assert!(!priced(&by(2), &commercial, &reject).below_minimum);
    assert!(!priced(&by(1), &of(SegmentType::Online), &reject).below_minimum);
}

#[test]
fn tax_is_on_top_or_contained() {
    let on_top = vec![
        tax("", "standard", "8", false, true),
        tax("NY", "standard", "8.875", false, true),
        tax("", "books", "0", false, false),
    ];
    let mut variants = vec![variant(1, "9.99"), variant(2, "5.00")];
    variants[1].tax_class = "books".to_owned();
    let us = Facts { taxes: on_top, ..facts(variants.clone()) };
    let sent = |region: &str| Wish {
        destination: Some(Destination { country: "US".to_owned(), region: region.to_owned() }),
        shipping_amount: Some(amount("10")),
        ..wish(&[(1, 3), (2, 1)])
    };
    let settings = Settings::default();
    let new_york = priced(&sent("NY"), &us, &settings);
    // 8.875 % of 29.97 is 2.6598…, of 10 it is 0.8875.
    assert_eq!(new_york.lines[0].tax_amount, amount("2.66"));
    assert_eq!(new_york.lines[1].tax_amount, Decimal::ZERO);
    assert_eq!((new_york.shipping_tax_amount, new_york.tax_amount), (amount("0.89"), amount("3.55")));
    assert_eq!(new_york.total_amount, amount("48.52"));
    assert!(!new_york.tax_included);
    assert_eq!(priced(&sent("CA"), &us, &settings).lines[0].tax_percentage, amount("8"));

    let contained = vec![tax("", "standard", "19", true, true)];
    let germany = priced(&sent(""), &Facts { taxes: contained, ..facts(variants) }, &settings);
    // 19/119 of 29.97 is 4.785…, of 10 it is 1.5966…
    assert_eq!(germany.lines[0].included_tax_amount, amount("4.79"));
    assert_eq!((germany.shipping_tax_amount, germany.included_tax_amount), (amount("1.60"), amount("6.39")));
    assert_eq!((germany.tax_amount, germany.total_amount), (Decimal::ZERO, amount("44.97")));
    assert!(germany.tax_included);
}
