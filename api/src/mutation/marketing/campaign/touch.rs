//! Recording touchpoints.

use service::{batch::ItemResult, marketing::campaign::touch::Touched};

use crate::{customers::Touchpoint, mutation::prelude::*, write::error::UserError};

input! {
    /// When a customer met an agent or a campaign.
    TouchpointInput => service::marketing::campaign::touch::Touchpoint {
        /// The customer.
        customer_id: Id,
        /// The agent. Leave it out if there was none in particular.
        agent_id: Option<Id>,
        /// The campaign. Leave it out if there was none in particular.
        campaign_id: Option<Id>,
        /// Where they met; any name, such as email, web or phone. At most 50 characters.
        channel: String,
        /// What happened; any name, such as visit, call or clicked. At most 50 characters.
        kind: String,
        /// When it happened; not in the future. Default: now.
        occurred_at: Option<Moment>,
        /// Your own id of the touchpoint; unique: a repetition changes nothing. At most 255 characters.
        external_id: Option<String>,
    }
}

object! {
    /// The result of one item of `recordTouchpoint`. Items succeed or fail on their own.
    TouchpointResult(ItemResult<Touched>) -> item {
        /// Index of the item in the call, from 0.
        index: i32 = item.index,
        /// The touchpoint. Null if the item was refused.
        touchpoint: Option<Row<Touchpoint>> = item.outcome.map(|touched| touched.touchpoint),
        /// False if it was known already or the item was refused: then nothing changed.
        applied: bool = item.outcome.is_some_and(|touched| touched.applied),
        /// Why the item was refused. Empty if it succeeded.
        user_errors: Vec<UserError> = item.refused,
    }
}

verbs! {
    /// Records when customers met agents or campaigns. Revenue is attributed by these touchpoints.
    record_touchpoint = perform(service::marketing::campaign::touch::RecordTouchpoint) {
        /// The touchpoints, at most 1000 items.
        items: Vec<TouchpointInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[TouchpointResult];
}
