//! What a cell can mean; the error is the reason for its refusal.

use chrono::{DateTime, Datelike, SubsecRound, Utc};
use rust_decimal::Decimal;

pub(in crate::import) use super::code::{code, id, without_apostrophe};
use crate::value::is_known_year;

/// Why a text is no amount of money.
enum NoMoney {
    Missing,
    Negative,
    NoNumber,
    /// It has more than two decimals.
    TooFine,
    TooLarge,
}

/// An amount of money that fits `DECIMAL(10,2)` as it stands: nothing is rounded.
pub(in crate::import) fn price(text: &str) -> Result<Decimal, &'static str> {
    money(text, 8).map_err(|why| match why {
        NoMoney::Missing => "a price is missing",
        NoMoney::Negative => "a price cannot be negative",
        NoMoney::NoNumber => "not a number such as 344.25",
        NoMoney::TooFine => "a price has at most two decimals",
        NoMoney::TooLarge => "more than 99999999.99",
    })
}

/// The same that fits `DECIMAL(12,2)`.
pub(in crate::import) fn amount(text: &str) -> Result<Decimal, &'static str> {
    money(text, 10).map_err(|why| match why {
        NoMoney::Missing => "an amount is missing",
        NoMoney::Negative => "an amount cannot be negative",
        NoMoney::NoNumber => "not a number such as 344.25",
        NoMoney::TooFine => "an amount has at most two decimals",
        NoMoney::TooLarge => "more than 9999999999.99",
    })
}

/// An amount; blank is none.
pub(in crate::import) fn amount_or_none(text: &str) -> Result<Option<Decimal>, &'static str> {
    if text.is_empty() { Ok(None) } else { amount(text).map(Some) }
}

/// An amount with at most `digits` digits before the point.
fn money(text: &str, digits: usize) -> Result<Decimal, NoMoney> {
    let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
    if text.is_empty() {
        return Err(NoMoney::Missing);
    }
    if text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit())) {
        return Err(NoMoney::Negative);
    }
    if !is_digits(whole) || !is_digits(cents) {
        return Err(NoMoney::NoNumber);
    }
    // "1.000" may be a thousand where it was written.
    if cents.len() > 2 {
        return Err(NoMoney::TooFine);
    }
    if whole.trim_start_matches('0').len() > digits {
        return Err(NoMoney::TooLarge);
    }
    text.parse().map_err(|_| NoMoney::NoNumber)
}

/// A price, or blank.
pub(in crate::import) fn price_or_none(text: &str) -> Result<Option<Decimal>, &'static str> {
    if text.is_empty() { Ok(None) } else { price(text).map(Some) }
}

/// A count of pieces.
pub(in crate::import) fn quantity(text: &str) -> Result<i32, &'static str> {
    if text.is_empty() {
        return Err("a quantity is missing");
    }
    if text.strip_prefix('-').is_some_and(is_digits) {
        return Err("a quantity cannot be negative");
    }
    if !is_digits(text) {
        return Err("not a whole number");
    }
    text.parse().map_err(|_| "more than 2147483647")
}

/// A count of pieces, or blank.
pub(in crate::import) fn quantity_or_none(text: &str) -> Result<Option<i32>, &'static str> {
    if text.is_empty() { Ok(None) } else { quantity(text).map(Some) }
}

/// A count that is below 0 where more was sold than there was.
pub(in crate::import) fn whole(text: &str) -> Result<i32, &'static str> {
    match text.strip_prefix('-').filter(|digits| is_digits(digits)) {
        Some(_) => text.parse().map_err(|_| "less than -2147483648"),
        None => quantity(text),
    }
}

/// A count that may be below 0, or blank.
pub(in crate::import) fn whole_or_none(text: &str) -> Result<Option<i32>, &'static str> {
    if text.is_empty() { Ok(None) } else { whole(text).map(Some) }
}

/// What spreadsheets make of yes and no.
pub(in crate::import) fn truth(text: &str) -> Result<bool, &'static str> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Ok(true),
        _ if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err("neither TRUE nor FALSE"),
    }
}

/// What Shopify writes for yes and no; none if it is blank.
pub(in crate::import) fn yes_or_no(text: &str) -> Result<Option<bool>, &'static str> {
    match text {
        "" => Ok(None),
        _ if ["yes", "true"].iter().any(|yes| text.eq_ignore_ascii_case(yes)) => Ok(Some(true)),
        _ if ["no", "false"].iter().any(|no| text.eq_ignore_ascii_case(no)) => Ok(Some(false)),
        _ => Err("not yes or no"),
    }
}

/// A moment, with its time zone.
pub(in crate::import) fn moment(text: &str) -> Result<DateTime<Utc>, &'static str> {
    let text = text.strip_suffix(" UTC").map_or_else(|| text.to_owned(), |local| format!("{local} +0000"));
    let read = DateTime::parse_from_rfc3339(&text).or_else(|_| DateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S %z"));
    let moment = read.map_err(|_| "not a time such as 2026-03-02 10:20:30 -0500")?.to_utc().trunc_subsecs(6);
    if is_known_year(moment.year()) { Ok(moment) } else { Err("a time is between the years 1 and 9999") }
}

/// A moment; blank is none.
pub(in crate::import) fn moment_or_none(text: &str) -> Result<Option<DateTime<Utc>>, &'static str> {
    if text.is_empty() { Ok(None) } else { moment(text).map(Some) }
}

