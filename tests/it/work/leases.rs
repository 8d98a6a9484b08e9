//! Leases: kept, lost, and of no use afterwards.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tests::{Engine, on_both_engines};

use super::fixture::{WorkFixture, held};

on_both_engines! {
    async fn a_worker_that_comes_back_late_changes_nothing(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = &fixture.create(1).await[0];
        let late = fixture.claim(1).await.remove(0);
        assert_eq!(fixture.pass(61).await.leases, 1);
        assert_eq!(fixture.status(task).await, "PENDING");
        fixture.pass(60).await;
        let lease = fixture.claim(1).await.remove(0);
        assert_eq!(lease["attempt"], json!(2));
        for call in ["completeTasks", "failTasks", "releaseTasks"] {
            let more = if call == "failTasks" { json!({ "errorCode": "X" }) } else { json!({}) };
            assert_eq!(fixture.end(call, &late, more).await.as_deref(), Some("STALE_LEASE"), "{call}");
        }
        assert_eq!(fixture.complete(&lease).await, None);
        assert_eq!(fixture.complete(&late).await.as_deref(), Some("STALE_LEASE"));
        let seen = fixture.task_with(task, "status outputData attempt").await;
        assert_eq!(seen, json!({ "status": "COMPLETED", "outputData": { "by": lease["token"] }, "attempt": 2 }));
        fixture.check().await;
    }

    async fn heartbeats_keep_a_long_task_at_its_first_attempt(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = &fixture.create(1).await[0];
        let lease = fixture.claim(1).await.remove(0);
        for _ in 0..30 {
            fixture.pass(20).await;
            let payload = fixture.done("heartbeatTasks", json!({ "items": [held(&lease)] }), "leases { attempt } results { userErrors { code } }").await;
            assert_eq!(payload["leases"], json!([{ "attempt": 1 }]));
        }
        assert_eq!(fixture.complete(&lease).await, None);
        assert_eq!(fixture.task_with(task, "attempt status").await, json!({ "attempt": 1, "status": "COMPLETED" }));
        fixture.check().await;
    }

    async fn what_was_finished_before_the_sweep_stays_finished(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = &fixture.create(1).await[0];
        let lease = fixture.claim(1).await.remove(0);
        fixture.clock().advance(chrono::Duration::seconds(120));
        // Nobody has it yet: the work is not thrown away.
        assert_eq!(fixture.complete(&lease).await, None);
        assert_eq!(fixture.pass(60).await.leases, 0);
        assert_eq!(fixture.status(task).await, "COMPLETED");
    }

    async fn many_healthy_leases_do_not_hide_the_lapsed_one(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(1).await;
        let lapsed = fixture.claim(1).await.remove(0);
        fixture.clock().advance(chrono::Duration::seconds(59));
        fixture.create(600).await;
        for _ in 0..3 {
            assert_eq!(fixture.claim(200).await.len(), 200);
        }
        assert_eq!(fixture.pass(2).await.leases, 1);
        assert_eq!(fixture.status(lapsed["taskId"].as_str().expect("an id")).await, "PENDING");
        assert_eq!(fixture.pass(60).await.leases, 600, "more than one transaction takes");
        fixture.check().await;
    }

    async fn giving_back_is_no_attempt(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = &fixture.create(1).await[0];
        for _ in 0..5 {
            let lease = fixture.claim(1).await.remove(0);
            assert_eq!(lease["attempt"], json!(1));
            assert_eq!(fixture.end("releaseTasks", &lease, json!({})).await, None);
        }
        assert_eq!(fixture.status(task).await, "PENDING");
        fixture.check().await;
    }

    async fn a_batch_is_as_good_as_its_items(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(2).await;
        let leases = fixture.claim(2).await;
        let unknown = json!({ "taskId": fixture.director, "token": fixture.director });
        let stale = json!({ "taskId": leases[1]["taskId"], "token": fixture.director });
        let input = json!({ "items": [held(&leases[0]), unknown, stale, held(&leases[1])] });
        let payload = fixture.done("completeTasks", input, "results { taskId task { status } userErrors { code path } }").await;
        let codes: Vec<&Value> = payload["results"].as_array().expect("results").iter().map(|result| &result["userErrors"]).collect();
        assert_eq!(codes[0], &json!([]));
        assert_eq!(codes[1], &json!([{ "code": "NOT_FOUND", "path": ["items", "1", "taskId"] }]));
        assert_eq!(codes[2], &json!([{ "code": "STALE_LEASE", "path": ["items", "2", "token"] }]));
        assert_eq!(codes[3], &json!([]));
        fixture.check().await;
    }

    async fn a_batch_has_an_end(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = &fixture.create(1).await[0];
        let lease = fixture.claim(1).await.remove(0);
        let mut failure = held(&lease);
        failure["errorCode"] = json!("BROKEN");
        for (name, item) in [
            ("heartbeatTasks", held(&lease)),
            ("reportProgress", held(&lease)),
            ("completeTasks", held(&lease)),
            ("failTasks", failure),
            ("releaseTasks", held(&lease)),
        ] {
            let error = fixture.refused(name, json!({ "items": vec![item; 1001] })).await;
            assert_eq!((&error["code"], &error["path"]), (&json!("LIMIT_REACHED"), &json!(["items"])), "{name}");
            assert_eq!(error["message"], "there are 1001 items: at most 1000 are allowed", "{name}");
        }
        assert_eq!(fixture.status(task).await, "IN_PROGRESS");
        fixture.check().await;
    }

    async fn an_attempt_may_take_only_so_long(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = json!({ "assignedAgentId": fixture.specialist, "taskType": "write", "maxRunSeconds": 90, "maxAttempts": 1 });
        fixture.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
        let lease = fixture.claim(1).await.remove(0);
        fixture.pass(50).await;
        fixture.done("heartbeatTasks", json!({ "items": [held(&lease)] }), "leases { attempt }").await;
        assert_eq!(fixture.pass(39).await.leases, 0);
        assert_eq!(fixture.pass(2).await.leases, 1);
        let seen = fixture.task_with(lease["taskId"].as_str().expect("an id"), "status errorCode").await;
        assert_eq!(seen, json!({ "status": "FAILED", "errorCode": "TIMED_OUT" }));
        fixture.check().await;
    }

    async fn progress_is_shown(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(1).await;
        let lease = fixture.claim(1).await.remove(0);
        let report = async |percentage: &str| {
            fixture.end("reportProgress", &lease, json!({ "percentage": percentage, "message": "half" })).await
        };
        assert_eq!(report("50.5").await, None);
        assert_eq!(report("100.01").await.as_deref(), Some("INVALID"));
        let seen = fixture.task_with(lease["taskId"].as_str().expect("an id"), "progressPercentage progressMessage").await;
        assert_eq!(seen, json!({ "progressPercentage": "50.50", "progressMessage": "half" }));
        let held = |percentage: &str| json!({ "taskId": lease["taskId"], "token": lease["token"], "percentage": percentage });
        let twice = json!({ "items": [held("60"), held("70")] });
        fixture.done("reportProgress", twice, "results { userErrors { code } }").await;
        let seen = fixture.task_with(lease["taskId"].as_str().expect("an id"), "progressPercentage version").await;
        assert_eq!(seen, json!({ "progressPercentage": "70.00", "version": 5 }), "the last one stays");
        fixture.check().await;
    }

    async fn a_missed_deadline_is_told_once(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = &fixture.create(3).await[0];
        assert_eq!(fixture.pass(3599).await.breaches, 0);
        assert_eq!(fixture.pass(2).await.breaches, 3);
        let seen = fixture.task_with(task, "version updatedAt").await;
        assert_eq!(seen, json!({ "version": 2, "updatedAt": fixture.clock().now().to_rfc3339() }));
        assert_eq!(fixture.pass(3600).await.breaches, 0);
    }
}

on_both_engines! {
    async fn a_row_that_cannot_be_changed_is_left_out(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(5).await;
        let leases = fixture.claim(5).await;
        let poison = leases[2]["taskId"].as_str().expect("an id");
        let statements = match db.engine() {
            Engine::Postgres => vec![
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'poison'; END $$".to_owned(),
                format!("CREATE TRIGGER refuse BEFORE UPDATE ON tasks FOR EACH ROW WHEN (OLD.id = '{poison}') EXECUTE FUNCTION refuse()"),
            ],
            Engine::Sqlite => vec![format!(
                "CREATE TRIGGER refuse BEFORE UPDATE ON tasks WHEN OLD.id = x'{}' BEGIN SELECT RAISE(ABORT, 'poison'); END",
                poison.replace('-', "")
            )],
        };
        for statement in statements {
            db.connection().execute_unprepared(&statement).await.expect("a trigger");
        }
        assert_eq!(fixture.pass(61).await.leases, 4, "all but one");
        // The deadlines come after it, and are looked after all the same.
        assert_eq!(fixture.pass(3600).await.breaches, 4);
        assert_eq!(fixture.status(poison).await, "IN_PROGRESS");
        fixture.check().await;
    }
}
