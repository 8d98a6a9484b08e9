//! How work ended, compared with a plain computation over the same rows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use entity::{
    sea_orm_active_enums::{AttemptOutcome, TaskStatus},
    task_attempts, tasks,
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use service::Error;
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use crate::{
    read::random::Dice,
    work::house::{House, start},
};

const STATS: &str = "completed failed overdue successRate p50Seconds p95Seconds";
const FIGURES: &str = "pending claimable blocked postponed oldestPendingSeconds running waiting overdue deadLetters
    completed failures failuresByCode { errorCode count } p50Seconds p95Seconds";

on_both_engines! {
    async fn agents_are_judged_as_a_plain_computation_does(db: &TestDatabase) {
        let house = House::open(db).await;
        let tries = plant(db, &house, 400).await;
        let query = format!("query($period: StatsPeriod) {{ agents {{ nodes {{ id stats(period: $period) {{ {STATS} }} }} }} }}");
        for period in periods(&tries) {
            let found = house.ask(&query, json!({ "period": shown(period) })).await;
            for agent in found["agents"]["nodes"].as_array().expect("agents") {
                let own = |it: &&Try| json!(it.agent) == agent["id"] && holds(period, it.ended);
                let expected = judged(&tries.iter().filter(own).collect::<Vec<_>>());
                assert_eq!(agent["stats"], expected, "{period:?}");
            }
        }
    }

    async fn the_work_is_counted_as_a_plain_computation_does(db: &TestDatabase) {
        let house = House::open(db).await;
        let tries = plant(db, &house, 400).await;
        let query = format!("query($filter: WorkStatsFilter) {{ workStats(filter: $filter) {{ totals {{ {FIGURES} }}
            rows {{ agentId agent {{ id }} taskType figures {{ {FIGURES} }} }} rowCount }} }}");
        for (number, period) in periods(&tries).into_iter().enumerate() {
            let mut filter = shown(period);
            let agents = match number % 3 {
                0 => BTreeSet::from([house.top, house.director, house.other, house.specialist]),
                1 => {
                    filter["agentIds"] = json!([house.other]);
                    filter["agentSubtree"] = json!(house.director);
                    BTreeSet::from([house.other, house.director, house.specialist])
                }
                _ => {
                    filter["agentIds"] = json!([house.top, house.specialist]);
                    BTreeSet::from([house.top, house.specialist])
                }
            };
            let types = if number % 2 == 0 { TYPES } else { &TYPES[..2] };
            if types.len() < TYPES.len() {
                filter["taskTypes"] = json!(types);
            }
            let found = house.ask(&query, json!({ "filter": filter })).await["workStats"].clone();
            let scope = |it: &&Try| agents.contains(&it.agent) && types.contains(&it.task_type);
            let tries: Vec<_> = tries.iter().filter(scope).collect();
            assert_eq!(figures(&found["totals"]), counted(&tries, period), "{filter}");
            let mut groups: BTreeMap<(Uuid, &str), Vec<&Try>> = BTreeMap::new();
            for it in tries.into_iter().filter(|it| !it.is_past() || holds(period, it.ended) && it.counts()) {
                groups.entry((it.agent, it.task_type)).or_default().push(it);
            }
            let rows = found["rows"].as_array().expect("rows");
            assert_eq!((rows.len(), &found["rowCount"]), (groups.len(), &json!(groups.len())), "{filter}");
            for row in rows {
                let of = (row["agentId"].as_str().and_then(|id| id.parse().ok()).expect("an id"), row["taskType"].as_str().expect("a type"));
                assert_eq!(figures(&row["figures"]), counted(&groups[&of], period), "{of:?} {filter}");
                assert_eq!(row["agent"]["id"], row["agentId"]);
            }
            let pending: Vec<_> = rows.iter().map(|row| row["figures"]["pending"].as_i64()).collect();
            assert!(pending.is_sorted_by(|a, b| a >= b), "{pending:?}");
        }
    }

    async fn what_the_engine_writes_is_counted(db: &TestDatabase) {
        let house = House::open(db).await;
        // One is done in 90 seconds, one fails for good, one fails and is done at the second try, one is given back.
        house.create(4).await;
        let leases = house.claim(4).await;
        house.clock.advance(Duration::seconds(30));
        house.end("releaseTasks", &leases[3], json!({})).await;
        house.fail(&leases[1], "PERMANENT").await;
        house.fail(&leases[2], "RETRYABLE").await;
        house.clock.advance(Duration::seconds(60));
        house.complete(&leases[0]).await;
        let again = house.claim(9).await;
        let again = again.iter().find(|lease| lease["taskId"] == leases[2]["taskId"]).expect("the second try");
        house.clock.advance(Duration::hours(1));
        house.complete(again).await;
        let expected = json!({ "completed": 2, "failed": 1, "overdue": 1, "successRate": "0.6667",
            "p50Seconds": 90.0, "p95Seconds": 3600.0 });
        assert_eq!(stats(&house).await, expected);
        let totals = totals(&house).await;
        assert_eq!(totals["failuresByCode"], json!([{ "errorCode": "BROKEN", "count": 2 }]));
        assert_eq!((&totals["deadLetters"], &totals["completed"]), (&json!(1), &json!(2)));
        // Another chance: the failure of before was not for good.
        house.done("retryTask", json!({ "taskId": leases[1]["taskId"] }), "task { id }").await;
        assert_eq!(stats(&house).await["failed"], 0);
        assert_eq!(self::totals(&house).await["deadLetters"], 0);
    }

    async fn nothing_gives_nothing(db: &TestDatabase) {
        let house = House::open(db).await;
        let none = json!({ "completed": 0, "failed": 0, "overdue": 0, "successRate": null, "p50Seconds": null, "p95Seconds": null });
        assert_eq!(stats(&house).await, none);
        for filter in [json!({}), json!({ "agentIds": [] }), json!({ "taskTypes": [] }), json!({ "agentSubtree": Uuid::nil() })] {
            let query = "query($filter: WorkStatsFilter) { workStats(filter: $filter) { rowCount rows { taskType } totals { pending oldestPendingSeconds } } }";
            let found = house.ask(query, json!({ "filter": filter })).await["workStats"].clone();
            assert_eq!(found, json!({ "rowCount": 0, "rows": [], "totals": { "pending": 0, "oldestPendingSeconds": null } }));
        }
    }

    async fn what_cannot_be_meant_is_refused(db: &TestDatabase) {
        let house = House::open(db).await;
        let (early, late) = (start() - Duration::days(1), start() + Duration::days(1));
        for period in [json!({ "since": start(), "until": early }), json!({ "since": late })] {
            for query in [
                "query($period: StatsPeriod) { agents { nodes { stats(period: $period) { completed } } } }",
                "query($period: WorkStatsFilter) { workStats(filter: $period) { rowCount } }",
            ] {
                let (_, errors) = house.try_ask(query, json!({ "period": period })).await;
                assert!(errors[0].contains("`since` is after `until`") && errors[0].contains("Invalid"), "{errors:?}");
            }
        }
        for first in [-1, 251] {
            let (_, errors) = house.try_ask(&format!("{{ workStats {{ rows(first: {first}) {{ taskType }} }} }}"), json!({})).await;
            assert!(errors[0].contains(&Error::invalid(format!("`first` is {first}")).to_string()), "{errors:?}");
        }
        let found = house.ask("query { workStats { rows(first: 0) { taskType } } }", json!({})).await;
        assert_eq!(found["workStats"]["rows"], json!([]));
    }
}

