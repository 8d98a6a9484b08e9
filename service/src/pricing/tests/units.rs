//! What a piece costs, and what cannot be bought.

use super::*;
use crate::pricing::{facts::ListPrice, wish::Kept};

fn entry(number: u128, variant: u128, min_quantity: i32, price: &str) -> ListPrice {
    ListPrice { id: id(number), variant_id: id(variant), min_quantity, price: amount(price) }
}

/// List price and price of each line.
fn prices(wish: &Wish, facts: &Facts, settings: &Settings) -> Vec<(Option<Decimal>, Decimal)> {
    priced(wish, facts, settings).lines.iter().map(|line| (line.list_price, line.price)).collect()
}

#[test]
fn the_lowest_price_that_fits_the_pieces_counts() {
    let prices_of_lists = vec![entry(1, 1, 1, "95"), entry(2, 1, 5, "90"), entry(3, 1, 20, "1"), entry(4, 2, 1, "120")];
    let facts = Facts { prices: prices_of_lists, ..facts(vec![variant(1, "80"), variant(2, "100")]) };
    let list = |wish: &Wish| -> Vec<Decimal> {
        prices(wish, &facts, &Settings::default()).iter().map(|(_, price)| *price).collect()
    };
    assert_eq!(list(&wish(&[(1, 4)])), [amount("95")]);
    assert_eq!(list(&wish(&[(1, 3), (1, 2), (2, 1)])), [amount("90"), amount("90"), amount("120")]);
}

#[test]
fn prices_are_converted_where_they_may_be() {
    let rate = |base: &str, quote: &str, rate_e10| Rate { base: base.to_owned(), quote: quote.to_owned(), rate_e10 };
    let rates = vec![rate("USD", "JPY", 1_550_000_000_000), rate("JPY", "USD", 64_500_000)];
    let facts = Facts { rates, ..facts(vec![variant(1, "12.34")]) };
    let wish = Wish { currency: Some("JPY".to_owned()), ..wish(&[(1, 2)]) };
    let no_price = refused(&wish, &facts, &Settings::default());
    assert_eq!((no_price.code, no_price.path.join(".")), (Code::NoPrice, "lines.0.variantId".to_owned()));
    let settings = Settings { convert_prices: true, ..Settings::default() };
    let priced = priced(&wish, &facts, &settings);
    // 12.34 · 155 = 1912.7; 3826 · 0.00645 = 24.6777
    assert_eq!((priced.lines[0].price, priced.total_amount), (amount("1913"), amount("3826")));
    assert_eq!((priced.exchange_rate_e10, priced.report_amount), (64_500_000, amount("24.68")));
    let without = Facts { rates: vec![rate("USD", "JPY", 1_550_000_000_000)], ..facts.clone() };
    let refusal = refused(&wish, &without, &settings);
    assert_eq!(refusal.path, ["currency"]);
    assert!(refusal.message.contains("from JPY to USD"), "{}", refusal.message);
}

#[test]
fn an_agreed_price_counts_instead_of_the_list_price() {
    let facts = facts(vec![variant(1, "80")]);
    let mut wish = wish(&[(1, 2)]);
    wish.lines[0].unit_price = Some(amount("70"));
    let settings = Settings::default();
    assert_eq!(prices(&wish, &facts, &settings), [(Some(amount("80")), amount("70"))]);
    let kept = Kept { list_price: None, price: amount("60"), sku: None, title: "As it was".to_owned() };
    wish.lines[0].kept = Some(kept);
    assert_eq!(prices(&wish, &facts, &settings), [(None, amount("70"))]);
    wish.lines[0].unit_price = None;
    let priced = priced(&wish, &facts, &settings);
    let line = &priced.lines[0];
    assert_eq!((line.price, line.sku.as_deref(), line.title.as_str()), (amount("60"), None, "As it was"));
}

