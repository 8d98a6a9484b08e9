//! Made-up tasks and attempts, and a plain computation over them.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use entity::{
    sea_orm_active_enums::{AttemptOutcome, TaskStatus},
    task_attempts, tasks,
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use tests::TestDatabase;
use uuid::Uuid;

use crate::{
    read::random::Rng,
    work::fixture::{WorkFixture, start},
};

pub(super) const TYPES: &[&str] = &["write", "send", "Ärger's"];
const CODES: [Option<&str>; 3] = [Some("BROKEN"), Some("LOST"), None];

/// A task as it stands, with an attempt that is over, if one is.
#[derive(Debug)]
pub(super) struct Try {
    pub(super) agent: Uuid,
    pub(super) task_type: &'static str,
    status: TaskStatus,
    created: DateTime<Utc>,
    deadline: DateTime<Utc>,
    outcome: Option<AttemptOutcome>,
    code: Option<&'static str>,
    started: DateTime<Utc>,
    pub(super) ended: DateTime<Utc>,
    /// Whether the task ended with the attempt.
    last: bool,
}

impl Try {
    fn random(rng: &mut Rng, agents: &[Uuid]) -> Self {
        use AttemptOutcome::{Cancelled, Completed, Failed, LeaseLost, Released, TimedOut, Waiting};
        use TaskStatus::{InProgress, Pending};
        let micros = |rng: &mut Rng, most: usize| Duration::microseconds(rng.below(most) as i64);
        // Whole seconds too, which are written shorter; and equal durations.
        let started = start() - Duration::minutes(rng.below(60 * 24 * 40) as i64) - Duration::hours(1);
        let started = if rng.below(2) == 0 { started } else { started + micros(rng, 2_000_000) };
        let took = match rng.below(3) {
            0 => Duration::seconds(rng.below(4) as i64),
            _ => micros(rng, 3_000_000_000 / 2),
        };
        let outcomes = [Completed, Completed, Completed, Failed, TimedOut, LeaseLost, Released, Waiting, Cancelled];
        let outcome = (rng.below(4) > 0).then(|| outcomes[rng.below(outcomes.len())]);
        let last = rng.below(2) == 0;
        let status = match &outcome {
            None => [Pending, InProgress, TaskStatus::Waiting][rng.below(3)],
            Some(Completed) => TaskStatus::Completed,
            Some(Cancelled) => TaskStatus::Cancelled,
            Some(Failed | TimedOut | LeaseLost) if last || rng.below(2) == 0 => TaskStatus::Failed,
            Some(_) => Pending,
        };
        Self {
            agent: *rng.pick(agents).expect("agents"),
            task_type: rng.pick(TYPES).expect("types"),
            status,
            created: started - micros(rng, 9_000_000),
            deadline: started + Duration::seconds(rng.below(1500) as i64),
            code: CODES[rng.below(3)],
            started,
            ended: started + took,
            last,
            outcome,
        }
    }

    fn is_done(&self) -> bool {
        self.outcome == Some(AttemptOutcome::Completed)
    }

    fn went_wrong(&self) -> bool {
        use AttemptOutcome::{Failed, LeaseLost, TimedOut};
        matches!(self.outcome, Some(Failed | LeaseLost | TimedOut))
    }

    pub(super) fn counts(&self) -> bool {
        self.is_done() || self.went_wrong()
    }

    /// Whether nothing of it stands now.
    pub(super) fn is_past(&self) -> bool {
        matches!(self.status, TaskStatus::Completed | TaskStatus::Cancelled)
    }

    fn rows(&self) -> (tasks::ActiveModel, Option<task_attempts::ActiveModel>) {
        let task = Uuid::now_v7();
        let over = matches!(self.status, TaskStatus::Completed | TaskStatus::Cancelled | TaskStatus::Failed);
        // Failed in another moment, it failed without an attempt: waiting, for example.
        let completed = if self.last || self.is_done() { self.ended } else { self.ended + Duration::minutes(1) };
        let row = tasks::ActiveModel {
            id: Set(task),
            assigned_agent_id: Set(self.agent),
            task_type: Set(self.task_type.to_owned()),
            status: Set(self.status),
            attempt: Set(1),
            completed_at: Set(over.then_some(completed.into())),
            deadline_at: Set(Some(self.deadline.into())),
            created_at: Set(self.created.into()),
            updated_at: Set(start().into()),
            ..Default::default()
        };
        let attempt = self.outcome.map(|outcome| task_attempts::ActiveModel {
            id: Set(Uuid::now_v7()),
            task_id: Set(task),
            number: Set(1),
            agent_id: Set(Some(self.agent)),
            worker: Set(None),
            started_at: Set(self.started.into()),
            ended_at: Set(self.ended.into()),
            outcome: Set(outcome),
            error_code: Set(self.code.map(str::to_owned)),
            error_message: Set(None),
            created_at: Set(self.ended.into()),
        });
        (row, attempt)
    }
}

