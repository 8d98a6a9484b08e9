//! Creating a customer.

use crate::{customers::Customer, mutation::prelude::*};

verbs! {
    /// Creates a customer. Totals, VIP status and `acceptsMarketing` follow from orders and consents: `setConsent`
    /// records what the customer allows.
    create_customer = perform(service::customers::create::Create) {
        /// Email address, kept in lower case; no other customer can have it. At most 255 characters.
        email: String,
        /// First name. At most 255 characters.
        first_name: Option<String>,
        /// Last name. At most 255 characters.
        last_name: Option<String>,
        /// Company the customer buys for. At most 255 characters.
        company: Option<String>,
        /// Phone number, with at least one digit. At most 50 characters.
        phone: Option<String>,
        /// Free-form tags, without commas. At most 250, each at most 255 characters.
        tags: Vec<String> = Vec::new(),
        /// Note about the customer. At most 10000 characters.
        note: Option<String>,
    } -> customer: Customer;
}
