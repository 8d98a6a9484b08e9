//! Making a quote.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{check_times, hold};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    events::EventKind,
    orders::{lines, number, rows, settle::tell, wanted::wanting},
    refusal::At,
    settings,
};

wanting! {
    /// Creates a draft order.
    Create {
        /// Until when its prices stand; none for any time.
        valid_until: Option<DateTime<Utc>>,
        /// How long its pieces are kept; none for not at all.
        hold_minutes: Option<i32>,
    }
}

impl Verb for Create {
    /// The draft.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreateDraftOrder;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        check_times(unit.now(), self.valid_until, self.hold_minutes)?;
        let settings = settings::load(unit).await?;
        let wanted = self.wanted();
        let (buyer, priced) = lines::price(unit, &settings, &wanted).await?;
        let number = number::draw(unit, &settings).await?;
        let mut order = lines::draft(unit, number, &wanted, &buyer, &priced);
        order.placed_by_agent_id = unit.principal().agent;
        order.valid_until = self.valid_until.map(Into::into);
        let items = lines::items(unit, order.id, &priced.lines);
        rows::insert(unit, &order, &items);
        tell(unit, None, &order, EventKind::OrderDrafted);
        if let Some(minutes) = self.hold_minutes {
            hold(unit, &settings, order.id, &items, TimeDelta::minutes(minutes.into())).await.at(["lines"])?;
        }
        Ok(order.id)
    }
}
