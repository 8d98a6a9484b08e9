//! What a cell can mean; the error is the reason for its refusal.

use rust_decimal::Decimal;

/// An amount of money that fits `DECIMAL(10,2)` as it stands: nothing is rounded.
pub(in crate::import) fn price(text: &str) -> Result<Decimal, &'static str> {
    let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
    if text.is_empty() {
        return Err("a price is missing");
    }
    if text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit())) {
        return Err("a price cannot be negative");
    }
    if !is_digits(whole) || !is_digits(cents) {
        return Err("not a number such as 344.25");
    }
    // "1.000" may be a thousand where it was written.
    if cents.len() > 2 {
        return Err("a price has at most two decimals");
    }
    if whole.trim_start_matches('0').len() > 8 {
        return Err("more than 99999999.99");
    }
    text.parse().map_err(|_| "not a number such as 344.25")
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

/// What spreadsheets make of yes and no.
pub(in crate::import) fn truth(text: &str) -> Result<bool, &'static str> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Ok(true),
        _ if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err("neither TRUE nor FALSE"),
    }
}

/// A text of at most so many characters; blank is none.
pub(in crate::import) fn text(longest: usize) -> impl Fn(&str) -> Result<Option<String>, String> {
    move |text| {
        if text.contains('\0') {
            return Err("contains a NUL character".to_owned());
        }
        match text.chars().count() {
            0 => Ok(None),
            length if length > longest => Err(format!("has {length} characters, {longest} fit")),
            _ => Ok(Some(text.to_owned())),
        }
    }
}

/// A text of at most so many characters that must not be blank.
pub(in crate::import) fn required(longest: usize, missing: &str) -> impl Fn(&str) -> Result<String, String> {
    move |found| text(longest)(found)?.ok_or_else(|| missing.to_owned())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
