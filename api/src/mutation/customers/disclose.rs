//! Disclosing what is kept about a customer.

use async_graphql::Context;
use service::{Result, customers::disclose::Kept};

use crate::{
    customers::Customer,
    mutation::prelude::*,
    write::{payload, service},
};

verbs! {
    /// Discloses all that is kept about a customer, to be handed to that person. The audit log has an entry for it.
    disclose_customer = perform(service::customers::disclose::Disclose) {
        /// The customer.
        id: Id,
    } -> disclosed {
        /// The customer.
        customer: Row<Customer> = disclosed.customer,
        /// All that is kept now, as a JSON object: the customer, and a list for each kind of row, such as `orders`.
        disclosure: Json = disclosed.kept,
    }
}

impl payload::Answer<Json> for Kept {
    async fn answer(&self, ctx: &Context<'_>) -> Result<Json> {
        self.read(service(ctx)?).await
    }
}