pub(super) async fn insert_all(db: &TestDatabase, fixture: &WorkFixture, count: usize) -> Vec<Try> {
    let mut rng = Rng(2026);
    // The last one has done nothing.
    let agents = [fixture.top, fixture.director, fixture.specialist];
    let tries: Vec<Try> = (0..count).map(|_| Try::random(&mut rng, &agents)).collect();
    let (rows, attempts): (Vec<_>, Vec<_>) = tries.iter().map(Try::rows).unzip();
    tasks::Entity::insert_many(rows).exec_without_returning(db.connection()).await.expect("tasks");
    task_attempts::Entity::insert_many(attempts.into_iter().flatten())
        .exec_without_returning(db.connection())
        .await
        .expect("attempts");
    tries
}

/// Both ends, if they are said.
pub(super) type Period = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Periods whose ends are exactly those of attempts, and others.
pub(super) fn periods(tries: &[Try]) -> Vec<Period> {
    let mut rng = Rng(7);
    let mut ends: Vec<_> = tries.iter().map(|it| it.ended).collect();
    ends.sort();
    let mut periods =
        vec![(None, None), (None, Some(start() - Duration::days(5))), (Some(start() - Duration::days(400)), None)];
    for _ in 0..9 {
        let mut ends = [0, 1].map(|_| ends[rng.below(ends.len())]);
        ends.sort();
        periods.push((Some(ends[0]), Some(ends[1])));
    }
    periods
}

pub(super) fn shown((since, until): Period) -> Value {
    let given = [("since", since), ("until", until)].into_iter().filter_map(|(name, time)| Some((name, time?)));
    given.map(|(name, time)| (name.to_owned(), json!(time))).collect()
}

pub(super) fn holds((since, until): Period, time: DateTime<Utc>) -> bool {
    let since = since.unwrap_or(until.unwrap_or(start()) - Duration::days(30));
    since <= time && until.is_none_or(|until| time < until)
}

/// Of some attempts of an agent in a period.
pub(super) fn judged(tries: &[&Try]) -> Value {
    let failed = |it: &&&Try| it.went_wrong() && it.status == TaskStatus::Failed && it.last;
    let (done, failed): (Vec<_>, Vec<_>) =
        (tries.iter().filter(|it| it.is_done()).collect(), tries.iter().filter(failed).collect());
    let late = done.iter().chain(&failed).filter(|it| it.ended > it.deadline).count();
    let all = done.len() + failed.len();
    // Four digits, rounded.
    let rate =
        (done.len() * 20_000 + all).checked_div(2 * all).map(|rate| format!("{}.{:04}", rate / 10_000, rate % 10_000));
    json!({
        "completed": done.len(), "failed": failed.len(), "overdue": late, "successRate": rate,
        "p50Seconds": percentile(50, tries), "p95Seconds": percentile(95, tries), "p99Seconds": percentile(99, tries),
    })
}

/// The smallest duration of the completed ones that so many of a hundred do not exceed.
fn percentile(percent: usize, tries: &[&Try]) -> Option<f64> {
    let took = tries.iter().filter(|it| it.is_done());
    let took: Vec<_> = took.map(|it| (it.ended - it.started).num_microseconds().expect("short")).collect();
    let enough = |value: &i64| took.iter().filter(|other| *other <= value).count() * 100 >= percent * took.len();
    took.iter().copied().filter(enough).min().map(|micros| micros as f64 / 1e6)
}

pub(super) fn counted(tries: &[&Try], period: Period) -> Value {
    let standing = |status: TaskStatus| tries.iter().filter(|it| it.status == status).count();
    let open = |it: &&&Try| matches!(it.status, TaskStatus::Pending | TaskStatus::InProgress | TaskStatus::Waiting);
    let oldest = tries.iter().filter(|it| it.status == TaskStatus::Pending).map(|it| it.created).min();
    let ended: Vec<_> = tries.iter().copied().filter(|it| it.counts() && holds(period, it.ended)).collect();
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for it in ended.iter().filter(|it| it.went_wrong()) {
        *codes.entry(format!("{:?}", it.code)).or_default() += 1;
    }
    json!({
        "pending": standing(TaskStatus::Pending), "claimable": standing(TaskStatus::Pending), "blocked": 0, "postponed": 0,
        "oldestPendingSeconds": oldest.map(|made| (start() - made).num_microseconds().expect("short") as f64 / 1e6),
        "running": standing(TaskStatus::InProgress), "waiting": standing(TaskStatus::Waiting),
        "overdue": tries.iter().filter(open).filter(|it| it.deadline < start()).count(),
        "deadLetters": standing(TaskStatus::Failed),
        "completed": ended.iter().filter(|it| it.is_done()).count(), "failures": codes.values().sum::<usize>(),
        "failuresByCode": codes,
        "p50Seconds": percentile(50, &ended), "p95Seconds": percentile(95, &ended),
    })
}
