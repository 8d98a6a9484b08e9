//! Accepting an order.

use chrono::TimeDelta;
use entity::{orders, sea_orm_active_enums::OrderStatus};
use sea_orm::prelude::DateTimeWithTimeZone;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    settle::save,
    state::{self, Act, Verdict},
};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit,
    events::EventKind,
    followup::{self, FollowUp},
    refusal::At,
    settings,
};

/// Confirms an order.
#[derive(Clone, Debug, Serialize)]
pub struct Confirm {
    /// The order.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Confirm {
    /// The order.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::ConfirmOrder;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before = super::lock(unit, self.id).await.at(["id"])?;
        edit::check_version(self.expected_version, before.version)?;
        if state::check(&before, Act::Confirm).at(["id"])? == Verdict::Same {
            return Ok(self.id);
        }
        let settings = settings::load(unit).await?;
        let mut order = before.clone();
        accept(unit, &mut order);
        save(unit, &settings, &before, order, Some(EventKind::OrderConfirmed)).await?;
        Ok(self.id)
    }
}

/// Makes it a confirmed order.
pub(super) fn accept(unit: &UnitOfWork, order: &mut orders::Model) {
    order.status = OrderStatus::Confirmed;
    order.confirmed_at = Some(unit.now().into());
    order.hold_expires_at = None;
}

/// Asks an agent to ship a confirmed order.
pub(super) async fn ask_to_ship(unit: &mut UnitOfWork, order: &orders::Model) -> Result<()> {
    let follow_up = FollowUp {
        task_type: "ship_order",
        name: format!("Ship order {}", order.order_number),
        payload: json!({ "orderId": order.id, "orderNumber": order.order_number }),
        effect_key: shipping_key(order.id),
        agent_hint: None,
    };
    followup::create(unit, follow_up).await.map(drop)
}

/// The effect key of the task that ships an order.
pub(super) fn shipping_key(order: Uuid) -> String {
    format!("ship_order:{order}")
}

/// Until when an order keeps its stock that is neither confirmed nor paid.
pub(super) fn hold_until(unit: &UnitOfWork, minutes: i32) -> DateTimeWithTimeZone {
    (unit.now() + TimeDelta::minutes(minutes.into())).into()
}
