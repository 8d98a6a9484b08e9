//! Recording what campaigns spent.

use crate::{finance::Transaction, marketing::Campaign, mutation::prelude::*};

verbs! {
    /// Records what a campaign spent elsewhere, as an expense of the category `advertising`. It is recorded even above
    /// the budget of the campaign; a campaign that reaches its budget is paused. The campaign's budget slice pays if it
    /// has the money, otherwise the root slice of the budget of that month, if there is one.
    record_campaign_spend = perform(service::marketing::campaign::spend::RecordSpend) {
        /// The campaign.
        campaign_id: Id,
        /// Amount, above 0, in the currency of the campaign.
        amount: Decimal,
        /// Date of the expense. If the books of that day are closed, it is booked on the first open one. Default:
        /// today.
        date: Option<Date>,
        /// Description. At most 10000 characters.
        description: Option<String>,
        /// Your own id of the expense; unique. At most 255 characters.
        external_id: Option<String>,
    } -> spent {
        /// The campaign.
        campaign: Row<Campaign> = spent.campaign,
        /// The expense.
        transaction: Row<Transaction> = spent.transaction,
    }
}
