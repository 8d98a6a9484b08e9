//! Recording what somebody allows.

use crate::{
    customers::{ConsentChannel, ConsentState, Customer},
    mutation::prelude::*,
};

verbs! {
    /// Records what the owner of an address consents to. The latest consent of an address counts, and
    /// `Customer.acceptsMarketing` follows that of the email address. After a withdrawal, bounce, complaint or erasure,
    /// a grant is refused (SUPPRESSED) unless the owner gives it: with the source CUSTOMER, evidence, and a later time.
    set_consent = perform(service::customers::set_consent::SetConsent) {
        /// The customer whose email address or phone number it is about. Give either this or `address`.
        customer_id: Option<Id>,
        /// Email address, at most 255 characters, or phone number, at most 50.
        address: Option<String>,
        /// Channel of the messages.
        channel: ConsentChannel,
        /// Whether messages are allowed, and if not, why. `ERASED` is refused: `eraseCustomer` records it.
        state: ConsentState,
        /// Who says so, such as CUSTOMER, AGENT or IMPORT. At most 50 characters; kept in lower case.
        source: String,
        /// What proves it, a JSON object without addresses: it is kept for good. At most 16 KiB.
        evidence: Option<Json>,
        /// When it was decided; not in the future. Default: now.
        occurred_at: Option<Moment>,
    } -> consented {
        /// The customer with the address; null if there is none, or more than one with this phone number.
        customer: Row<Customer> = consented.customer,
    }
}
