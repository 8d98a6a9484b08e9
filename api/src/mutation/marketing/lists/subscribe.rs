//! Subscribing addresses.

use async_graphql::Context;
use entity::sea_orm_active_enums as stored;
use service::{Result, batch::ItemResult, marketing::lists::subscribe::Subscribed};

use crate::{
    marketing::{EmailList, SubscriptionStatus},
    mutation::prelude::*,
    write::{error::UserError, payload::Answer},
};

input! {
    /// An address to subscribe to a list.
    SubscriptionInput => service::marketing::lists::subscribe::Subscription {
        /// Email address, kept in lower case. At most 255 characters.
        email: String,
        /// The list; not a dynamic one.
        list_id: Id,
        /// Who says that the owner of the address wants it, such as CUSTOMER, AGENT or IMPORT. At most 50 characters;
        /// kept in lower case.
        source: String,
        /// What proves it, a JSON object without addresses: it is kept for good. At most 16 KiB.
        evidence: Option<Json>,
    }
}

object! {
    /// The result of one item of `subscribe`. Items succeed or fail on their own.
    SubscriptionResult(ItemResult<Subscribed>) -> item {
        /// Index of the item in the call, from 0.
        index: i32 = item.index,
        /// The list. Null if the item was refused.
        email_list: Option<Row<EmailList>> = item.outcome.as_ref().map(|it| it.list),
        /// Whether emails are sent to the address. Null if the item was refused.
        status: Option<SubscriptionStatus> = item.outcome.as_ref().map(|it| it.status),
        /// Token with which the owner of the address confirms the subscription: send it to the address, and pass it to
        /// `confirmSubscription` when the owner follows the link. Null if no confirmation is needed.
        confirmation_token: Option<String> = item.outcome.as_ref().and_then(|it| it.confirmation_token.clone()),
        /// Why the item was refused. Empty if it succeeded.
        user_errors: Vec<UserError> = item.refused,
    }
}

impl Answer<Option<SubscriptionStatus>> for Option<stored::SubscriptionStatus> {
    async fn answer(&self, _: &Context<'_>) -> Result<Option<SubscriptionStatus>> {
        Ok(self.map(SubscriptionStatus::from))
    }
}

verbs! {
    /// Subscribes addresses to lists, and records the consent of their owners. On a list with `doubleOptIn` the address
    /// is PENDING until its owner confirms it. An address that left the list, or whose consent was withdrawn, is
    /// refused (SUPPRESSED), unless its owner subscribes it: with the source CUSTOMER and evidence.
    subscribe = perform(service::marketing::lists::subscribe::Subscribe) {
        /// Which addresses to which lists, at most 1000 items.
        items: Vec<SubscriptionInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[SubscriptionResult];
}