async fn stats(house: &House) -> Value {
    let query = format!("query($id: ID!) {{ agent(id: $id) {{ stats {{ {STATS} }} }} }}");
    house.ask(&query, json!({ "id": house.specialist })).await["agent"]["stats"].clone()
}

async fn totals(house: &House) -> Value {
    house.ask(&format!("{{ workStats {{ totals {{ {FIGURES} }} }} }}"), json!({})).await["workStats"]["totals"].clone()
}

const TYPES: &[&str] = &["write", "send", "Ärger's"];
const CODES: [Option<&str>; 3] = [Some("BROKEN"), Some("LOST"), None];

/// A task as it stands, with an attempt that is over, if one is.
#[derive(Debug)]
struct Try {
    agent: Uuid,
    task_type: &'static str,
    status: TaskStatus,
    created: DateTime<Utc>,
    deadline: DateTime<Utc>,
    outcome: Option<AttemptOutcome>,
    code: Option<&'static str>,
    started: DateTime<Utc>,
    ended: DateTime<Utc>,
    /// Whether the task ended with the attempt.
    last: bool,
}

impl Try {
    fn throw(dice: &mut Dice, agents: &[Uuid]) -> Self {
        use AttemptOutcome::{Cancelled, Completed, Failed, LeaseLost, Released, TimedOut, Waiting};
        use TaskStatus::{InProgress, Pending};
        let micros = |dice: &mut Dice, most: usize| Duration::microseconds(dice.throw(most) as i64);
        // Whole seconds too, which are written shorter; and equal durations.
        let started = start() - Duration::minutes(dice.throw(60 * 24 * 40) as i64) - Duration::hours(1);
        let started = if dice.throw(2) == 0 { started } else { started + micros(dice, 2_000_000) };
        let took = match dice.throw(3) {
            0 => Duration::seconds(dice.throw(4) as i64),
            _ => micros(dice, 3_000_000_000 / 2),
        };
        let outcomes = [Completed, Completed, Completed, Failed, TimedOut, LeaseLost, Released, Waiting, Cancelled];
        let outcome = (dice.throw(4) > 0).then(|| outcomes[dice.throw(outcomes.len())].clone());
        let last = dice.throw(2) == 0;
        let status = match &outcome {
            None => [Pending, InProgress, TaskStatus::Waiting][dice.throw(3)].clone(),
            Some(Completed) => TaskStatus::Completed,
            Some(Cancelled) => TaskStatus::Cancelled,
            Some(Failed | TimedOut | LeaseLost) if last || dice.throw(2) == 0 => TaskStatus::Failed,
            Some(_) => Pending,
        };
        Self {
            agent: *dice.pick(agents).expect("agents"),
            task_type: dice.pick(TYPES).expect("types"),
            status,
            created: started - micros(dice, 9_000_000),
            deadline: started + Duration::seconds(dice.throw(1500) as i64),
            code: CODES[dice.throw(3)],
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

    fn counts(&self) -> bool {
        self.is_done() || self.went_wrong()
    }

    /// Whether nothing of it stands now.
    fn is_past(&self) -> bool {
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
            status: Set(self.status.clone()),
            attempt: Set(1),
            completed_at: Set(over.then_some(completed.into())),
            deadline_at: Set(Some(self.deadline.into())),
            created_at: Set(self.created.into()),
            updated_at: Set(start().into()),
            ..Default::default()
        };
        let attempt = self.outcome.clone().map(|outcome| task_attempts::ActiveModel {
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

async fn plant(db: &TestDatabase, house: &House, count: usize) -> Vec<Try> {
    let mut dice = Dice(2026);
    // The last one has done nothing.
    let agents = [house.top, house.director, house.specialist];
    let tries: Vec<Try> = (0..count).map(|_| Try::throw(&mut dice, &agents)).collect();
    let (rows, attempts): (Vec<_>, Vec<_>) = tries.iter().map(Try::rows).unzip();
    tasks::Entity::insert_many(rows).exec_without_returning(db.connection()).await.expect("tasks");
    task_attempts::Entity::insert_many(attempts.into_iter().flatten())
        .exec_without_returning(db.connection())
        .await
        .expect("attempts");
    tries
}

/// Both ends, if they are said.
type Period = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Periods whose ends are exactly those of attempts, and others.
fn periods(tries: &[Try]) -> Vec<Period> {
    let mut dice = Dice(7);
    let mut ends: Vec<_> = tries.iter().map(|it| it.ended).collect();
    ends.sort();
    let mut periods =
        vec![(None, None), (None, Some(start() - Duration::days(5))), (Some(start() - Duration::days(400)), None)];
    for _ in 0..9 {
        let mut ends = [0, 1].map(|_| ends[dice.throw(ends.len())]);
        ends.sort();
        periods.push((Some(ends[0]), Some(ends[1])));
    }
    periods
}

fn shown((since, until): Period) -> Value {
    json!({ "since": since, "until": until })
}

fn holds((since, until): Period, time: DateTime<Utc>) -> bool {
    let since = since.unwrap_or(until.unwrap_or(start()) - Duration::days(30));
    since <= time && until.is_none_or(|until| time < until)
}

/// Of some attempts of an agent in a period.
fn judged(tries: &[&Try]) -> Value {
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
        "p50Seconds": percentile(50, tries), "p95Seconds": percentile(95, tries),
    })
}

/// The smallest duration of the completed ones that so many of a hundred do not exceed.
fn percentile(percent: usize, tries: &[&Try]) -> Option<f64> {
    let took = tries.iter().filter(|it| it.is_done());
    let took: Vec<_> = took.map(|it| (it.ended - it.started).num_microseconds().expect("short")).collect();
    let enough = |value: &i64| took.iter().filter(|other| *other <= value).count() * 100 >= percent * took.len();
    took.iter().copied().filter(enough).min().map(|micros| micros as f64 / 1e6)
}

fn counted(tries: &[&Try], period: Period) -> Value {
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

/// Figures with the failures as [`counted`] has them.
fn figures(found: &Value) -> Value {
    let mut figures = found.clone();
    let codes = found["failuresByCode"].as_array().expect("a list");
    assert!(codes.is_sorted_by(|a, b| a["count"].as_i64() >= b["count"].as_i64()), "{codes:?}");
    let code = |code: &Value| (format!("{:?}", code["errorCode"].as_str()), code["count"].clone());
    figures["failuresByCode"] = codes.iter().map(code).collect::<serde_json::Map<_, _>>().into();
    figures
}