/// A telephone number of limited length; blank is none. Exports write an apostrophe before one, so that a
/// spreadsheet takes it for no number.
pub(in crate::import) fn phone(longest: usize) -> impl Fn(&str) -> Result<Option<String>, String> {
    move |found| match text(longest)(found.strip_prefix('\'').unwrap_or(found))? {
        Some(phone) if !phone.contains(char::is_numeric) => Err("a phone number has digits".to_owned()),
        phone => Ok(phone),
    }
}

/// Tags, separated by commas.
pub(in crate::import) fn tags(found: &str) -> Result<Vec<String>, String> {
    let named = found.split(',').map(str::trim).filter(|tag| !tag.is_empty());
    named.map(|tag| text(255)(tag).map(Option::unwrap_or_default)).collect()
}

/// A text of at most so many characters; blank is none.
pub(in crate::import) fn text(longest: usize) -> impl Fn(&str) -> Result<Option<String>, String> {
    move |text| {
        if text.contains('\0') {
            return Err("contains a NUL character".to_owned());
        }
        match text.chars().count() {
            0 => Ok(None),
            length if length > longest => Err(format!("has {length} characters, at most {longest} fit")),
            _ => Ok(Some(text.to_owned())),
        }
    }
}

/// A text of at most so many characters that must not be blank.
pub(in crate::import) fn required(longest: usize, missing: &str) -> impl Fn(&str) -> Result<String, String> {
    move |found| text(longest)(found)?.ok_or_else(|| missing.to_owned())
}

/// Whether a text has only digits, and one at least.
pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::{amount, moment, phone, price, quantity, text, whole, yes_or_no};

    /// Every text of up to `length` of these characters.
    fn texts(characters: &str, length: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..length {
            let to = all.len();
            for at in from..to {
                all.extend(characters.chars().map(|character| format!("{}{character}", all[at])).collect::<Vec<_>>());
            }
            from = to;
        }
        all
    }

    #[test]
    fn reads_every_amount_exactly() {
        for cents in (0..20_000).chain(9_999_999_000..=9_999_999_999) {
            let amount = Decimal::new(cents, 2);
            assert_eq!(price(&amount.to_string()), Ok(amount));
            assert_eq!(price(&amount.normalize().to_string()), Ok(amount));
        }
    }

    #[test]
    fn takes_no_price_that_it_would_have_to_change() {
        for text in texts("019.-+, eE_", 5) {
            let Ok(amount) = price(&text) else { continue };
            let (whole, cents) = text.split_once('.').unwrap_or((&text, "0"));
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            assert!(digits(whole) && digits(cents) && cents.len() <= 2, "{text:?} was taken");
            assert_eq!(amount, text.parse().expect("a number"));
        }
        for (text, reason) in [
            ("", "missing"),
            ("-1.00", "negative"),
            ("12,50", "number"),
            ("1.000", "two decimals"),
            ("100000000", "99999999.99"),
            ("$5", "number"),
            ("NaN", "number"),
            ("99999999999999999999999999999999999999", "99999999.99"),
        ] {
            assert!(price(text).is_err_and(|found| found.contains(reason)), "{text:?}");
        }
    }

    #[test]
    fn an_amount_has_two_digits_more_than_a_price() {
        assert_eq!(amount("9999999999.99"), Ok(Decimal::new(999_999_999_999, 2)));
        assert_eq!(amount("10000000000"), Err("more than 9999999999.99"));
        assert_eq!(amount("-0.01"), Err("an amount cannot be negative"));
    }

    #[test]
    fn reads_times_with_their_zones() {
        let expected = moment("2026-03-02T15:20:30Z").expect("a time");
        for text in ["2026-03-02 10:20:30 -0500", "2026-03-02 15:20:30 UTC", "2026-03-02T16:20:30+01:00"] {
            assert_eq!(moment(text), Ok(expected), "{text}");
        }
        for text in ["", "2026-03-02", "2026-03-02 10:20:30", "46083.4", "9999-12-31 23:59:59 -0500"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn reads_what_shopify_writes_of_people() {
        assert_eq!((yes_or_no("Yes"), yes_or_no("no"), yes_or_no("")), (Ok(Some(true)), Ok(Some(false)), Ok(None)));
        assert!(yes_or_no("maybe").is_err());
        assert_eq!(phone(50)("'+15550102030"), Ok(Some("+15550102030".to_owned())));
        assert!(phone(50)("unknown").is_err());
    }

    #[test]
    fn takes_only_whole_quantities() {
        for text in texts("019.-+, eE", 5) {
            if let Ok(count) = quantity(&text) {
                assert!(text.bytes().all(|byte| byte.is_ascii_digit()), "{text:?} was taken");
                assert_eq!(Ok(count), text.parse());
            }
        }
        assert_eq!(quantity("2147483647"), Ok(i32::MAX));
        for (text, reason) in [("", "missing"), ("-1", "negative"), ("1.0", "whole"), ("2147483648", "2147483647")] {
            assert!(quantity(text).is_err_and(|found| found.contains(reason)), "{text:?}");
        }
    }

    #[test]
    fn reads_what_was_oversold() {
        assert_eq!((whole("-3"), whole("-2147483648")), (Ok(-3), Ok(i32::MIN)));
        for text in ["", "-", "--1", "-1.0", "-2147483649"] {
            assert!(whole(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn counts_characters_and_not_bytes() {
        assert_eq!(text(3)("äöü"), Ok(Some("äöü".to_owned())));
        assert_eq!(text(3)("abcd"), Err("has 4 characters, at most 3 fit".to_owned()));
        assert_eq!(text(3)(""), Ok(None));
        assert!(text(3)("a\0").is_err());
    }
}
