//! A wish and what is known about it become amounts. Everything is exact, and rounded once.

use entity::sea_orm_active_enums::SegmentType;
use rust_decimal::Decimal;

use super::{
    DiscountUse, Facts, Priced, PricedLine, Wish,
    discount::Discounts,
    lines::lines,
    rate::{converted, to_shop},
    shipping::shipping,
    tax::Taxes,
};
use crate::{
    Result,
    money::{
        currency::{max_amount, step},
        stored,
    },
    refusal::Refusal,
    settings::{MinimumMode, Settings},
};

/// What a wish comes to.
pub(crate) fn price(wish: &Wish, facts: &Facts, settings: &Settings) -> Result<Priced> {
    let currency = wish.currency(settings);
    let step_of_order = step(currency);
    let lines = lines(wish, facts, settings)?;
    let discounts = Discounts::new(wish, facts, settings, &lines)?;
    let by_line = discounts.by_line()?;
    let off = |place: usize| by_line.get(place).and_then(|cut| cut.map(|cut| cut.amount)).unwrap_or_default();
    let after: Vec<Decimal> = lines.iter().enumerate().map(|(place, line)| line.gross - off(place)).collect();
    let of_order = discounts.of_order(&after)?;
    let spread = of_order.as_ref().map(|(_, spread)| spread.as_slice()).unwrap_or_default();
    let part = |place: usize| spread.get(place).copied().unwrap_or_default();
    let net: Vec<Decimal> = after.iter().enumerate().map(|(place, amount)| *amount - part(place)).collect();

    let taxes = Taxes::new(wish, facts, step_of_order);
    let priced = lines.iter().zip(&net).map(|(line, net)| {
        let tax = taxes.on_line(&line.variant.tax_class, *net);
        PricedLine::new(line, line.gross - *net, tax)
    });
    let priced: Vec<PricedLine> = priced.collect();
    let shipping = shipping(wish, facts, settings, &discounts, &net)?;
    let shipping_tax = taxes.on_shipping(shipping.amount);
    let sum = |amount: fn(&PricedLine) -> Decimal| priced.iter().map(amount).sum::<Decimal>();

    let subtotal: Decimal = lines.iter().map(|line| line.gross).sum();
    let discount = sum(|line| line.discount_amount);
    let tax = sum(|line| line.tax_amount) + shipping_tax.on_top;
    let total = subtotal - discount + tax + shipping.amount;
    let (rate, shop) = (to_shop(wish, facts, settings)?, step(&settings.currency));
    let report = converted(total, rate, shop);
    if [subtotal, total, report].into_iter().any(|amount| amount > max_amount()) {
        return Err(Refusal::invalid("lines", format!("the total of the order exceeds {}", max_amount())).into());
    }
    let goods = converted(subtotal - discount, rate, shop);
    let of_order = of_order.iter().map(|(cut, _)| *cut);
    let cuts = by_line.iter().flatten().copied().chain(of_order).chain(shipping.free_by);
    Ok(Priced {
        currency: currency.to_owned(),
        subtotal_amount: stored(subtotal),
        discount_amount: stored(discount),
        tax_amount: stored(tax),
        included_tax_amount: stored(sum(|line| line.included_tax_amount) + shipping_tax.included),
        shipping_amount: stored(shipping.amount),
        shipping_tax_amount: stored(shipping_tax.on_top + shipping_tax.included),
        total_amount: stored(total),
        tax_included: taxes.are_included,
        shipping_method: wish.shipping_method.clone(),
        uses: DiscountUse::of(cuts),
        exchange_rate_e10: rate,
        report_amount: stored(report),
        below_minimum: is_below_minimum(goods, facts, settings)?,
        lines: priced,
    })
}

/// Whether the goods of a commercial customer come to less than they have to, in the currency of the shop.
fn is_below_minimum(goods: Decimal, facts: &Facts, settings: &Settings) -> Result<bool, Refusal> {
    let minimum = settings.commercial_minimum;
    let is_commercial = facts.segments.iter().any(|segment| segment.kind == SegmentType::Commercial);
    let is_below = is_commercial && goods < minimum.amount;
    match minimum.mode {
        MinimumMode::Reject if is_below => {
            let (least, currency) = (minimum.amount, &settings.currency);
            let message = format!("the minimum for orders of commercial customers is {least} {currency}");
            Err(Refusal::invalid("lines", message))
        }
        MinimumMode::Reject | MinimumMode::Flag => Ok(is_below),
    }
}
