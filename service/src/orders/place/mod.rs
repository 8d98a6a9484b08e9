//! Placing an order.
//!
//! - `new`: of what is wanted, in few round trips. `of_draft`: of a quote, whose prices stand. `ahead`: what several
//!   calls need.

mod ahead;
mod new;
mod of_draft;

use std::collections::BTreeSet;

use entity::{agents, order_items, orders};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    expire,
    lines::{SOURCE, largest_reduction},
    settle::settle,
    wanted::wanting,
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::{self, Area, Operation},
    authority::{self, Limit},
    edit::{self, check},
    payments::create::{self, NewPayment, Opening},
    principal::Source,
    refusal::{At, Code, Facts, Located, Refusal},
    settings::{self, MAX_HOLD_MINUTES, Settings},
    stock::{self, Demand, Taken},
    webhooks::inbox,
};

wanting! {
    /// Places an order: of a draft, or of what is wanted.
    Place {
        /// The draft.
        draft_id: Option<Uuid>,
        /// The hold that keeps its pieces.
        hold_id: Option<Uuid>,
        /// Where it comes from, an open list of names.
        source: Option<String>,
        /// The agent who acts for the customer.
        placed_by_agent_id: Option<Uuid>,
        /// The total that the customer has seen.
        expected_total: Option<Decimal>,
        /// How long it keeps its stock unless it is confirmed or paid; none for the shop's own time.
        hold_minutes: Option<i32>,
        /// Whether it is confirmed at once.
        confirm: bool,
        /// How it is paid.
        payment: Option<NewPayment>,
        /// The approval of a price below the list price.
        approval_id: Option<Uuid>,
    }
}

/// What became of a call.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Placed {
    /// The order.
    pub order: Uuid,
    /// Its payment, if one was made.
    pub payment: Option<Uuid>,
}

/// The agents that are there and that the caller acts for.
#[derive(Default)]
struct Agents(BTreeSet<Uuid>);

impl Verb for Place {
    type Outcome = Placed;
    const OPERATION: Operation = Operation::PlaceOrder;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Placed> {
        self.check()?;
        let agent = self.agent(unit).await?;
        self.check_captured(unit).await?;
        let settings = settings::load(unit).await?;
        let (order, opening) = match self.draft_id {
            Some(draft) => {
                let placed = of_draft::place(self, unit, &settings, draft, agent).await?;
                // Payments of a draft are not entered before.
                inbox::wake_all(unit, Source::Stripe).await?;
                placed
            }
            None => new::place(self, unit, &settings, agent).await?,
        };
        let Some(opening) = opening else { return Ok(Placed { order: order.id, payment: None }) };
        let payment = opening.open(unit, Self::OPERATION, &settings, &order)?;
        settle(unit, &settings, order.id).await?;
        Ok(Placed { order: order.id, payment: Some(payment) })
    }
}

impl Place {
    fn check(&self) -> Result<(), Refusal> {
        if let Some(source) = &self.source {
            check::text("source", source, 50)?;
            if expire::OTHERS.contains(&source.as_str()) {
                let message = format!("the source {source:?} is reserved for imported orders");
                return Err(check::invalid("source", message));
            }
        }
        if let Some(minutes) = self.hold_minutes {
            check::within("holdMinutes", minutes, 1..=MAX_HOLD_MINUTES)?;
        }
        Ok(())
    }

    /// Refuses what is said beside a draft.
    fn check_wants_nothing(&self) -> Result<(), Refusal> {
        let wants_nothing = self.customer_id.is_none()
            && self.email.is_none()
            && self.lines.is_empty()
            && self.currency.is_none()
            && self.shipping_address.is_none()
            && self.billing_address.is_none()
            && self.shipping_method.is_none()
            && self.shipping_amount.is_none()
            && self.discount_codes.is_empty()
            && self.note.is_none()
            && self.tags.is_empty();
        match wants_nothing {
            true => Ok(()),
            false => {
                let message = "the draft has its own customer, lines, addresses, shipping, discounts, note and tags: \
                               leave them out here";
                Err(Refusal::invalid("draftId", message))
            }
        }
    }

    /// The agent who acts for the customer: the one that is named, or that of the key.
    async fn agent(&self, unit: &UnitOfWork) -> Result<Option<Uuid>> {
        let Some(agent) = self.placed_by_agent_id else { return Ok(unit.principal().agent) };
        if unit.memory().of_default(|known: &mut Agents| known.0.contains(&agent)) {
            return Ok(Some(agent));
        }
        edit::find::<agents::Model>(unit, agent).await.at(["placedByAgentId"])?;
        access::within(unit, [agent]).await.at(["placedByAgentId"])?;
        unit.memory().of_default(|known: &mut Agents| known.0.insert(agent));
        Ok(Some(agent))
    }

    /// Refuses an agent that says that money came in and may not say so of a payment.
    async fn check_captured(&self, unit: &UnitOfWork) -> Result<()> {
        match self.payment.as_ref().is_some_and(|payment| payment.captured) {
            true => access::check_capability(unit, Area::Payments).await.at(["payment", "captured"]),
            false => Ok(()),
        }
    }

    /// Where the order comes from.
    fn source(&self) -> String {
        self.source.clone().unwrap_or_else(|| SOURCE.to_owned())
    }

    /// Refuses a total that the customer has not seen.
    fn check_total(&self, total: Decimal) -> Result<(), Refusal> {
        let Some(expected) = self.expected_total.filter(|expected| *expected != total) else { return Ok(()) };
        let message = format!("the total is {total}, not {expected}");
        let facts = Facts::Total { expected, total };
        Err(Refusal::new(Code::PriceChanged, message).at(["expectedTotal"]).with(facts))
    }

    /// Refuses prices below the list prices that the agent may not give.
    async fn check_authority(
        &self,
        unit: &UnitOfWork,
        order: &orders::Model,
        items: &[order_items::Model],
    ) -> Result<()> {
        let reduction = largest_reduction(items);
        let asked = [(Limit::DiscountPercentage, reduction), (Limit::OrderAmount, order.report_amount)];
        let asked = if reduction.is_zero() { &[][..] } else { &asked[..] };
        authority::check_all(unit, order.placed_by_agent_id, asked, self.approval_id, ("Order", order.id)).await
    }

    /// Refuses a payment that the order cannot have; none if there is none to be made.
    async fn check_payment(
        &self,
        unit: &UnitOfWork,
        settings: &Settings,
        order: &orders::Model,
    ) -> Result<Option<Opening>> {
        let Some(payment) = &self.payment else { return Ok(None) };
        create::check(unit, settings, order, payment).await.under(["payment"])
    }
}

/// Takes the pieces that items want: those of a hold, which may be that of the draft, and what is missing.
async fn take(
    unit: &mut UnitOfWork,
    settings: &Settings,
    hold: Option<Uuid>,
    draft: Option<Uuid>,
    demands: &[Demand],
) -> Result<Vec<Taken>> {
    match hold {
        Some(hold) => stock::claim_hold(unit, settings, hold, draft, demands).await.map_err(at_hold),
        None => stock::take(unit, settings, demands).await,
    }
}

/// Says that an error is about the hold, if it is.
fn at_hold(error: Error) -> Error {
    let is_about_hold = match &error {
        Error::NotFound(noun, _) => *noun == "hold",
        Error::Refused(refusal) => refusal.code == Code::HoldGone,
        _ => false,
    };
    if is_about_hold { error.located(["holdId"]) } else { error }
}
