//! What the values of settings must be.

use chrono::NaiveDate;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::{Authority, CommercialMinimum, Routing, ShopifyLocations, StockMode, Surcharge, shopify};
use crate::edit::check;

/// What a value must be, and how it is read.
pub(super) struct Rule<T> {
    must_be: &'static str,
    read: fn(&Json) -> Option<T>,
    /// What stands for a value that cannot be read; the default, if there is nothing.
    unreadable: Option<fn() -> T>,
}

impl<T> Rule<T> {
    const fn new(must_be: &'static str, read: fn(&Json) -> Option<T>) -> Self {
        Self { must_be, read, unreadable: None }
    }

    /// Says what stands for a value that cannot be read: nobody may do more because of it.
    const fn or(mut self, unreadable: fn() -> T) -> Self {
        self.unreadable = Some(unreadable);
        self
    }

    /// Reads a value, or says what it must be.
    pub(super) fn read(&self, value: &Json) -> Result<T, &'static str> {
        (self.read)(value).ok_or(self.must_be)
    }

    /// What stands for a value that cannot be read.
    pub(super) fn unreadable(&self) -> Option<T> {
        self.unreadable.map(|value| value())
    }
}

/// The longest time in which stock is kept for an order: a year.
pub(crate) const MAX_HOLD_MINUTES: i32 = 366 * 24 * 60;
/// The longest time for returns: ten years.
const MAX_DAYS: i32 = 3660;
/// The most names of a list.
const MAX_NAMES: usize = 100;
/// The most alert levels of budgets.
const MAX_LEVELS: usize = 10;
/// The highest alert level: ten times the budget.
const MAX_LEVEL: i32 = 1000;
/// The most characters of a prefix: a number of up to 19 digits stands behind it, and an order's has 50 characters.
const MAX_PREFIX: usize = 30;

pub(super) const CURRENCY: Rule<String> = Rule::new("three capital letters (ISO 4217), such as \"USD\"", |value| {
    text(value).filter(|code| check::currency("value", code).is_ok())
});
pub(super) const COUNTRY: Rule<String> = Rule::new("two capital letters (ISO 3166), such as \"US\"", |value| {
    text(value).filter(|code| code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase()))
});
pub(super) const TIME_ZONE: Rule<Tz> =
    Rule::new("a time zone such as \"America/New_York\"", |value| value.as_str()?.parse().ok());
pub(super) const LOCATIONS: Rule<Vec<String>> =
    Rule::new("a list of 1 to 100 different locations", |value| names(value, check::NAME));
pub(super) const CATEGORIES: Rule<Vec<String>> =
    Rule::new("a list of 1 to 100 different categories", |value| names(value, check::KIND));
pub(super) const LEVELS: Rule<Vec<i32>> = Rule::new("a list of at most 10 rising percentages from 1 to 1000", levels);
pub(super) const MINUTES: Rule<i32> =
    Rule::new("a number of minutes from 1 to 527040", |value| whole(value, 1, MAX_HOLD_MINUTES));
pub(super) const DAYS: Rule<i32> = Rule::new("a number of days from 0 to 3660", |value| whole(value, 0, MAX_DAYS));
pub(super) const PREFIX: Rule<String> = Rule::new("a text of at most 30 characters", |value| {
    text(value).filter(|prefix| prefix.chars().count() <= MAX_PREFIX)
});
pub(super) const SWITCH: Rule<bool> = Rule::new("true or false", Json::as_bool);
pub(super) const AMOUNT: Rule<Decimal> = Rule::new("a decimal, at least 0", amount);
pub(super) const NUMBER: Rule<Decimal> = Rule::new("a decimal", decimal);
pub(super) const DECIDED: Rule<Option<Decimal>> =
    Rule::new("a decimal, at least 0", |value| amount(value).map(Some)).or(|| Some(Decimal::ZERO));
pub(super) const MINIMUM: Rule<CommercialMinimum> =
    Rule::new("an object {\"amount\": 1000, \"mode\": \"FLAG\" or \"REJECT\"}", CommercialMinimum::read);
pub(super) const SURCHARGE: Rule<Option<Surcharge>> =
    Rule::new("false, or an object {\"percentage\": 20, \"width\": 36, \"height\": 48}", |value| match value {
        Json::Bool(false) => Some(None),
        value => Surcharge::read(value).map(Some),
    });
pub(super) const LAST_DAY: Rule<Option<NaiveDate>> =
    Rule::new("a date such as \"2026-12-31\", or false", |value| match value {
        Json::Bool(false) => Some(None),
        value => value.as_str()?.parse().ok().map(Some),
    });
pub(super) const SHOPIFY_DOMAIN: Rule<Option<String>> =
    Rule::new("a host name in small letters, such as \"shop.myshopify.com\"", |value| shopify::domain(value).map(Some));
pub(super) const SHOPIFY_LOCATIONS: Rule<ShopifyLocations> =
    Rule::new("an object of ids with names of locations, such as {\"655441491\": \"main\"}", ShopifyLocations::read);
pub(super) const STOCK_MODE: Rule<StockMode> = Rule::new("\"MIRROR\" or \"OWN\"", StockMode::read);
pub(super) const AUTHORITY: Rule<Authority> =
    Rule::new("an object such as {\"Agent\": {\"refund\": 100}}, with amounts of at least 0", Authority::read)
        .or(Authority::nothing);
pub(super) const ROUTING: Rule<Routing> =
    Rule::new("an object of task types with names of agents, such as {\"ship_order\": \"Agent\"}", Routing::read);

/// A decimal of at least 0, as a number or a text.
pub(super) fn amount(value: &Json) -> Option<Decimal> {
    decimal(value).filter(|amount| *amount >= Decimal::ZERO)
}

/// A decimal, as a number or a text.
fn decimal(value: &Json) -> Option<Decimal> {
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        _ => return None,
    };
    text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text)).ok()
}

/// A text.
pub(super) fn text(value: &Json) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// The members of an object, if it has no other ones.
pub(super) fn members<'a, const COUNT: usize>(
    value: &'a Json,
    names: [&str; COUNT],
) -> Option<[Option<&'a Json>; COUNT]> {
    let object = value.as_object()?;
    let members = names.map(|name| object.get(name));
    (members.iter().flatten().count() == object.len()).then_some(members)
}

fn whole(value: &Json, least: i32, most: i32) -> Option<i32> {
    let number = i32::try_from(value.as_i64()?).ok()?;
    (least..=most).contains(&number).then_some(number)
}

/// A list of different names, each of at most `most` characters.
fn names(value: &Json, most: usize) -> Option<Vec<String>> {
    let list: Vec<String> = value.as_array()?.iter().map(text).collect::<Option<_>>()?;
    let is_name = |name: &String| check::text("value", name, most).is_ok();
    let is_new = |(index, name): (usize, &String)| !list[..index].contains(name);
    let fits = (1..=MAX_NAMES).contains(&list.len());
    (fits && list.iter().all(is_name) && list.iter().enumerate().all(is_new)).then_some(list)
}

fn levels(value: &Json) -> Option<Vec<i32>> {
    let list: Vec<i32> = value.as_array()?.iter().map(|level| whole(level, 1, MAX_LEVEL)).collect::<Option<_>>()?;
    (list.len() <= MAX_LEVELS && list.is_sorted_by(|level, next| level < next)).then_some(list)
}
