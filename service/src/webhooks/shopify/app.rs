//! What becomes of the app at Shopify.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::EventSeverity;
use serde_json::json;

use crate::{
    Change, Result, UnitOfWork, Verb, settings,
    system::{configurations::Set, events::Record},
    webhooks::inbox::event::{Applied, InboundEvent},
};

/// The configuration that says whether the app is installed.
const INSTALLED: &str = "shopify.installed";

/// Notes that the app was removed: what Shopify tells later is ignored until it is installed again.
pub(super) async fn uninstall(unit: &mut UnitOfWork, event: &InboundEvent) -> Result<Applied> {
    if is_installed_since(unit, event.triggered_at.unwrap_or(event.received_at)).await? {
        return Ok(Applied::Ignored("the app was installed again after that".to_owned()));
    }
    let installed =
        Set { key: INSTALLED.to_owned(), expected_version: None, value: false.into(), description: Change::Keep };
    installed.perform(unit).await?;
    let record = Record {
        event_type: "shopify.uninstalled".to_owned(),
        severity: EventSeverity::Critical,
        source_agent_id: None,
        message:
            "the app was removed from the Shopify shop: its webhooks are ignored until `shopify.installed` is true"
                .to_owned(),
        details: json!({ "inboundWebhookId": event.id }),
    };
    record.perform(unit).await?;
    Ok(Applied::Done)
}

/// Whether somebody said after a time that the app is installed.
async fn is_installed_since(unit: &UnitOfWork, at: DateTime<Utc>) -> Result<bool> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM configurations WHERE key = ").bind(INSTALLED).push(" AND updated_at > ").bind(at);
    Ok(!unit.rows(sql).await?.is_empty() && settings::load(unit).await?.shopify_installed)
}
