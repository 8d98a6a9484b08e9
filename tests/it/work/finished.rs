//! Finished work that is archived and removed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use chrono::Duration;
use entity::{
    sea_orm_active_enums::{AttemptOutcome, ExecutionStatus, TaskStatus},
    task_attempts, tasks, workflow_executions,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, Statement};
use serde_json::{Value, json};
use service::{
    Actor,
    retention::{Archive, FinishedWork, Kind, Retention},
};
use tests::{Engine, TestDatabase, on_both_engines};
use uuid::Uuid;

use super::fixture::{WorkFixture, held, start};

on_both_engines! {
    async fn what_ended_long_ago_goes_with_all_that_belongs_to_it(db: &TestDatabase) {
        let (fixture, folder) = (WorkFixture::open(db).await, Folder::new());
        let started = fixture.done("startExecution", json!({ "workflowId": fixture.workflow, "tasks": [
            named(&fixture, "a", &[]), named(&fixture, "b", &["a"]),
        ] }), "workflowExecution { id }").await;
        let mut ask = held(&fixture.claim(1).await[0]);
        ask["subject"] = json!("May I?");
        let asked = fixture.done("requestApproval", ask, "approval { id }").await;
        let approve = json!({ "approvalId": asked["approval"]["id"], "decision": "APPROVE" });
        fixture.done("decideApproval", approve, "task { id }").await;
        finish(&fixture).await;
        finish(&fixture).await;
        delegated(&fixture, true).await;
        let before = counts(db).await;
        assert!(before.values().all(|count| *count > 0), "{before:?}");

        fixture.clock().advance(Duration::days(30) - Duration::seconds(1));
        assert_eq!(archived(&fixture, &folder).await, (0, 0), "it is too young");
        fixture.clock().advance(Duration::seconds(1));
        let service = &fixture.service;
        let rows: usize = before.values().sum();
        assert_eq!(service.count_old_work(folder.work().age).await.expect("counted"), rows as u64);
        assert!(folder.lines().is_empty() && counts(db).await == before, "counting changes nothing");
        assert_eq!(archived(&fixture, &folder).await, (rows as u64, 0));
        assert!(counts(db).await.values().all(|count| *count == 0));

        let lines = folder.lines();
        let mut found = BTreeMap::new();
        for line in &lines {
            *found.entry(line["table"].as_str().expect("a table").to_owned()).or_insert(0) += 1;
        }
        assert_eq!(found, before);
        let execution = &lines.iter().find(|line| line["table"] == "workflow_executions").expect("a line")["row"];
        assert_eq!(execution["id"], started["workflowExecution"]["id"]);
        assert_eq!(execution["status"], json!("completed"));
        assert_eq!(execution["completed_at"], json!("2026-11-21T08:00:00.000000Z"));
        let task = &lines.iter().find(|line| line["row"]["reference"] == "b").expect("a line")["row"];
        assert!(task["output_data"]["by"].is_string(), "{task}");
        fixture.check().await;
    }

    async fn what_is_open_or_young_or_needed_stays(db: &TestDatabase) {
        let (fixture, folder) = (WorkFixture::open(db).await, Folder::new());
        let unique = json!({ "key": "digest", "windowSeconds": 90 * 86_400 });
        let task = json!({ "assignedAgentId": fixture.specialist, "taskType": "write", "unique": unique });
        fixture.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
        finish(&fixture).await;
        // One of two tasks is done: of an execution, and of two that belong to none.
        let two = json!([named(&fixture, "a", &[]), named(&fixture, "b", &["a"])]);
        fixture.done("startExecution", json!({ "workflowId": fixture.workflow, "tasks": two }), "tasks { id }").await;
        finish(&fixture).await;
        let urgent = [named(&fixture, "c", &[]), named(&fixture, "d", &["c"])].map(|mut task| {
            task["priority"] = json!(1);
            task
        });
        fixture.done("createTasks", json!({ "tasks": urgent }), "tasks { id }").await;
        finish(&fixture).await;
        // A task that has ended, and a part of it that has not.
        delegated(&fixture, false).await;
        fixture.clock().advance(Duration::days(31));
        let before = counts(db).await;
        assert_eq!(archived(&fixture, &folder).await, (0, 0));
        assert_eq!((counts(db).await, folder.lines().len()), (before.clone(), 0));

        // All of it has ended, but the last part of each just now.
        for _ in 0..3 {
            finish(&fixture).await;
        }
        fixture.clock().advance(Duration::days(29));
        assert_eq!(archived(&fixture, &folder).await, (0, 0));
        fixture.clock().advance(Duration::days(1));
        assert!(archived(&fixture, &folder).await.0 > 0);
        let left = counts(db).await;
        assert_eq!((left["workflow_executions"], left["tasks"]), (0, 1), "its key is still held");
        fixture.clock().advance(Duration::days(30));
        fixture.service.remove_old(Kind::UniqueKeys, Retention::default()).await.expect("removed");
        archived(&fixture, &folder).await;
        assert_eq!(counts(db).await["tasks"], 0);
        fixture.check().await;
    }

    async fn a_large_execution_goes_in_steps_and_a_crash_loses_nothing(db: &TestDatabase) {
        let (fixture, folder) = (WorkFixture::open(db).await, Folder::new());
        execution_of(&fixture, db, 600).await;
        fixture.clock().advance(Duration::days(31));
        refuse_deletion(db, true).await;
        fixture.service.archive_old_work(&folder.work()).await.expect_err("the last step is undone");
        let left = counts(db).await;
        assert_eq!((left["workflow_executions"], left["tasks"]), (1, 100), "two steps of 250 rows were done");
        assert_eq!(folder.lines().len(), 601, "the step that was undone stands there too");
        refuse_deletion(db, false).await;
        assert_eq!(archived(&fixture, &folder).await, (101, 0));
        let lines = folder.lines();
        let rows: BTreeSet<String> = lines.iter().map(|line| line["row"]["id"].to_string()).collect();
        assert_eq!((lines.len(), rows.len()), (702, 601));
        fixture.check().await;
    }

    async fn a_task_with_much_hanging_on_it_goes_in_steps(db: &TestDatabase) {
        let (fixture, folder) = (WorkFixture::open(db).await, Folder::new());
        fixture.create(1).await;
        let task = finish(&fixture).await;
        let attempt = |number| task_attempts::ActiveModel {
            id: Set(Uuid::now_v7()),
            task_id: Set(task),
            number: Set(number),
            started_at: Set(start().into()),
            ended_at: Set(start().into()),
            outcome: Set(AttemptOutcome::Released),
            created_at: Set(start().into()),
            ..Default::default()
        };
        let attempts = (2..=300).map(attempt);
        task_attempts::Entity::insert_many(attempts).exec_without_returning(db.connection()).await.expect("inserted");
        fixture.clock().advance(Duration::days(31));
        assert_eq!(fixture.service.count_old_work(folder.work().age).await.expect("counted"), 301);
        assert_eq!(archived(&fixture, &folder).await, (301, 0));
        assert_eq!(folder.lines().len(), 301);
        assert!(counts(db).await.values().all(|count| *count == 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_holds_is_left_alone() {
    tests::run(Engine::Postgres, async |db| {
        let (fixture, folder) = (WorkFixture::open(db).await, Folder::new());
        fixture.create(1).await;
        finish(&fixture).await;
        fixture.clock().advance(Duration::days(31));
        let other = fixture.service.begin(&Actor::server()).await.expect("it begins");
        let mut sql = other.sql();
        sql.push("SELECT id FROM tasks").for_update();
        other.rows(sql).await.expect("locked");
        assert_eq!(archived(&fixture, &folder).await, (0, 2));
        other.undo().await;
        assert_eq!(archived(&fixture, &folder).await, (2, 0));
    })
    .await;
}

/// A folder for an archive, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("archive-{}", Uuid::now_v7())))
    }

    /// Work that goes there after 30 days.
    fn work(&self) -> FinishedWork {
        let archive = Archive::new(&self.0);
        archive.make().expect("a folder");
        FinishedWork { age: std::time::Duration::from_secs(30 * 86_400), archive }
    }

    /// What its files say, all of which are for their owner alone.
    fn lines(&self) -> Vec<Value> {
        let mut lines = Vec::new();
        for file in fs::read_dir(&self.0).expect("a folder") {
            let path = file.expect("a file").path();
            assert_eq!(path.metadata().expect("a file").permissions().mode() & 0o777, 0o600, "{}", path.display());
            let text = fs::read_to_string(&path).expect("text");
            assert!(text.ends_with('\n'), "{}", path.display());
            lines.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")));
        }
        lines
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Archives what is old; how many rows, and how many are left that are old.
async fn archived(fixture: &WorkFixture, folder: &Folder) -> (u64, u64) {
    let work = folder.work();
    let rows = fixture.service.archive_old_work(&work).await.expect("archived");
    (rows, fixture.service.count_old_work(work.age).await.expect("counted"))
}

/// Claims a task of the specialist and completes it; which one.
async fn finish(fixture: &WorkFixture) -> Uuid {
    let lease = fixture.claim(1).await.remove(0);
    assert_eq!(fixture.complete(&lease).await, None);
    lease["taskId"].as_str().expect("an id").parse().expect("an id")
}

/// A task of the director, completed, with a part of it for the specialist.
async fn delegated(fixture: &WorkFixture, part_first: bool) {
    let task = json!({ "assignedAgentId": fixture.director, "taskType": "plan" });
    let made = fixture.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
    let claim = async || {
        let input = json!({ "agentIds": [fixture.director], "max": 1, "leaseSeconds": 60 });
        fixture.done("claimTasks", input, "leases { taskId token }").await["leases"][0].clone()
    };
    let lease = claim().await;
    let input = json!({
        "parentTaskId": made["tasks"][0]["id"], "token": lease["token"], "wait": part_first,
        "task": { "assignedAgentId": fixture.specialist, "taskType": "write" },
    });
    fixture.done("delegateTask", input, "task { id }").await;
    let lease = if part_first {
        finish(fixture).await;
        claim().await
    } else {
        lease
    };
    assert_eq!(fixture.complete(&lease).await, None);
}

/// A task for the specialist with a name, which waits for others.
fn named(fixture: &WorkFixture, name: &str, waits_for: &[&str]) -> Value {
    let waits_for: Vec<Value> = waits_for.iter().map(|name| json!({ "ref": name })).collect();
    json!({ "ref": name, "assignedAgentId": fixture.specialist, "taskType": "write", "dependsOn": waits_for })
}

/// A completed execution with `count` completed tasks.
async fn execution_of(fixture: &WorkFixture, db: &TestDatabase, count: usize) {
    let (id, at) = (Uuid::now_v7(), start().into());
    let execution = workflow_executions::ActiveModel {
        id: Set(id),
        workflow_id: Set(fixture.workflow),
        status: Set(ExecutionStatus::Completed),
        started_at: Set(Some(at)),
        completed_at: Set(Some(at)),
        created_at: Set(at),
        updated_at: Set(at),
        ..Default::default()
    };
    execution.insert(db.connection()).await.expect("an execution");
    let task = || tasks::ActiveModel {
        id: Set(Uuid::now_v7()),
        workflow_execution_id: Set(Some(id)),
        assigned_agent_id: Set(fixture.specialist),
        task_type: Set("write".to_owned()),
        status: Set(TaskStatus::Completed),
        completed_at: Set(Some(at)),
        created_at: Set(at),
        updated_at: Set(at),
        ..Default::default()
    };
    let rows = std::iter::repeat_with(task).take(count);
    tasks::Entity::insert_many(rows).exec_without_returning(db.connection()).await.expect("tasks");
}

/// Has the database refuse to delete an execution, or lets it.
async fn refuse_deletion(db: &TestDatabase, refuse: bool) {
    let sql = match (db.engine(), refuse) {
        (Engine::Sqlite, true) => {
            "CREATE TRIGGER refuse BEFORE DELETE ON workflow_executions BEGIN SELECT RAISE(ABORT, 'no'); END"
        }
        (Engine::Sqlite, false) => "DROP TRIGGER refuse",
        (Engine::Postgres, true) => {
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$; \
             CREATE TRIGGER refuse BEFORE DELETE ON workflow_executions FOR EACH ROW EXECUTE FUNCTION refuse()"
        }
        (Engine::Postgres, false) => "DROP TRIGGER refuse ON workflow_executions",
    };
    db.connection().execute_unprepared(sql).await.expect("done");
}

/// How many rows of finished work there are, by table.
async fn counts(db: &TestDatabase) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for table in ["workflow_executions", "tasks", "task_dependencies", "task_attempts", "approvals"] {
        let sql = format!("SELECT count(*) FROM {table}");
        let statement = Statement::from_string(db.connection().get_database_backend(), sql);
        let row = db.connection().query_one_raw(statement).await.expect("counted").expect("a row");
        let count: i64 = row.try_get_by_index(0).expect("a number");
        counts.insert(table.to_owned(), usize::try_from(count).expect("a number"));
    }
    counts
}
