//! What files of people have in common.

use super::file::value;
use crate::customers::address;

/// An e-mail address as it is stored; blank is none.
pub(super) fn email(found: &str) -> Result<Option<String>, String> {
    let Some(email) = value::text(255)(&address::normal(found))? else { return Ok(None) };
    match address::check_email("email", &email) {
        Ok(()) => Ok(Some(email)),
        Err(_) => Err("not an e-mail address".to_owned()),
    }
}
