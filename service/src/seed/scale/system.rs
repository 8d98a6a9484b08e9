//! The log, and the mark that a trial leaves.

use entity::{configurations, sea_orm_active_enums::EventSeverity, system_events};
use serde_json::json;

use super::{Rows, Totals, Trial};

pub(super) fn configuration(trial: &Trial, _: &Totals, number: u64, rows: &mut Rows) {
    rows.configurations.push(configurations::Model {
        id: trial.id_at("configurations", number, trial.now),
        key: trial.key(),
        value: json!({ "factor": trial.factor(), "seed": trial.seed() }),
        description: Some("Rows of a load trial were added.".to_owned()),
        updated_by_agent_id: None,
        version: 1,
        created_at: trial.now.into(),
        updated_at: trial.now.into(),
    });
}

pub(super) fn event(trial: &Trial, _: &Totals, number: u64, rows: &mut Rows) {
    let mut dice = trial.dice("system_events", number);
    let severity = match dice.below(100) {
        0..50 => EventSeverity::Debug,
        50..85 => EventSeverity::Info,
        85..95 => EventSeverity::Warning,
        95..99 => EventSeverity::Error,
        _ => EventSeverity::Critical,
    };
    rows.system_events.push(system_events::Model {
        id: trial.id("system_events", number),
        event_type: format!("trial.kind_{}", dice.below(20)),
        severity,
        source_agent_id: Some(trial.any_agent(&mut dice)),
        message: format!("Event {number} of a load trial"),
        details: json!({ "n": number }),
        created_at: trial.time("system_events", number).into(),
    });
}
