//! Discounts that are asked for, and those of the whole order.

use super::*;

fn with_code(code: &str, discount: Discount) -> Discount {
    Discount { code: Some(code.to_owned()), ..discount }
}

/// 10 % of the order with the code TEN.
fn ten(conditions: Json) -> Discount {
    with_code("TEN", discount(10, DiscountKind::Percentage, DiscountTarget::Order, "10", conditions))
}

/// Two pieces for 100.00 each, with a code.
fn asking(code: &str) -> Wish {
    Wish { discount_codes: vec![code.to_owned()], ..wish(&[(1, 2)]) }
}

fn having(discounts: Vec<Discount>) -> Facts {
    Facts { discounts, ..facts(vec![variant(1, "100.00"), variant(2, "33.33")]) }
}

/// Why the code TEN is refused.
fn reason(discount: Discount, change: impl FnOnce(&mut Wish, &mut Facts)) -> Option<String> {
    let (mut wish, mut facts, settings) = (asking("ten"), having(vec![discount]), Settings::default());
    wish.customer_id = Some(id(7));
    facts.customer = Some(customer(&["regular"]));
    change(&mut wish, &mut facts);
    let refusal = price(&wish, &facts, &settings).err()?.into_refusal().expect("a refusal");
    assert_eq!((refusal.code, refusal.path.join(".")), (Code::DiscountRefused, "discountCodes.0".to_owned()));
    match *refusal.facts {
        Details::Discount { code, reason } if code == "TEN" => Some(reason),
        other => panic!("{other:?}"),
    }
}

#[test]
fn codes_are_read_in_any_case_and_once() {
    let facts = having(vec![ten(json!({}))]);
    let wish = Wish { discount_codes: vec![" Ten ".to_owned(), "TEN".to_owned()], ..asking("ten") };
    let priced = priced(&wish, &facts, &Settings::default());
    assert_eq!((priced.discount_amount, priced.total_amount), (amount("20"), amount("180")));
    assert_eq!(priced.uses.len(), 1);
}

#[test]
fn a_code_that_does_not_apply_is_refused_with_the_reason() {
    let plain = || ten(json!({}));
    let is_refused = |discount, expected: &str| {
        assert_eq!(reason(discount, |_, _| ()).as_deref(), Some(expected));
    };
    assert_eq!(reason(plain(), |_, _| ()), None);
    assert_eq!(reason(plain(), |_, facts| facts.discounts.clear()).as_deref(), Some("UNKNOWN"));
    is_refused(Discount { is_active: false, ..plain() }, "INACTIVE");
    is_refused(ten(json!({ "what": 1 })), "INACTIVE");
    is_refused(Discount { starts_at: Some(moment("2026-06-01T12:00:01Z")), ..plain() }, "NOT_STARTED");
    is_refused(Discount { ends_at: Some(moment("2026-06-01T12:00:00Z")), ..plain() }, "EXPIRED");
    is_refused(ten(json!({ "countries": ["CA"] })), "COUNTRY");
    is_refused(ten(json!({ "customerTags": ["designer-verified"] })), "CUSTOMER");
    is_refused(ten(json!({ "segmentIds": [id(3)] })), "CUSTOMER");
    is_refused(ten(json!({ "productIds": [id(4)] })), "NOT_ELIGIBLE");
    is_refused(ten(json!({ "collections": ["Spring"] })), "NOT_ELIGIBLE");
    is_refused(ten(json!({ "minQuantity": 3 })), "NOT_ELIGIBLE");
    is_refused(ten(json!({ "minAmount": "200.01" })), "BELOW_MINIMUM");
    assert_eq!(reason(ten(json!({ "minAmount": 200 })), |_, _| ()), None);
}

#[test]
fn limits_count_what_others_used() {
    let limited = || Discount { usage_limit: Some(5), used_count: 5, ..ten(json!({})) };
    assert_eq!(reason(limited(), |_, _| ()).as_deref(), Some("USED_UP"));
    assert_eq!(reason(Discount { used_count: 4, ..limited() }, |_, _| ()), None);
    let own = |wish: &mut Wish, facts: &mut Facts| {
        wish.order_id = Some(id(8));
        facts.own_uses.insert(id(10));
    };
    assert_eq!(reason(limited(), own), None);
    let once = || Discount { once_per_customer: true, ..ten(json!({})) };
    let earlier = |_: &mut Wish, facts: &mut Facts| {
        facts.earlier_uses.insert(id(10));
    };
    assert_eq!(reason(once(), earlier).as_deref(), Some("ALREADY_USED"));
    assert_eq!(reason(once(), |_, _| ()), None);
}

