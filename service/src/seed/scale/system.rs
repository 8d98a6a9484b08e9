//! The log, and the mark that a run leaves.

use entity::{configurations, sea_orm_active_enums::EventSeverity, system_events};
use serde_json::json;

use super::{LoadData, Rows, Totals};

pub(super) fn configuration(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    rows.configurations.push(configurations::Model {
        id: data.id_at("configurations", number, data.now),
        key: data.key(),
        value: json!({ "factor": data.factor(), "seed": data.seed() }),
        description: Some("Rows of a load trial were added.".to_owned()),
        updated_by_agent_id: None,
        version: 1,
        created_at: data.now.into(),
        updated_at: data.now.into(),
    });
}

pub(super) fn event(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("system_events", number);
    let severity = match rng.below(100) {
        0..50 => EventSeverity::Debug,
        50..85 => EventSeverity::Info,
        85..95 => EventSeverity::Warning,
        95..99 => EventSeverity::Error,
        _ => EventSeverity::Critical,
    };
    rows.system_events.push(system_events::Model {
        id: data.id("system_events", number),
        event_type: format!("trial.kind_{}", rng.below(20)),
        severity,
        source_agent_id: Some(data.any_agent(&mut rng)),
        message: format!("Event {number} of a load trial"),
        details: json!({ "n": number }),
        created_at: data.time("system_events", number).into(),
    });
}
