//! What is open, and how tasks end, for whoever watches the server.

use ::api::metrics::Metrics;
use chrono::TimeDelta;
use serde_json::json;
use tests::on_both_engines;

use super::fixture::WorkFixture;

on_both_engines! {
    async fn open_work_is_counted_with_its_age(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let nothing = fixture.service.backlog().await.expect("the backlog");
        assert_eq!(nothing.tasks, [("pending", 0), ("in_progress", 0), ("waiting", 0)]);
        assert_eq!((nothing.oldest_ready, nothing.approvals), (TimeDelta::zero(), 0));
        fixture.create(3).await;
        fixture.clock().advance(TimeDelta::seconds(30));
        let lease = fixture.claim(1).await.remove(0);
        let approval = json!({ "taskId": lease["taskId"], "token": lease["token"], "subject": "Print it?" });
        fixture.done("requestApproval", approval, "approval { id }").await;
        fixture.claim(1).await;
        fixture.clock().advance(TimeDelta::seconds(12));
        let open = fixture.service.backlog().await.expect("the backlog");
        assert_eq!(open.tasks, [("pending", 1), ("in_progress", 1), ("waiting", 1)]);
        assert_eq!((open.oldest_ready, open.approvals), (TimeDelta::seconds(42), 1));
        assert_eq!(open.oldest_approval, TimeDelta::seconds(12));
    }

    async fn ends_of_tasks_are_counted_when_they_are_committed(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let metrics = Metrics::new(fixture.service.database());
        fixture.create(3).await;
        let leases = fixture.claim(2).await;
        fixture.clock().advance(TimeDelta::seconds(30));
        assert_eq!(fixture.complete(&leases[0]).await, None);
        assert_eq!(fixture.fail(&leases[1], "PERMANENT").await, None);
        fixture.claim(1).await;
        assert_eq!(fixture.pass(61).await.leases, 1);
        let text = metrics.text();
        for line in [
            r#"vividwalls_tasks_ended_total{outcome="completed"} 1"#,
            r#"vividwalls_tasks_ended_total{outcome="failed"} 1"#,
            r#"vividwalls_tasks_ended_total{outcome="cancelled"} 0"#,
            r#"vividwalls_task_duration_seconds_sum{outcome="completed"} 30.0"#,
            r#"vividwalls_task_duration_seconds_count{outcome="failed"} 1"#,
            r#"vividwalls_task_duration_seconds_count{outcome="cancelled"} 0"#,
            "vividwalls_leases_lost_total 1",
        ] {
            assert!(text.lines().any(|known| known == line), "{line}: {text}");
        }
    }
}