#[test]
fn a_fixed_discount_is_of_its_currency() {
    let five = |currency: &str| Discount {
        kind: DiscountKind::Fixed,
        value: amount("5"),
        currency: currency.to_owned(),
        ..ten(json!({}))
    };
    assert_eq!(reason(five("EUR"), |_, _| ()).as_deref(), Some("CURRENCY"));
    assert_eq!(reason(five("USD"), |_, _| ()), None);
    // A percentage has none, unless something is compared with an amount.
    assert_eq!(reason(Discount { currency: "EUR".to_owned(), ..ten(json!({})) }, |_, _| ()), None);
    let compared = Discount { currency: "EUR".to_owned(), ..ten(json!({ "minAmount": 1 })) };
    assert_eq!(reason(compared, |_, _| ()).as_deref(), Some("CURRENCY"));
}

#[test]
fn one_discount_of_the_order_counts_and_a_code_goes_first() {
    let (kind, target) = (DiscountKind::Fixed, DiscountTarget::Order);
    let automatic = discount(20, kind, target, "50", json!({}));
    let larger = discount(21, kind, target, "60", json!({}));
    let facts = having(vec![automatic, larger, ten(json!({}))]);
    let of = |wish: &Wish| priced(wish, &facts, &Settings::default()).discount_amount;
    assert_eq!(of(&asking("TEN")), amount("20"));
    let without = having(facts.discounts[..2].to_vec());
    assert_eq!(priced(&wish(&[(1, 2)]), &without, &Settings::default()).discount_amount, amount("60"));
    // No more than there is.
    let all = having(vec![discount(22, kind, target, "1000", json!({}))]);
    let free = priced(&wish(&[(1, 2), (2, 1)]), &all, &Settings::default());
    assert_eq!((free.discount_amount, free.total_amount), (amount("233.33"), Decimal::ZERO));
}

#[test]
fn the_discount_of_the_order_falls_on_its_lines() {
    let condition = json!({ "productIds": [id(1_001)] });
    let line = discount(30, DiscountKind::Percentage, DiscountTarget::Line, "50", condition);
    let order = discount(31, DiscountKind::Fixed, DiscountTarget::Order, "10", json!({}));
    let priced = priced(&wish(&[(1, 1), (2, 3)]), &having(vec![line, order]), &Settings::default());
    let off: Vec<Decimal> = priced.lines.iter().map(|line| line.discount_amount).collect();
    // 10.00 over 50.00 and 99.99: 3.33… and 6.67
    assert_eq!(off, [amount("53.33"), amount("6.67")]);
    assert_eq!((priced.discount_amount, priced.total_amount), (amount("60"), amount("139.99")));
    let uses: Vec<(Uuid, Decimal)> = priced.uses.iter().map(|used| (used.discount_id, used.amount)).collect();
    assert_eq!(uses, [(id(30), amount("50")), (id(31), amount("10"))]);
}

#[test]
fn a_discount_can_send_for_nothing() {
    let free = discount(40, DiscountKind::FreeShipping, DiscountTarget::Shipping, "0", json!({ "minAmount": 150 }));
    let by = |lines: &[(u128, i32)]| Wish { shipping_amount: Some(amount("9")), ..wish(lines) };
    let facts = having(vec![free.clone()]);
    let sent = priced(&by(&[(1, 2)]), &facts, &Settings::default());
    assert_eq!((sent.shipping_amount, sent.total_amount), (Decimal::ZERO, amount("200")));
    assert_eq!((sent.uses.len(), sent.uses[0].amount), (1, amount("9")));
    assert_eq!(priced(&by(&[(1, 1)]), &facts, &Settings::default()).shipping_amount, amount("9"));
    // With nothing to take off it is not used, and its code still is checked.
    let facts = having(vec![with_code("FREE", free)]);
    let costless = Wish { shipping_amount: None, ..asking("FREE") };
    assert!(priced(&costless, &facts, &Settings::default()).uses.is_empty());
    let below = Wish { lines: by(&[(1, 1)]).lines, ..costless };
    assert_eq!(refused(&below, &facts, &Settings::default()).code, Code::DiscountRefused);
}
