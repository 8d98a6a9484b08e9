//! What each campaign brought in a period.

use entity::sea_orm_active_enums::AttributionModel;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use super::content::shown;
use crate::{
    Result,
    analytics::{metric::rounded, period::Window},
    database::Source,
    insight::{
        campaigns::{self, Campaign},
        page::Page,
    },
};

/// The most campaigns of a report.
const MOST: u32 = 250;

/// The campaigns that sent, spent or were credited with something, those with the most revenue first.
pub(super) async fn list(source: &impl Source, window: &Window) -> Result<Json> {
    let page = Page { size: MOST, after: None };
    let found = campaigns::of(source, window, AttributionModel::LastTouch, page).await?;
    Ok(found.rows.into_iter().map(|(_, campaign)| shown_campaign(&campaign)).collect())
}

fn shown_campaign(campaign: &Campaign) -> Json {
    let Campaign { id, name, sent, clicked, spend, attributed } = campaign;
    let share = |part: Decimal, whole: Decimal| shown(part.checked_div(whole).map(rounded));
    json!({
        "campaignId": id,
        "name": name,
        "sent": sent,
        "clicked": clicked,
        "clickRate": share((*clicked).into(), (*sent).into()),
        "spent": rounded(*spend).to_string(),
        "revenue": rounded(*attributed).to_string(),
        "returnOnAdSpend": share(*attributed, *spend),
        "returnOnInvestment": share((attributed - spend) * Decimal::ONE_HUNDRED, *spend),
    })
}
