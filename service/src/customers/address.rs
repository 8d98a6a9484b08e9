//! The addresses of people, and their hashes: a hash tells what an address allowed, without keeping the address.

use entity::{customers, sea_orm_active_enums::ConsentChannel};

use super::PHONE;
use crate::{
    edit::check::{self, invalid},
    hash,
    refusal::Refusal,
};

/// An e-mail address as it is stored: in lower case, without blanks around it.
pub(crate) fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}

/// What stands for an address wherever the address itself is not kept. Text messages and calls go to the same number,
/// which has one hash, however its digits are grouped.
pub(crate) fn hash(channel: ConsentChannel, address: &str) -> String {
    hash::hex(match channel {
        ConsentChannel::Email => format!("email:{}", normal(address)),
        ConsentChannel::Sms | ConsentChannel::Phone => format!("phone:{}", digits(address)),
    })
}

/// A phone number without what only groups its digits.
fn digits(phone: &str) -> String {
    phone.to_lowercase().chars().filter(|letter| !letter.is_whitespace() && !"()-./".contains(*letter)).collect()
}

/// Refuses what is no e-mail address.
pub(crate) fn check_email(field: &str, email: &str) -> Result<(), Refusal> {
    check::text(field, email, check::NAME)?;
    let is_address = email.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !host.contains('@') && !email.contains(char::is_whitespace)
    });
    match is_address {
        true => Ok(()),
        false => Err(invalid(field, format!("`{field}` is not an e-mail address"))),
    }
}

/// Refuses what is no phone number. All texts without digits would have the same hash.
pub(crate) fn check_phone(field: &str, phone: &str) -> Result<(), Refusal> {
    check::text(field, phone, PHONE)?;
    match phone.contains(char::is_numeric) {
        true => Ok(()),
        false => Err(invalid(field, format!("`{field}` is not a phone number: it has no digits"))),
    }
}

/// Writes the hashes of a customer's addresses beside them.
pub(crate) fn write_hashes(customer: &mut customers::Model) {
    customer.email_hash = Some(hash(ConsentChannel::Email, &customer.email));
    customer.phone_hash = customer.phone.as_deref().map(|phone| hash(ConsentChannel::Phone, phone));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_hash_however_it_is_written() {
        let email = |text| hash(ConsentChannel::Email, text);
        assert_eq!(email(" Ann@Example.com"), email("ann@example.com"));
        assert_eq!(email("ann@example.com"), hash::hex("email:ann@example.com"));
        assert_ne!(email("ann@example.com"), email("bob@example.com"));
        let phone = |text| hash(ConsentChannel::Phone, text);
        assert_eq!(phone("+1 (555) 010-2030"), phone("+15550102030"));
        assert_eq!(phone("+15550102030"), hash(ConsentChannel::Sms, "+1 555 010 2030"));
        assert_ne!(phone("15550102030"), email("15550102030"));
    }

    #[test]
    fn a_phone_number_has_digits() {
        assert!(check_phone("phone", "+44 (20) 7946-0018 x7").is_ok());
        for wrong in ["", "unknown", "+-()"] {
            assert_eq!(check_phone("phone", wrong).expect_err(wrong).path, ["phone"], "{wrong}");
        }
    }

    #[test]
    fn an_address_has_a_name_and_a_host() {
        assert!(check_email("email", "ann@example.com").is_ok());
        for wrong in ["", "ann", "@example.com", "ann@", "ann@b@c", "ann @example.com"] {
            let refused = check_email("email", wrong).expect_err(wrong);
            assert_eq!(refused.path, ["email"], "{wrong}");
        }
    }
}
