//! Workflows that start by the clock: each slot once, however many processes look.

mod slots;
mod start;

use std::str::FromStr;

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use entity::{sea_orm_active_enums::WorkflowTriggerType, workflows};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use self::slots::Slots;
pub use self::start::{Scheduler, start_due};
use crate::{
    Error, Result,
    edit::check,
    refusal::{Code, Located, Refusal},
};

/// When a workflow starts, from its trigger's configuration.
#[derive(Clone, Debug)]
pub struct Schedule {
    slots: Slots,
    catch_up: CatchUp,
    overlap: Overlap,
}

/// What becomes of slots that passed while no server ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum CatchUp {
    /// They are left out.
    #[default]
    Skip,
    /// The last of them is started.
    One,
    /// All of them are started, at most [`MAX_MISSED`].
    All,
}

/// What happens while an earlier execution is not over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Overlap {
    /// The slot is left out.
    #[default]
    Skip,
    /// The execution is made, and begins when the earlier ones are over.
    Queue,
    /// The earlier ones are cancelled.
    CancelOld,
}

/// The most missed slots that are started after a downtime: the latest ones.
pub const MAX_MISSED: usize = 100;

/// A slot that is seen later than this was missed.
const PUNCTUAL_SECONDS: i64 = 60;

/// How a workflow's trigger is configured. It is stored as one JSON object.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TriggerConfig {
    /// When a schedule starts: minute, hour, day, month, weekday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cron: Option<String>,
    /// The time zone of `cron`, a name of the IANA database; UTC if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// What becomes of slots that passed while no server ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catch_up: Option<CatchUp>,
    /// What happens while an earlier execution is not over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap: Option<Overlap>,
    /// Settings of other triggers, an object; its entries stand beside the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom: Option<Json>,
}

impl TriggerConfig {
    /// The object that is stored.
    pub(crate) fn stored(&self) -> Result<Json> {
        let own = Self { custom: None, ..self.clone() };
        let written = serde_json::to_value(own).map_err(|_| Error::internal("a trigger that JSON cannot hold"))?;
        let Some(custom) = &self.custom else { return Ok(written) };
        let (Json::Object(mut config), Json::Object(custom)) = (written, custom) else {
            return Err(invalid("custom", "it must be an object").into());
        };
        for (name, value) in custom {
            if ["cron", "timeZone", "catchUp", "overlap"].contains(&name.as_str()) {
                return Err(invalid(
                    "custom",
                    format!("`{name}` does not belong in `custom`: set it directly in `triggerConfig`"),
                )
                .into());
            }
            config.insert(name.clone(), value.clone());
        }
        let config = Json::Object(config);
        check::json("custom", &config, check::JSON).map_err(|refusal| refusal.below(["triggerConfig"]))?;
        Ok(config)
    }
}

fn invalid(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(Code::Invalid, message).at(["triggerConfig", field])
}

impl Schedule {
    /// Reads a [`TriggerConfig`] as it is stored.
    pub fn parse(config: &Json) -> Result<Self, Refusal> {
        let config: TriggerConfig = serde_json::from_value(config.clone()).map_err(|error| {
            Refusal::invalid("triggerConfig", format!("the stored configuration cannot be read: {error}"))
        })?;
        let cron = config.cron.ok_or_else(|| invalid("cron", "a schedule needs `cron`"))?;
        let zone = config.time_zone.as_deref().unwrap_or("UTC");
        let zone = Tz::from_str(zone).map_err(|_| invalid("timeZone", format!("there is no time zone {zone:?}")))?;
        let slots = Slots::parse(&cron, zone).map_err(|message| invalid("cron", message))?;
        let (catch_up, overlap) = (config.catch_up.unwrap_or_default(), config.overlap.unwrap_or_default());
        Ok(Self { slots, catch_up, overlap })
    }

    /// The first slot after a time.
    pub fn next_after(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.slots.first_after(time)
    }

    /// The first slots after a time.
    pub fn next(&self, time: DateTime<Utc>, count: usize) -> Vec<DateTime<Utc>> {
        std::iter::successors(self.next_after(time), |slot| self.next_after(*slot)).take(count).collect()
    }

    /// The slots to start now of those from `first` on, and the first one to come. What was missed is what was late when
    /// a server first looked, at `seen`: what passed since then only waits for its turn.
    fn due(
        &self,
        first: DateTime<Utc>,
        seen: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> (Vec<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let passed = self.backwards(seen, first);
        let punctual = |slot: &DateTime<Utc>| seen - *slot < Duration::seconds(PUNCTUAL_SECONDS);
        let caught_up: Vec<_> = match self.catch_up {
            CatchUp::All => passed.take(MAX_MISSED).collect(),
            CatchUp::One => passed.take(1).collect(),
            CatchUp::Skip => passed.take_while(punctual).collect(),
        };
        let since = self.backwards(now, first).take_while(|slot| *slot > seen).take(MAX_MISSED);
        let mut due: Vec<_> = since.chain(caught_up).collect();
        due.reverse();
        (due, self.next_after(now))
    }

    /// The slots from a time back to another. Backwards, because a schedule by the minute has half a million slots in a
    /// year without a server.
    fn backwards(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        let before = move |slot: &DateTime<Utc>| self.slots.last_until(*slot - Duration::seconds(1));
        std::iter::successors(self.slots.last_until(from), before).take_while(move |slot| *slot >= to)
    }
}

/// When a workflow starts next: never, unless it is an active one with a schedule. A schedule that could start nothing is
/// refused.
pub fn next_run(workflow: &workflows::Model, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Refusal> {
    if workflow.trigger_type != WorkflowTriggerType::Schedule {
        return Ok(None);
    }
    let Some(next) = Schedule::parse(&workflow.trigger_config)?.next_after(now) else {
        return Err(invalid("cron", "`cron` never matches any date"));
    };
    if workflow.definition.is_none() {
        let message = "a workflow that is started by a schedule needs a definition";
        return Err(Refusal::invalid("definition", message));
    }
    Ok(workflow.is_active.then_some(next))
}
