//! What is taken off: of each line the discount with the largest amount, and then one of the order. They never add up,
//! so that anybody can foretell the price.

use std::collections::HashMap;

use entity::sea_orm_active_enums::{DiscountKind, DiscountTarget};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Facts, Wish, conditions::Conditions, facts::Discount, lines::Line};
use crate::{
    money::{allocate, currency, round},
    refusal::{Code, Facts as Details, Refusal},
    settings::Settings,
};

/// The discounts that a wish could get.
pub(super) struct Discounts<'a> {
    wish: &'a Wish,
    facts: &'a Facts,
    settings: &'a Settings,
    lines: &'a [Line<'a>],
    /// The codes that are asked for, with the place of each in the input.
    codes: Vec<(usize, String)>,
    /// How many pieces of each product there are, over all lines.
    pieces: HashMap<Uuid, i64>,
    step: Decimal,
}

/// An amount that a discount takes off.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut<'a> {
    pub(super) discount: &'a Discount,
    pub(super) amount: Decimal,
}

/// A discount that applies, and to which lines.
struct Applying<'a> {
    discount: &'a Discount,
    is_eligible: Vec<bool>,
}

impl Applying<'_> {
    /// What of each line's amount it applies to.
    fn of_each(&self, amounts: &[Decimal]) -> Vec<Decimal> {
        let of = |(amount, is_eligible): (&Decimal, &bool)| if *is_eligible { *amount } else { Decimal::ZERO };
        amounts.iter().zip(&self.is_eligible).map(of).collect()
    }
}

