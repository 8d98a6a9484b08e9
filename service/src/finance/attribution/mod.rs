//! Attribution: which agents and campaigns revenue is credited to.
//!
//! - `model`: how credit is divided; arithmetic alone. `revenue`: what is credited; `touches`: what came before it.
//!   `rows`: writing the shares.
//! - [`amount`]: what shares are worth, net of refunds; worked out when it is read, so that it follows later ones.

pub mod amount;
mod by_hand;
pub(crate) mod model;
mod revenue;
mod rows;
mod touches;

use std::collections::{BTreeSet, HashMap, hash_map::Entry};

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::AttributionModel;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::{
    model::{Credited, WHOLE},
    revenue::Revenue,
    rows::NewShare,
};
use crate::{Result, UnitOfWork, Verb, access::Operation, edit::check, refusal::Refusal, settings};

/// The longest time between a touch and an order, in days: ten years.
const MAX_DAYS: i32 = 3660;

/// Divides the credit for revenue, by models from the touches before it, or by hand. It takes the place of how the same
/// models divided it before.
#[derive(Clone, Debug, Serialize)]
pub struct Attribute {
    /// The transaction, or else the order with all its revenue.
    pub transaction_id: Option<Uuid>,
    /// The order.
    pub order_id: Option<Uuid>,
    /// The models; none if it is divided by hand.
    pub models: Vec<AttributionModel>,
    /// How many days before an order a touch counts.
    pub window_days: i32,
    /// How it is divided by hand.
    pub shares: Vec<ShareByHand>,
}

/// A share that somebody gives.
#[derive(Clone, Debug, Serialize)]
pub struct ShareByHand {
    /// The agent.
    pub agent_id: Uuid,
    /// The campaign.
    pub campaign_id: Option<Uuid>,
    /// In percent.
    pub percentage: Decimal,
}

/// How credit is divided now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attributed {
    /// The shares.
    pub attributions: Vec<Uuid>,
    /// What nobody is credited for.
    pub unattributed: Vec<Unattributed>,
}

/// Revenue, or a part of it, that nobody is credited for.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Unattributed {
    /// The transaction.
    pub transaction: Uuid,
    /// By which model.
    pub model: AttributionModel,
    /// How much of it, in percent.
    pub percentage: Decimal,
}

impl Verb for Attribute {
    type Outcome = Attributed;
    const OPERATION: Operation = Operation::AttributeRevenue;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Attributed> {
        let models = self.models()?;
        check::within("windowDays", self.window_days, 1..=MAX_DAYS)?;
        if !self.shares.is_empty() {
            by_hand::check(unit, &self.shares).await?;
        }
        let settings = settings::load(unit).await?;
        let revenue = revenue::lock(unit, &settings, self.transaction_id, self.order_id).await?;
        let wanted = match self.shares.is_empty() {
            true => self.computed(unit, &revenue, &models).await?,
            false => revenue.iter().flat_map(|one| by_hand::shares(one.id, &self.shares)).collect(),
        };
        let ids: Vec<Uuid> = revenue.iter().map(|one| one.id).collect();
        let attributions = rows::replace(unit, &ids, &models, &wanted).await?;
        Ok(Attributed { attributions, unattributed: unattributed(&ids, &models, &wanted) })
    }
}

impl Attribute {
    /// The models whose shares are written, each once.
    fn models(&self) -> Result<Vec<AttributionModel>, Refusal> {
        match (self.models.is_empty(), self.shares.is_empty()) {
            (true, true) => Err(check::invalid("models", "`models` or `shares` is needed")),
            (false, false) => Err(check::invalid("shares", "with `shares`, leave out `models`")),
            (true, false) => Ok(vec![AttributionModel::Manual]),
            (false, true) if self.models.contains(&AttributionModel::Manual) => {
                Err(check::invalid("models", "`MANUAL` is not computed: give `shares` instead"))
            }
            (false, true) => {
                let mut models: Vec<AttributionModel> = Vec::new();
                for model in &self.models {
                    if !models.contains(model) {
                        models.push(*model);
                    }
                }
                Ok(models)
            }
        }
    }

    /// The shares by models. Revenue of one order has the same touches before it.
    async fn computed(
        &self,
        unit: &UnitOfWork,
        revenue: &[Revenue],
        models: &[AttributionModel],
    ) -> Result<Vec<NewShare>> {
        let mut known: HashMap<(Uuid, DateTime<Utc>), Vec<Credited>> = HashMap::new();
        let mut wanted = Vec::new();
        for one in revenue {
            let Some(customer) = one.customer else { continue };
            let touches = match known.entry((customer, one.until)) {
                Entry::Occupied(found) => found.into_mut(),
                Entry::Vacant(free) => free.insert(touches::before(unit, customer, one.until, self.window_days).await?),
            };
            for model in models {
                let shares = model::shares(*model, touches);
                let new = |share| NewShare::computed(one.id, *model, share, touches.len(), self.window_days);
                wanted.extend(shares.into_iter().map(new));
            }
        }
        Ok(wanted)
    }
}

/// What the shares leave of each transaction, by each model.
fn unattributed(transactions: &[Uuid], models: &[AttributionModel], shares: &[NewShare]) -> Vec<Unattributed> {
    let transactions: BTreeSet<Uuid> = transactions.iter().copied().collect();
    let pairs = transactions.into_iter().flat_map(|transaction| models.iter().map(move |model| (transaction, *model)));
    let left = pairs.map(|(transaction, model)| {
        let of_both = shares.iter().filter(|share| share.transaction_id == transaction && share.model == model);
        let given: Decimal = of_both.map(|share| share.percentage).sum();
        Unattributed { transaction, model, percentage: WHOLE - given }
    });
    left.filter(|left| !left.percentage.is_zero()).collect()
}
