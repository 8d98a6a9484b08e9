//! Orders that are placed together: what they need is read, and then locked, for all of them at once.

use uuid::Uuid;

use super::Place;
use crate::{
    Joint, Result, UnitOfWork,
    customers::{find_ahead, find_buyer},
    orders::{number, wanted::Wanted},
    pricing, settings,
    shared::Queued,
    stock,
};

impl Queued for Place {}

impl Joint for Place {
    /// A draft is changed by others, and an approval is used up before the stock is looked at.
    fn is_joint(&self) -> bool {
        self.draft_id.is_none() && self.approval_id.is_none()
    }

    fn weight(&self) -> usize {
        self.lines.len().max(1)
    }

    async fn prepare(unit: &mut UnitOfWork, calls: &[&Self]) -> Result<()> {
        let settings = settings::load(unit).await?;
        let wanted: Vec<Wanted> =
            calls.iter().map(|call| call.wanted()).filter(|wanted| wanted.check().is_ok()).collect();
        let buyers: Vec<_> = wanted.iter().map(|wanted| (wanted.customer_id, wanted.email.as_deref())).collect();
        find_ahead(unit, &buyers).await?;
        let mut wishes = Vec::with_capacity(wanted.len());
        for wanted in &wanted {
            if let Ok(buyer) = find_buyer(unit, wanted.customer_id, wanted.email.as_deref()).await {
                wishes.extend(wanted.wish(buyer.id));
            }
        }
        number::draw_ahead(unit, &settings, wishes.len()).await?;
        let variants = pricing::load_ahead(unit, &settings, wishes).await?;
        let holds: Vec<Uuid> = calls.iter().filter_map(|call| call.hold_id).collect();
        stock::lock_ahead(unit, &holds, &variants).await
    }
}
