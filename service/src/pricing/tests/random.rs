//! Orders at random: their amounts meet every rule of the tables, and what is given back of them ends at nothing.

use super::*;
use crate::{
    money::{currency, share},
    pricing::PricedLine,
    seed::rng::Rng,
};

const CURRENCIES: [&str; 4] = ["USD", "EUR", "JPY", "KWD"];

/// A random amount of at most `most` steps of a currency.
fn money(rng: &mut Rng, most: i64, code: &str) -> Decimal {
    Decimal::from(rng.between(0, most)) * currency::step(code)
}

fn random_discount(rng: &mut Rng, number: u128, code: &str) -> Discount {
    let kind = rng.pick(&[DiscountKind::Percentage, DiscountKind::Fixed, DiscountKind::FreeShipping]);
    let target = match kind {
        DiscountKind::FreeShipping => DiscountTarget::Shipping,
        _ => rng.pick(&[DiscountTarget::Line, DiscountTarget::Order]),
    };
    let condition = match rng.below(4) {
        0 => json!({ "minQuantity": rng.between(1, 12) }),
        1 => json!({ "minAmount": money(rng, 100_000, code) }),
        2 => json!({ "productIds": [id(1_000), id(1_001), id(1_002)] }),
        _ => json!({}),
    };
    let made = discount(number, kind, target, "0", condition);
    let value = match kind {
        DiscountKind::Percentage => Decimal::new(rng.between(0, 10_000), 2),
        _ => money(rng, 20_000, code),
    };
    let asked = rng.percent(20).then(|| format!("CODE-{number}"));
    Discount { value, currency: code.to_owned(), code: asked, ..made }
}

/// A wish, what is known about it, and settings.
fn random(rng: &mut Rng) -> (Wish, Facts, Settings) {
    let code = rng.pick(&CURRENCIES);
    let variants = (0..6).map(|number| {
        let most = rng.pick(&[3, 2_000, 99_999_999]);
        let class = rng.pick(&["standard", "books", "none"]).to_owned();
        let price = money(rng, most, code);
        Variant { price, currency: code.to_owned(), tax_class: class, ..variant(number, "0") }
    });
    let variants: Vec<Variant> = variants.collect();
    let is_included = rng.percent(50);
    let mut rate = |class, on_shipping| TaxRate {
        percentage: Decimal::new(rng.between(0, 300_000), 4),
        ..tax("", class, "0", is_included, on_shipping)
    };
    let taxes = vec![rate("standard", true), rate("books", false)];
    let discounts = (0..rng.between(0, 5)).map(|number| random_discount(rng, number.unsigned_abs().into(), code));
    let discounts: Vec<Discount> = discounts.collect();
    let rates = vec![Rate { base: code.to_owned(), quote: "USD".to_owned(), rate_e10: rng.between(1, 20_000_000_000) }];
    let codes = discounts.iter().filter_map(|discount| discount.code.clone()).collect();
    let lines: Vec<(u128, i32)> = (0..rng.between(1, 8))
        .map(|_| (rng.between(0, 5).unsigned_abs().into(), i32::try_from(rng.between(1, 12)).expect("small")))
        .collect();
    let wish = Wish {
        currency: Some(code.to_owned()),
        shipping_amount: rng.percent(70).then(|| money(rng, 5_000, code)),
        discount_codes: codes,
        ..wish(&lines)
    };
    (wish, Facts { discounts, taxes, rates, ..facts(variants) }, Settings::default())
}

