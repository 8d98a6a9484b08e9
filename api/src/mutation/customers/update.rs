//! Changing a customer.

use crate::{customers::Customer, mutation::prelude::*};

verbs! {
    /// Updates a customer. Fields that are left out stay as they are. If the email address changes, `acceptsMarketing`
    /// follows the consents of the new one.
    update_customer = perform(service::customers::update::Update) on customer {
        /// Email address, kept in lower case; no other customer can have it. At most 255 characters.
        email: Option<String>,
        /// First name. At most 255 characters. Null removes it.
        first_name: MaybeUndefined<String>,
        /// Last name. At most 255 characters. Null removes it.
        last_name: MaybeUndefined<String>,
        /// Company the customer buys for. At most 255 characters. Null removes it.
        company: MaybeUndefined<String>,
        /// Phone number, with at least one digit. At most 50 characters. Null removes it.
        phone: MaybeUndefined<String>,
        /// Free-form tags, without commas: they replace all tags of the customer. At most 250, each at most 255
        /// characters.
        tags: Option<Vec<String>>,
        /// Note about the customer. At most 10000 characters. Null removes it.
        note: MaybeUndefined<String>,
    } -> customer: Customer;
}