#[test]
fn what_is_not_for_sale_is_refused_with_its_place() {
    let settings = Settings::default();
    let place = |wish: &Wish, variants: Vec<Variant>| {
        let refusal = refused(wish, &facts(variants), &settings);
        (refusal.code, refusal.path.join("."))
    };
    let mut ended = variant(1, "80");
    ended.is_available = false;
    let mut draft = variant(2, "80");
    draft.status = ProductStatus::Draft;
    assert_eq!(place(&wish(&[(1, 1)]), vec![ended.clone()]), (Code::NotForSale, "lines.0.variantId".to_owned()));
    let two = wish(&[(3, 1), (2, 1)]);
    assert_eq!(place(&two, vec![variant(3, "1"), draft]), (Code::NotForSale, "lines.1.variantId".to_owned()));
    assert_eq!(place(&wish(&[(4, 1)]), Vec::new()), (Code::NotFound, "lines.0.variantId".to_owned()));
    let mut by_sku = wish(&[(4, 1)]);
    by_sku.lines[0].variant = VariantRef::Sku("SKU-4".to_owned());
    assert_eq!(place(&by_sku, Vec::new()), (Code::NotFound, "lines.0.sku".to_owned()));
    assert_eq!(priced(&by_sku, &facts(vec![variant(4, "3")]), &settings).lines[0].title, "Product 4 - 24x36");
    // The customer was merged into another one meanwhile: the call is tried again.
    let merged = Wish { customer_id: Some(id(9)), ..wish(&[(3, 1)]) };
    assert!(price(&merged, &facts(vec![variant(3, "1")]), &settings).is_err_and(|error| error.is_collision()));
    // A line that an order has stays.
    let mut kept = wish(&[(1, 1)]);
    kept.lines[0].kept = Some(Kept { list_price: None, price: amount("5"), sku: None, title: String::new() });
    assert_eq!(priced(&kept, &facts(vec![ended]), &settings).total_amount, amount("5"));
}

#[test]
fn what_no_order_can_have_is_refused_with_its_place() {
    let facts = facts(vec![variant(1, "99999999.99")]);
    let settings = Settings::default();
    let place = |change: fn(&mut Wish)| {
        let mut wish = wish(&[(1, 1)]);
        change(&mut wish);
        let refusal = refused(&wish, &facts, &settings);
        assert_eq!(refusal.code, Code::Invalid, "{refusal:?}");
        refusal.path.join(".")
    };
    assert_eq!(place(|wish| wish.lines.clear()), "lines");
    assert_eq!(place(|wish| wish.lines = vec![wish.lines[0].clone(); 1_001]), "lines");
    assert_eq!(place(|wish| wish.lines[0].quantity = 0), "lines.0.quantity");
    assert_eq!(place(|wish| wish.lines[0].quantity = i32::MAX), "lines.0.quantity");
    // Each is below the bound of a line, and all of them above that of an order.
    assert_eq!(place(|wish| wish.lines = vec![wish.lines[0].clone(); 101]), "lines");
    assert_eq!(place(|wish| wish.currency = Some("usd".to_owned())), "currency");
    assert_eq!(place(|wish| wish.lines[0].unit_price = Some(amount("0.001"))), "lines.0.unitPrice");
    assert_eq!(place(|wish| wish.lines[0].unit_price = Some(amount("-1"))), "lines.0.unitPrice");
    assert_eq!(place(|wish| wish.lines[0].unit_price = Some(Decimal::MAX)), "lines.0.unitPrice");
    let yen = |wish: &mut Wish| {
        wish.currency = Some("JPY".to_owned());
        wish.lines[0].unit_price = Some(amount("10.5"));
    };
    assert_eq!(place(yen), "lines.0.unitPrice");
    assert_eq!(place(|wish| wish.shipping_amount = Some(amount("-0.01"))), "shippingAmount");
    assert_eq!(place(|wish| wish.discount_codes = vec![" ".to_owned()]), "discountCodes.0");
    assert_eq!(place(|wish| wish.discount_codes = vec!["X".to_owned(); 21]), "discountCodes");
}
