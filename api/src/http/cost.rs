//! What an operation costs, as its answer tells it to a client that asks.

use axum::http::HeaderMap;
use serde_json::{Value, json};
use service::principal::Principal;
use tokio::time::Instant;

use super::{App, read::Parameters};
use crate::document::Estimate;

/// Asks for the cost beside the answer.
const HEADER: &str = "vividwalls-cost";

/// Whether a client wants to know what an operation costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    No,
    /// Beside its answer.
    Too,
    /// It is not to be executed.
    Only,
}

impl Asked {
    /// By the header `VividWalls-Cost: 1`, or by `extensions: { cost: "only" }`.
    pub(super) fn of(headers: &HeaderMap, parameters: &Parameters) -> Self {
        match parameters.only_cost {
            true => Self::Only,
            false if headers.get(HEADER).is_some_and(|value| value == "1") => Self::Too,
            false => Self::No,
        }
    }
}

/// The `extensions` of an answer: points that were taken, points that were spent, the most that an operation may cost,
/// and what is left to spend.
pub(super) fn extensions(app: &App, principal: &Principal, estimate: Estimate, actual: Option<u64>) -> Value {
    let throttle = app.admission.balance(principal, Instant::now()).map(|balance| {
        json!({
            "capacity": balance.bucket.capacity,
            "available": balance.available,
            "restoreRate": balance.bucket.restored,
        })
    });
    json!({
        "cost": {
            "requested": estimate.points,
            "actual": actual,
            "maximum": app.documents.limits().of(principal).points,
            "throttle": throttle,
        },
    })
}
