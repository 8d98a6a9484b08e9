//! How agents work, and what they bring.

use chrono::Duration;
use entity::{
    sea_orm_active_enums::{AttemptOutcome, TaskStatus},
    task_attempts, tasks,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::house::{ask, at, open_at};

/// A task that ended on a day of November, an hour after it was made; its deadline is so many minutes after that.
async fn ended(db: &TestDatabase, agent: Uuid, day: u32, outcome: AttemptOutcome, minutes: Option<i64>) {
    let (id, ended) = (Uuid::now_v7(), at(&format!("2026-11-{day:02}T12:00:00Z")));
    let started = ended - Duration::seconds(i64::from(day));
    let status = if outcome == AttemptOutcome::Completed { TaskStatus::Completed } else { TaskStatus::Failed };
    let row = tasks::ActiveModel {
        id: Set(id),
        assigned_agent_id: Set(agent),
        task_type: Set("write".to_owned()),
        status: Set(status),
        attempt: Set(1),
        started_at: Set(Some(started.into())),
        completed_at: Set(Some(ended.into())),
        deadline_at: Set(minutes.map(|minutes| (ended + Duration::minutes(minutes)).into())),
        created_at: Set((ended - Duration::hours(1)).into()),
        updated_at: Set(ended.into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a task");
    let row = task_attempts::ActiveModel {
        id: Set(Uuid::now_v7()),
        task_id: Set(id),
        number: Set(1),
        agent_id: Set(Some(agent)),
        started_at: Set(started.into()),
        ended_at: Set(ended.into()),
        outcome: Set(outcome),
        created_at: Set(ended.into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("an attempt");
}

/// A task that is open since midnight, with a deadline.
async fn open(db: &TestDatabase, agent: Uuid, deadline: &str) {
    let row = tasks::ActiveModel {
        id: Set(Uuid::now_v7()),
        assigned_agent_id: Set(agent),
        task_type: Set("send".to_owned()),
        status: Set(TaskStatus::Pending),
        deadline_at: Set(Some(at(deadline).into())),
        created_at: Set(at("2026-12-05T00:00:00Z").into()),
        updated_at: Set(at("2026-12-05T00:00:00Z").into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a task");
}

/// Nine that were completed, two of them late; one that failed in time; one without a deadline among them.
async fn ten(db: &TestDatabase, agent: Uuid) {
    for day in 1..=9 {
        let minutes = match day {
            1 | 2 => Some(-1),
            3 => None,
            _ => Some(5),
        };
        ended(db, agent, day, AttemptOutcome::Completed, minutes).await;
    }
    ended(db, agent, 10, AttemptOutcome::Failed, None).await;
}

on_both_engines! {
    async fn agents_have_grades_and_what_they_bring(db: &TestDatabase) {
        let house = open_at(db, "2026-12-05T10:00:00Z").await;
        ten(db, house.marketer).await;
        let fields = "agent { name } stats { completed failed overdue successRate p50Seconds p95Seconds p99Seconds } onTimeRate revenue refunds expenses score";
        let report = |month: &str, more: &str| format!("{{ agentScorecards(period: {{ month: \"{month}\" }}{more}) {{ nodes {{ {fields} }} }} }}");
        let nothing = json!({ "completed": 0, "failed": 0, "overdue": 0, "successRate": null, "p50Seconds": null,
            "p95Seconds": null, "p99Seconds": null });
        let stats = json!({ "completed": 9, "failed": 1, "overdue": 2, "successRate": "0.9000", "p50Seconds": 5.0,
            "p95Seconds": 9.0, "p99Seconds": 9.0 });
        let expected = json!([
            { "agent": { "name": "M" }, "stats": stats, "onTimeRate": "0.8000", "revenue": "100.09", "refunds": "25.03",
              "expenses": "60.00", "score": "86.00" },
            { "agent": { "name": "S" }, "stats": nothing, "onTimeRate": null, "revenue": "200.21", "refunds": "25.03",
              "expenses": "0.00", "score": null },
        ]);
        let (found, statements) = house.client.counted(&report("2026-11-01", ""), json!({})).await;
        assert_eq!(found["agentScorecards"]["nodes"], expected);
        assert_eq!(statements, 1);
        let names = async |more: &str| {
            let found = ask(&house.client, &report("2026-11-01", more)).await["agentScorecards"]["nodes"].take();
            found.as_array().expect("rows").iter().map(|row| row["agent"]["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(", orderBy: REVENUE").await, ["S", "M"]);
        assert_eq!(names(", orderBy: EXPENSES").await, ["M", "S"]);
        assert_eq!(names(", orderBy: COMPLETED, first: 1").await, ["M"]);
        // Nobody divided revenue in equal parts.
        let linear = ask(&house.client, &report("2026-11-01", ", model: LINEAR, orderBy: COMPLETED")).await;
        assert_eq!(linear["agentScorecards"]["nodes"][0]["revenue"], json!("0.00"));
        let october = ask(&house.client, &report("2026-10-01", ", orderBy: REVENUE")).await["agentScorecards"]["nodes"].take();
        let of = |row: &Value| (row["revenue"].clone(), row["refunds"].clone(), row["expenses"].clone());
        assert_eq!(of(&october[0]), (json!("200.20"), json!("0.00"), json!("140.00")));
        assert_eq!(of(&october[1]), (json!("100.10"), json!("0.00"), json!("0.00")));
        let january = ask(&house.client, &report("2026-01-01", "")).await["agentScorecards"]["nodes"].take();
        assert_eq!((january.as_array().map(Vec::len), of(&january[1])), (Some(2), (json!("0.00"), json!("0.00"), json!("0.00"))));
        // The summary counts the same work.
        let query = "{ executiveSummary(period: { month: \"2026-11-01\" }) { taskSuccessRate { value } onTimeRate { value } tasksCompleted { value } } }";
        let expected = json!({ "taskSuccessRate": { "value": "0.9000" }, "onTimeRate": { "value": "0.8000" }, "tasksCompleted": { "value": "9" } });
        assert_eq!(ask(&house.client, query).await["executiveSummary"], expected);
    }

    async fn deadlines_are_met_missed_or_in_danger(db: &TestDatabase) {
        let house = open_at(db, "2026-12-05T09:00:00Z").await;
        for (day, minutes) in [(1, -1), (2, -1), (3, 0), (4, 1), (5, 1), (6, 1), (7, 1), (8, 1), (9, 1)] {
            ended(db, house.marketer, day, AttemptOutcome::Completed, Some(minutes)).await;
        }
        ended(db, house.marketer, 10, AttemptOutcome::Completed, None).await;
        for deadline in [
            // Passed; three quarters are over; one second less.
            "2026-12-05T08:59:59Z",
            "2026-12-05T12:00:00Z",
            "2026-12-05T12:00:02Z",
        ] {
            open(db, house.seller, deadline).await;
        }
        let query = "{ slaReport(period: { month: \"2026-11-01\" }) { totals { met missed rate overdue atRisk } rowCount
            rows { agent { name } taskType figures { met missed rate overdue atRisk } } } }";
        let figures = |met: i64, missed: i64, rate: Value, overdue: i64, risk: i64| json!({ "met": met, "missed": missed,
            "rate": rate, "overdue": overdue, "atRisk": risk });
        let expected = json!({
            "totals": figures(7, 2, json!("0.7778"), 1, 1),
            "rowCount": 2,
            "rows": [
                { "agent": { "name": "M" }, "taskType": "write", "figures": figures(7, 2, json!("0.7778"), 0, 0) },
                { "agent": { "name": "S" }, "taskType": "send", "figures": figures(0, 0, Value::Null, 1, 1) },
            ],
        });
        assert_eq!(ask(&house.client, query).await["slaReport"], expected);
    }

    async fn goals_go_on_as_they_did(db: &TestDatabase) {
        let house = open_at(db, "2026-11-05T22:59:59Z").await.client;
        let input = json!({ "name": "Sell", "type": "REVENUE", "targetValue": "1000", "currentValue": "300", "targetDate": "2027-02-04" });
        let made = house.done("createGoal", input, "goal { id forecast { pace expected isOnTrack reachedOn } }").await;
        let id = made["goal"]["id"].as_str().expect("an id");
        // The first day.
        assert_eq!(made["goal"]["forecast"]["pace"], json!("300.0000"));
        // In Berlin it is the 6th of December by now: after 31 days.
        house.clock().advance(Duration::days(30) + Duration::seconds(2));
        let query = format!("{{ goal(id: \"{id}\") {{ forecast {{ pace expected isOnTrack reachedOn }} }} }}");
        let expected = json!({ "pace": "9.6774", "expected": "880.65", "isOnTrack": false, "reachedOn": "2027-02-17" });
        assert_eq!(ask(&house, &query).await["goal"]["forecast"], expected);
        let open = json!({ "name": "Think", "type": "GROWTH" });
        let made = house.done("createGoal", open, "goal { forecast { pace } }").await;
        assert_eq!(made["goal"]["forecast"], Value::Null);
    }
}
