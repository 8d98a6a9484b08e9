//! Figures of a period beside those of the period before.

use entity::sea_orm_active_enums::KpiMetric;
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

use crate::{
    Result,
    analytics::{
        metric,
        period::Window,
        trend::{Trend, compare},
    },
    database::Source,
    state,
};

/// What every report says: the period, the currency, and its figures.
pub(super) async fn figures(
    source: &impl Source,
    metrics: &[KpiMetric],
    window: &Window,
    before: &Window,
) -> Result<Map<String, Json>> {
    let (now, then) =
        (metric::measure(source, metrics, window).await?, metric::measure(source, metrics, before).await?);
    let figures: Map<String, Json> = metrics
        .iter()
        .map(|name| {
            let value = now.get(name).and_then(|it| it.value);
            (state::name(name), figure(value, then.get(name).and_then(|it| it.value)))
        })
        .collect();
    Ok(Map::from_iter([
        ("from".to_owned(), json!(window.period.start)),
        ("until".to_owned(), json!(window.period.end)),
        ("isPartial".to_owned(), json!(window.period.end > source.now())),
        ("currency".to_owned(), json!(window.currency)),
        ("figures".to_owned(), Json::Object(figures)),
    ]))
}

fn figure(value: Option<Decimal>, previous: Option<Decimal>) -> Json {
    let comparison = compare(value, previous);
    let trend = comparison.trend.map(|trend| match trend {
        Trend::Up => "UP",
        Trend::Down => "DOWN",
        Trend::Stable => "STABLE",
    });
    json!({
        "value": shown(value),
        "previous": shown(previous),
        "delta": shown(comparison.delta),
        "deltaPercentage": shown(comparison.delta_percentage),
        "trend": trend,
    })
}

/// A number as answers show it.
pub(super) fn shown(value: Option<Decimal>) -> Json {
    value.map_or(Json::Null, |value| value.to_string().into())
}

/// The days of a period, for a title.
pub(super) fn days(window: &Window) -> String {
    let last = window.end_day.pred_opt().unwrap_or(window.end_day);
    match window.first_day == last {
        true => window.first_day.to_string(),
        false => format!("{} to {last}", window.first_day),
    }
}
