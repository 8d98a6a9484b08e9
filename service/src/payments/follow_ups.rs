//! What agents are asked to do at providers. Each task has the key of its effect: a worker hands it on, so that the
//! provider does it once, and reports what came of it.

use entity::{payments, refunds};
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{account::Account, entry::Request, ledger};
use crate::{
    Result, UnitOfWork,
    followup::{self, FollowUp},
};

/// A request for a provider.
pub(super) struct Asked {
    /// The payment.
    pub(super) payment: Uuid,
    /// The entry of the request.
    pub(super) request: Uuid,
    /// How much.
    pub(super) amount: Decimal,
    /// Names the effect.
    pub(super) key: String,
}

/// Asks for a capture; whether nobody was asked before.
pub(super) async fn capture(unit: &mut UnitOfWork, account: &Account, asked: Asked) -> Result<bool> {
    let Some(payment) = account.find(asked.payment) else { return Ok(false) };
    let name = format!("Capture a payment of order {}", account.order.order_number);
    let payload = payload(payment, json!({ "requestId": asked.request, "amount": asked.amount }));
    create(unit, "capture_payment", name, payload, asked.key).await
}

/// Asks for the end of an authorization; whether nobody was asked before.
pub(super) async fn void(unit: &mut UnitOfWork, payment: &payments::Model, key: String) -> Result<bool> {
    let payload = payload(payment, json!({ "amount": payment.authorized_amount }));
    create(unit, "void_payment", "Void a payment".to_owned(), payload, key).await
}

/// Asks for a refund; whether nobody was asked before.
pub(super) async fn refund(unit: &mut UnitOfWork, account: &Account, refund: Uuid, asked: Asked) -> Result<bool> {
    let Some(payment) = account.find(asked.payment) else { return Ok(false) };
    let name = format!("Refund a part of order {}", account.order.order_number);
    let more = json!({ "refundId": refund, "requestId": asked.request, "amount": asked.amount });
    create(unit, "refund_payment", name, payload(payment, more), asked.key).await
}

/// Asks again for those open requests that nobody is asked for any more: their task failed, or was cancelled. Whether
/// there are any.
pub(super) async fn ask_again(
    unit: &mut UnitOfWork,
    account: &Account,
    concerns: impl Fn(Uuid, &Request) -> bool,
) -> Result<bool> {
    let mut asks = false;
    for payment in &account.payments {
        let id = payment.row.id;
        let open: Vec<Request> =
            ledger::open_requests(payment.entries()).filter(|request| concerns(id, request)).collect();
        for Request { id: request, open: amount, refund: of, key, .. } in open {
            let asked = Asked { payment: id, request, amount, key };
            asks |= match of {
                Some(of) => refund(unit, account, of, asked).await?,
                None => capture(unit, account, asked).await?,
            };
        }
    }
    Ok(asks)
}

/// Asks somebody to look after a refund that did not work.
pub(super) async fn resolve_refund(unit: &mut UnitOfWork, refund: &refunds::Model) -> Result<()> {
    let payload = json!({ "refundId": refund.id, "orderId": refund.order_id, "amount": refund.amount });
    let name = "Resolve a refund that failed".to_owned();
    create(unit, "resolve_refund", name, payload, resolve_key(refund.id)).await.map(drop)
}

/// Withdraws the task of a refund that is asked for again.
pub(super) async fn resolved(unit: &mut UnitOfWork, refund: Uuid) -> Result<()> {
    followup::withdraw(unit, &resolve_key(refund)).await.map(drop)
}

fn resolve_key(refund: Uuid) -> String {
    format!("resolve_refund:{refund}")
}

/// Asks somebody to answer a dispute about an amount of a payment.
pub(super) async fn resolve_dispute(unit: &mut UnitOfWork, payment: &payments::Model, amount: Decimal) -> Result<()> {
    let payload = payload(payment, json!({ "amount": amount }));
    let key = dispute_key(payment.id);
    create(unit, "resolve_dispute", "Answer a charge-back".to_owned(), payload, key).await.map(drop)
}

/// The key of the task to answer a charge-back.
pub(super) fn dispute_key(payment: Uuid) -> String {
    format!("resolve_dispute:{payment}")
}

/// Withdraws the tasks of what is settled. A worker that has one finds it settled and completes it.
pub(super) async fn settled(unit: &mut UnitOfWork, keys: Vec<String>) -> Result<()> {
    for key in keys {
        followup::withdraw(unit, &key).await?;
    }
    Ok(())
}

/// Calls off the tasks of requests that were given up.
pub(super) async fn given_up(unit: &mut UnitOfWork, keys: Vec<String>) -> Result<()> {
    for key in keys {
        followup::close(unit, &key).await?;
    }
    Ok(())
}

fn payload(payment: &payments::Model, more: Json) -> Json {
    let mut payload = json!({
        "paymentId": payment.id,
        "orderId": payment.order_id,
        "provider": payment.provider,
        "providerReference": payment.provider_reference,
        "currency": payment.currency,
    });
    if let (Json::Object(payload), Json::Object(more)) = (&mut payload, more) {
        payload.extend(more);
    }
    payload
}

async fn create(
    unit: &mut UnitOfWork,
    task_type: &'static str,
    name: String,
    payload: Json,
    effect_key: String,
) -> Result<bool> {
    let follow_up = FollowUp { task_type, name, payload, effect_key, agent_hint: None };
    Ok(followup::create(unit, follow_up).await?.is_some())
}