impl<'a> Discounts<'a> {
    /// The discounts of a wish; a code that there is not is refused.
    pub(super) fn new(
        wish: &'a Wish,
        facts: &'a Facts,
        settings: &'a Settings,
        lines: &'a [Line<'a>],
    ) -> Result<Self, Refusal> {
        let codes = wish.codes();
        for (index, code) in &codes {
            if facts.discounts.iter().all(|discount| discount.code.as_ref() != Some(code)) {
                return Err(refused(*index, code, "UNKNOWN"));
            }
        }
        let mut pieces: HashMap<Uuid, i64> = HashMap::new();
        for line in lines {
            *pieces.entry(line.variant.product_id).or_default() += i64::from(line.wish.quantity);
        }
        let step = currency::step(wish.currency(settings));
        Ok(Self { wish, facts, settings, lines, codes, pieces, step })
    }

    /// What is taken off each line: the largest amount of the discounts that apply to it; of equal ones the older's.
    pub(super) fn by_line(&self) -> Result<Vec<Option<Cut<'a>>>, Refusal> {
        let gross: Vec<Decimal> = self.lines.iter().map(|line| line.gross).collect();
        let applying = self.applying(DiscountTarget::Line, &gross)?;
        let best = |(place, line): (usize, &Line<'_>)| {
            let eligible = applying.iter().filter(|applying| applying.is_eligible.get(place) == Some(&true));
            largest(eligible.map(|applying| {
                let each = applying.discount.value * Decimal::from(line.wish.quantity);
                self.cut(applying.discount, line.gross, each)
            }))
        };
        Ok(self.lines.iter().enumerate().map(best).collect())
    }

    /// What is taken off the order, and what of it falls to each line. A code goes before discounts without one.
    pub(super) fn of_order(&self, amounts: &[Decimal]) -> Result<Option<(Cut<'a>, Vec<Decimal>)>, Refusal> {
        let applying = preferred(self.applying(DiscountTarget::Order, amounts)?);
        let cut = |applying: &Applying<'a>| {
            let sum: Decimal = applying.of_each(amounts).iter().sum();
            self.cut(applying.discount, sum, applying.discount.value)
        };
        let Some(cut) = largest(applying.iter().map(cut)) else { return Ok(None) };
        let weights = applying.iter().find(|applying| applying.discount.id == cut.discount.id);
        let weights = weights.map(|applying| applying.of_each(amounts)).unwrap_or_default();
        Ok(Some((cut, allocate(cut.amount, &weights, self.step))))
    }

    /// What sends the order for nothing, if something does: a code first, then the oldest.
    pub(super) fn free_shipping(&self, amounts: &[Decimal]) -> Result<Option<&'a Discount>, Refusal> {
        let applying = preferred(self.applying(DiscountTarget::Shipping, amounts)?);
        Ok(applying.first().map(|applying| applying.discount))
    }

    /// What a discount takes off an amount; a fixed one takes `fixed`, at most the amount.
    fn cut(&self, discount: &'a Discount, amount: Decimal, fixed: Decimal) -> Cut<'a> {
        let exact = match discount.kind {
            DiscountKind::Percentage => amount * discount.value / Decimal::ONE_HUNDRED,
            DiscountKind::Fixed => fixed.min(amount),
            DiscountKind::FreeShipping => Decimal::ZERO,
        };
        Cut { discount, amount: round(exact, self.step) }
    }

    /// The discounts of a target that apply, where the lines come to these amounts. Refuses a code that does not.
    fn applying(&self, target: DiscountTarget, amounts: &[Decimal]) -> Result<Vec<Applying<'a>>, Refusal> {
        let mut applying = Vec::new();
        for discount in self.facts.discounts.iter().filter(|discount| discount.target == target) {
            match self.eligible(discount, amounts) {
                Ok(is_eligible) => applying.push(Applying { discount, is_eligible }),
                Err(reason) => {
                    let asked = self.codes.iter().find(|(_, code)| discount.code.as_ref() == Some(code));
                    if let Some((index, code)) = asked {
                        return Err(refused(*index, code, reason));
                    }
                }
            }
        }
        Ok(applying)
    }

    /// To which lines a discount applies, or why to none.
    fn eligible(&self, discount: &Discount, amounts: &[Decimal]) -> Result<Vec<bool>, &'static str> {
        let now = self.facts.now;
        let has_own = self.facts.own_uses.contains(&discount.id);
        let is_used_up = discount.usage_limit.is_some_and(|limit| discount.used_count >= limit);
        // Conditions that cannot be read were written past the verb.
        let Ok(conditions) = Conditions::read(&discount.conditions) else { return Err("INACTIVE") };
        let has_currency = discount.kind == DiscountKind::Fixed || conditions.min_amount.is_some();
        let is_other_currency = has_currency && discount.currency != self.wish.currency(self.settings);
        for (is_refused, reason) in [
            (!discount.is_active, "INACTIVE"),
            (discount.starts_at.is_some_and(|start| start > now), "NOT_STARTED"),
            (discount.ends_at.is_some_and(|end| end <= now), "EXPIRED"),
            (is_used_up && !has_own, "USED_UP"),
            (discount.once_per_customer && self.facts.earlier_uses.contains(&discount.id), "ALREADY_USED"),
            (is_other_currency, "CURRENCY"),
            (!conditions.allow_country(self.wish, self.settings), "COUNTRY"),
            (!conditions.allow_customer(self.facts), "CUSTOMER"),
        ] {
            if is_refused {
                return Err(reason);
            }
        }
        let pieces = |line: &Line<'_>| self.pieces.get(&line.variant.product_id).copied().unwrap_or_default();
        let is_eligible = |line: &Line<'_>| conditions.allow_line(line.variant, pieces(line));
        let is_eligible: Vec<bool> = self.lines.iter().map(is_eligible).collect();
        if !is_eligible.contains(&true) {
            return Err("NOT_ELIGIBLE");
        }
        let eligible = amounts.iter().zip(&is_eligible).filter(|(_, is_eligible)| **is_eligible);
        let sum: Decimal = eligible.map(|(amount, _)| *amount).sum();
        match conditions.min_amount.is_some_and(|least| sum < least) {
            true => Err("BELOW_MINIMUM"),
            false => Ok(is_eligible),
        }
    }
}

/// Those with a code, if there are any, else all.
fn preferred(mut applying: Vec<Applying<'_>>) -> Vec<Applying<'_>> {
    if applying.iter().any(|applying| applying.discount.code.is_some()) {
        applying.retain(|applying| applying.discount.code.is_some());
    }
    applying
}

/// The largest amount, of equal ones the first; none of nothing.
fn largest<'a>(cuts: impl Iterator<Item = Cut<'a>>) -> Option<Cut<'a>> {
    let larger = |best: Cut<'a>, cut: Cut<'a>| if cut.amount > best.amount { cut } else { best };
    cuts.filter(|cut| cut.amount > Decimal::ZERO).reduce(larger)
}

fn refused(index: usize, code: &str, reason: &str) -> Refusal {
    let message = format!("the discount {code} does not apply: {reason}");
    let details = Details::Discount { code: code.to_owned(), reason: reason.to_owned() };
    Refusal::new(Code::DiscountRefused, message).at(["discountCodes", &index.to_string()]).with(details)
}
