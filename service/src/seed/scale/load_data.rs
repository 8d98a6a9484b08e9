//! What every row of the load data is computed from.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use uuid::{Builder, Uuid};

use super::Plan;
use crate::seed::rng::{Rng, hash};

/// How far back the rows reach, in days.
pub(super) const DAYS: i64 = 730;

/// Tables and their rows at factor 1. Those that are made in a group are counted by its first table.
const COUNTS: [(&str, u64); 16] = [
    ("goals", 500),
    ("workflows", 1_000),
    ("workflow_executions", 50_000),
    ("products", 1_000),
    ("customers", 20_000),
    ("customer_interactions", 50_000),
    ("campaigns", 200),
    ("campaign_recipients", 20_000),
    ("touchpoints", 50_000),
    ("content", 2_000),
    ("email_subscribers", 20_000),
    ("orders", 50_000),
    ("transactions", 20_000),
    ("kpi_measurements", 20_000),
    ("reports", 200),
    ("system_events", 100_000),
];
/// Tables that do not grow with the factor.
const FIXED: [(&str, u64); 7] = [
    ("configurations", 1),
    ("agents", 60),
    ("customer_segments", 12),
    ("email_lists", 10),
    ("discounts", 1),
    ("budgets", 120),
    ("kpis", 24),
];

/// One run: its seed, its sizes, its clock.
pub(super) struct LoadData {
    plan: Plan,
    pub(super) now: DateTime<Utc>,
    /// The orchestrator that was there before.
    pub(super) orchestrator: Option<Uuid>,
}

impl LoadData {
    pub(super) fn new(plan: &Plan, now: DateTime<Utc>, orchestrator: Option<Uuid>) -> Self {
        Self { plan: *plan, now: now.trunc_subsecs(6), orchestrator }
    }

    pub(super) fn seed(&self) -> u32 {
        self.plan.seed
    }

    pub(super) fn factor(&self) -> f64 {
        self.plan.factor
    }

    /// The configuration that says that this seed was used.
    pub(super) fn key(&self) -> String {
        format!("load_trial.{}", self.seed())
    }

    /// How many units a table has.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "a count")]
    pub(super) fn count(&self, table: &str) -> u64 {
        if let Some((_, fixed)) = FIXED.iter().find(|(name, _)| *name == table) {
            return *fixed;
        }
        let usual = COUNTS.iter().find(|(name, _)| *name == table).map_or(0, |(_, count)| *count);
        ((usual as f64 * self.plan.factor).round() as u64).max(1)
    }

    /// When the row was made: evenly over the whole time, so that a later number is a later time.
    pub(super) fn time(&self, table: &str, number: u64) -> DateTime<Utc> {
        let span = i128::from(DAYS) * 86_400_000_000;
        let passed = span * i128::from(number) / i128::from(self.count(table));
        self.now - TimeDelta::days(DAYS) + TimeDelta::microseconds(i64::try_from(passed).unwrap_or_default())
    }

    /// That much later, but never later than now.
    pub(super) fn later(&self, time: DateTime<Utc>, seconds: i64) -> DateTime<Utc> {
        (time + TimeDelta::seconds(seconds)).min(self.now)
    }

    /// The id of a row that is a unit of its own.
    pub(super) fn id(&self, table: &str, number: u64) -> Uuid {
        self.id_at(table, number, self.time(table, number))
    }

    /// The id of a row that was made then.
    pub(super) fn id_at(&self, table: &str, number: u64, created: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(created.timestamp_millis()).unwrap_or_default();
        let mut random = [0; 10];
        random[..2].copy_from_slice(&u16::try_from(number % 4096).unwrap_or_default().to_be_bytes());
        random[2..].copy_from_slice(&Rng::of(self.salt() ^ hash("ids"), table, number).next().to_be_bytes());
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// The random numbers of the row.
    pub(super) fn rng(&self, table: &str, number: u64) -> Rng {
        Rng::of(self.salt(), table, number)
    }

    /// The number of a row of that table, any of them.
    pub(super) fn any(&self, rng: &mut Rng, table: &str) -> u64 {
        rng.next() % self.count(table)
    }

    /// The number of a row of that table which was there when this one was made.
    pub(super) fn earlier(&self, rng: &mut Rng, table: &str, of: &str, number: u64) -> u64 {
        let made = u128::from(self.count(table)) * u128::from(number) / u128::from(self.count(of));
        rng.next() % u64::try_from(made).unwrap_or(1).max(1)
    }

    pub(super) fn agent(&self, number: u64) -> Uuid {
        match (number, self.orchestrator) {
            (0, Some(there)) => there,
            _ => self.id("agents", number),
        }
    }

    pub(super) fn any_agent(&self, rng: &mut Rng) -> Uuid {
        self.agent(self.any(rng, "agents"))
    }

    fn salt(&self) -> u64 {
        u64::from(self.plan.seed) << 32 | 0x5CA1_E000
    }
}