/// What the checks of the tables say, and the rules between their rows.
fn check(priced: &Priced) {
    let step = currency::step(&priced.currency);
    let mut amounts = vec![
        priced.subtotal_amount,
        priced.discount_amount,
        priced.tax_amount,
        priced.included_tax_amount,
        priced.shipping_amount,
        priced.shipping_tax_amount,
        priced.total_amount,
    ];
    for line in &priced.lines {
        let gross = line.price * Decimal::from(line.quantity);
        assert!(line.discount_amount <= gross, "{line:?}");
        assert_eq!(line.total_amount, gross - line.discount_amount + line.tax_amount, "{line:?}");
        amounts.extend([
            line.discount_amount,
            line.tax_amount,
            line.included_tax_amount,
            line.total_amount,
            line.price,
        ]);
    }
    for amount in amounts {
        assert!(amount >= Decimal::ZERO && (amount / step).is_integer(), "{amount} in {priced:?}");
    }
    assert!(priced.report_amount >= Decimal::ZERO && priced.report_amount.normalize().scale() <= 2, "{priced:?}");
    assert!(!priced.tax_included || priced.tax_amount.is_zero(), "{priced:?}");
    assert!(priced.tax_included || priced.included_tax_amount.is_zero(), "{priced:?}");

    let sum = |amount: fn(&PricedLine) -> Decimal| priced.lines.iter().map(amount).sum::<Decimal>();
    let shipping_tax = priced.shipping_tax_amount;
    let (on_top, included) = match priced.tax_included {
        true => (Decimal::ZERO, shipping_tax),
        false => (shipping_tax, Decimal::ZERO),
    };
    assert_eq!(priced.subtotal_amount, sum(|line| line.price * Decimal::from(line.quantity)));
    assert_eq!(priced.discount_amount, sum(|line| line.discount_amount));
    assert_eq!(priced.tax_amount, sum(|line| line.tax_amount) + on_top);
    assert_eq!(priced.included_tax_amount, sum(|line| line.included_tax_amount) + included);
    let total = priced.subtotal_amount - priced.discount_amount + priced.tax_amount + priced.shipping_amount;
    assert_eq!(priced.total_amount, total);
}

#[test]
fn amounts_meet_every_rule_of_the_tables() {
    let mut rng = Rng::new(17);
    let (mut done, mut discounted) = (0, 0);
    for _ in 0..3_000 {
        let (wish, facts, settings) = random(&mut rng);
        wish.check(&settings).expect("a wish that can be meant");
        // Codes that do not apply are refused.
        let Ok(priced) = price(&wish, &facts, &settings) else { continue };
        check(&priced);
        let shipping = wish.shipping_amount.unwrap_or_default() - priced.shipping_amount;
        let off: Decimal = priced.uses.iter().map(|used| used.amount).sum();
        assert_eq!(off, priced.discount_amount + shipping, "{priced:?}");
        assert_eq!(price(&wish, &facts, &settings).expect("the same"), priced);
        done += 1;
        discounted += u32::from(!priced.uses.is_empty());
    }
    assert!(done > 2_000 && discounted > 500, "{done} were priced, {discounted} of them with a discount");
}

#[test]
fn refunds_of_all_pieces_in_any_order_end_at_the_total() {
    let mut rng = Rng::new(19);
    for _ in 0..500 {
        let (wish, facts, settings) = random(&mut rng);
        let Ok(priced) = price(&wish, &facts, &settings) else { continue };
        let lines: Vec<share::Line> = priced.lines.iter().map(|line| shares(line, &priced.currency)).collect();
        let mut left: Vec<i32> = lines.iter().map(|line| line.quantity).collect();
        let (mut back, mut tax) = (Decimal::ZERO, Decimal::ZERO);
        while left.iter().any(|left| *left > 0) {
            let open: Vec<usize> = (0..left.len()).filter(|place| left[*place] > 0).collect();
            let place = rng.pick(&open);
            let more = i32::try_from(rng.between(1, left[place].into())).expect("small");
            let part = lines[place].between(lines[place].quantity - left[place], more);
            assert!(part.amount >= Decimal::ZERO, "{part:?} of {priced:?}");
            left[place] -= more;
            back += part.amount;
            tax += part.tax + part.included_tax;
        }
        let on_top = if priced.tax_included { Decimal::ZERO } else { priced.shipping_tax_amount };
        assert_eq!(back, priced.total_amount - priced.shipping_amount - on_top, "{priced:?}");
        assert_eq!(tax + priced.shipping_tax_amount, priced.tax_amount + priced.included_tax_amount, "{priced:?}");
    }
}

fn shares(line: &PricedLine, code: &str) -> share::Line {
    share::Line {
        quantity: line.quantity,
        price: line.price,
        discount: line.discount_amount,
        tax: line.tax_amount,
        included_tax: line.included_tax_amount,
        step: currency::step(code),
    }
}
