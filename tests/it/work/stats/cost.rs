//! What figures cost: statements by the query alone, and no reading of whole tables.

use chrono::{DateTime, Duration, Utc};
use entity::{
    agents,
    sea_orm_active_enums::{AgentType, AttemptOutcome, TaskStatus},
    task_attempts, tasks,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, Statement};
use serde_json::json;
use service::{
    clock::Clock,
    database::Sql,
    work::stats::{attempt_stats, open, period::Period, status, work},
};
use tests::{Engine, TestDatabase, on_both_engines};
use uuid::Uuid;

use crate::{
    client::Client,
    work::fixture::{WorkFixture, start},
};

/// Ended tasks; 18 of them in the last hour.
const HISTORY: i64 = 20_000;

/// Writes a statement.
type Write<'a> = &'a dyn Fn(&mut Sql);

on_both_engines! {
    /// On the system's clock: that it goes on between two agents makes no second statement.
    async fn the_number_of_agents_does_not_matter(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let agents = crowd(db, &fixture, 100).await;
        history(db, &agents, 100).await;
        let client = Client::open(db, Clock::system()).await;
        for first in [1, 10, 100] {
            for (query, statements) in [
                ("agents(first: $first) { nodes { status } }", 2),
                ("agents(first: $first) { nodes { workload { claimable freeSlots } } }", 2),
                ("agents(first: $first) { nodes { stats { completed p95Seconds } } }", 2),
                ("agents(first: $first) { nodes { status workload { running } all: stats { failed }
                    some: stats(period: { since: \"2026-11-01T00:00:00Z\" }) { failed } } }", 5),
                ("agents(first: $first) { nodes { parent { status children(first: 3) { nodes { status } } } } }", 5),
                ("workStats(filter: { since: \"2026-11-01T00:00:00Z\" }) {
                    totals { pending } rows(first: $first) { figures { completed } agent { name } } }", 4),
                ("workStats(filter: { since: \"2026-11-01T00:00:00Z\" }) {
                    totals { pending } rows(first: $first) { agent { status workload { running } } } }", 6),
            ] {
                let document = format!("query($first: Int!) {{ {query} }}");
                let (_, taken) = client.counted(&document, json!({ "first": first })).await;
                assert_eq!(taken, statements, "{query} of {first}");
            }
        }
    }

    async fn no_statement_reads_a_whole_table(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let agents = crowd(db, &fixture, 10).await;
        history(db, &agents, HISTORY).await;
        fixture.create(20).await;
        fixture.claim(5).await;
        db.connection().execute_unprepared("ANALYZE").await.expect("analysed");
        let hour = Period { since: Some(start() - Duration::hours(1)), until: None };
        let scope = work::Scope { types: Some(vec!["send".to_owned()]), ..work::Scope::default() };
        let all = work::Scope::default();
        let writes: [(&str, Write<'_>); 7] = [
            ("status", &|sql| status::write(sql, &agents)),
            ("workload", &|sql| open::write(sql, &agents)),
            ("stats", &|sql| attempt_stats::write(sql, &agents, &hour)),
            ("now", &|sql| work::write_now(sql, &agents, &all)),
            ("now, of a type", &|sql| work::write_now(sql, &agents, &scope)),
            ("ended", &|sql| work::write_ended(sql, &agents, &all, &hour)),
            ("ended, of a type", &|sql| work::write_ended(sql, &agents, &scope, &hour)),
        ];
        for (name, write) in writes {
            let mut sql = Sql::new(fixture.service.database().engine()).at(start());
            write(&mut sql);
            let plan = plan(db, sql.into_statement().expect("a statement")).await;
            let whole = |line: &&str| match db.engine() {
                Engine::Postgres => line.contains("Seq Scan on tasks") || line.contains("Seq Scan on task_attempts"),
                // In these statements, `t` and `a` are tasks and attempts.
                Engine::Sqlite => ["SCAN t", "SCAN a"].iter().any(|scan| line.split(" USING").next() == Some(*scan)),
            };
            // By the agent alone, all that its agents ever did would be read.
            let by_agent = |line: &&str| line.split(' ').any(|word| word == "tasks_assigned_agent_id_idx");
            let found = plan.lines().find(|line| whole(line) || by_agent(line));
            assert_eq!(found, None, "{name}:\n{plan}");
        }
    }
}

async fn plan(db: &TestDatabase, mut statement: Statement) -> String {
    let (explain, column) = match db.engine() {
        Engine::Postgres => ("EXPLAIN", 0),
        Engine::Sqlite => ("EXPLAIN QUERY PLAN", 3),
    };
    statement.sql = format!("{explain} {}", statement.sql);
    let rows = db.connection().query_all_raw(statement).await.expect("a plan");
    rows.iter().map(|row| row.try_get_by_index::<String>(column).expect("a line") + "\n").collect()
}

/// Agents below the first director, and the fixture's own specialist.
async fn crowd(db: &TestDatabase, fixture: &WorkFixture, count: usize) -> Vec<Uuid> {
    let agent = |number: usize| agents::ActiveModel {
        id: Set(Uuid::now_v7()),
        name: Set(format!("Agent {number}")),
        r#type: Set(AgentType::Specialist),
        parent_id: Set(Some(fixture.director)),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    let rows: Vec<_> = (0..count).map(agent).collect();
    let ids = rows.iter().filter_map(|row| row.id.try_as_ref().copied());
    let ids = ids.chain([fixture.specialist]).collect();
    agents::Entity::insert_many(rows).exec_without_returning(db.connection()).await.expect("agents");
    ids
}

/// Ended tasks, one every 200 seconds, each with its attempt.
async fn history(db: &TestDatabase, agents: &[Uuid], count: i64) {
    for first in (0..count).step_by(2000) {
        let (mut rows, mut attempts) = (Vec::new(), Vec::new());
        for (number, agent) in (first..count.min(first + 2000)).zip(agents.iter().cycle()) {
            let ended = start() - Duration::seconds(number * 200);
            let (task, attempt) = done(*agent, ended);
            rows.push(task);
            attempts.push(attempt);
        }
        tasks::Entity::insert_many(rows).exec_without_returning(db.connection()).await.expect("tasks");
        task_attempts::Entity::insert_many(attempts).exec_without_returning(db.connection()).await.expect("attempts");
    }
}

fn done(agent: Uuid, ended: DateTime<Utc>) -> (tasks::ActiveModel, task_attempts::ActiveModel) {
    let task = tasks::ActiveModel {
        id: Set(Uuid::now_v7()),
        assigned_agent_id: Set(agent),
        task_type: Set("send".to_owned()),
        status: Set(TaskStatus::Completed),
        completed_at: Set(Some(ended.into())),
        deadline_at: Set(Some(ended.into())),
        created_at: Set(ended.into()),
        updated_at: Set(ended.into()),
        ..Default::default()
    };
    let attempt = task_attempts::ActiveModel {
        id: Set(Uuid::now_v7()),
        task_id: task.id.clone(),
        number: Set(1),
        agent_id: Set(Some(agent)),
        started_at: Set((ended - Duration::seconds(90)).into()),
        ended_at: Set(ended.into()),
        outcome: Set(AttemptOutcome::Completed),
        created_at: Set(ended.into()),
        ..Default::default()
    };
    (task, attempt)
}
