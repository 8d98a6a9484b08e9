//! Reading the log, a page at a time.

use chrono::Duration;
use entity::sea_orm_active_enums::EventAggregate;
use sea_orm::ConnectionTrait;
use service::events::{Cursor, EventKind, Filter, Range};
use tests::{Engine, on_both_engines};
use uuid::Uuid;

use super::{commit, event, next, number, numbers, open, somebody, start, write};

on_both_engines! {
    async fn what_is_rolled_back_leaves_no_event(db: &TestDatabase) {
        let service = open(db).await;
        let mut unit = service.begin(&somebody()).await.expect("it begins");
        unit.emit(event(1));
        drop(unit);
        commit(&service, [event(2), event(3)]).await;
        // It fails after its events were written.
        let mut unit = service.begin(&somebody()).await.expect("it begins");
        unit.emit(event(4));
        let mut wrong = event(5);
        wrong.aggregate_version = 1;
        wrong.changes.insert("status".to_owned(), "no database holds \0".into());
        unit.emit(wrong);
        assert!(unit.commit().await.is_err());
        commit(&service, [event(6)]).await;
        assert_eq!(numbers(&service).await, [2, 3, 6]);
    }

    async fn a_cursor_of_an_empty_log_is_before_its_first_event(db: &TestDatabase) {
        let service = open(db).await;
        let log = service.log();
        let now = log.latest().await.expect("a cursor");
        assert_eq!(now, Cursor::START);
        assert!(log.read_after(Some(now), 10, Filter::default()).await.expect("a page").is_empty());
        commit(&service, [event(1)]).await;
        let page = log.read_after(Some(now), 10, Filter::default()).await.expect("a page");
        assert_eq!(page.iter().map(number).collect::<Vec<_>>(), [1]);
        assert_eq!(log.latest().await.expect("a cursor"), page[0].cursor);
        assert_eq!(page[0].cursor.to_string().parse::<Cursor>().expect("a cursor"), page[0].cursor);
        assert!(["", "x", "-000000000000001+000000000000001"].iter().all(|text| text.parse::<Cursor>().is_err()));
    }

    async fn pages_follow_each_other(db: &TestDatabase) {
        let service = open(db).await;
        for first in [1, 4, 7] {
            commit(&service, (first..first + 3).map(event)).await;
        }
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = service.log().read_after(after, 2, Filter::default()).await.expect("a page");
            let Some(last) = page.last() else { break };
            after = Some(last.cursor);
            seen.extend(page.iter().map(number));
        }
        assert_eq!(seen, (1..10).collect::<Vec<_>>());
    }

    async fn pages_are_taken_from_either_end(db: &TestDatabase) {
        let service = open(db).await;
        commit(&service, (1..10).map(event)).await;
        let all = service.log().read_after(None, 20, Filter::default()).await.expect("all");
        let cursor = |number: usize| Some(all[number - 1].cursor);
        for (after, before, backward, expected) in [
            (None, None, false, vec![1, 2, 3]),
            (None, None, true, vec![7, 8, 9]),
            (None, cursor(3), false, vec![1, 2]),
            (None, cursor(7), true, vec![4, 5, 6]),
            (cursor(5), cursor(8), false, vec![6, 7]),
            (cursor(5), cursor(8), true, vec![6, 7]),
            (cursor(9), None, true, vec![]),
            (cursor(5), cursor(5), true, vec![]),
        ] {
            let range = Range { after, before, limit: 3, backward };
            let page = service.log().read(range, Filter::default()).await.expect("a page");
            assert_eq!(page.iter().map(number).collect::<Vec<_>>(), expected, "{range:?}");
        }
    }

    async fn kinds_that_are_not_known_are_other(db: &TestDatabase) {
        let service = open(db).await;
        commit(&service, [event(1), event(2)]).await;
        let newer = "UPDATE events SET kind = 'task.painted' WHERE position = (SELECT max(position) FROM events)";
        db.connection().execute_unprepared(newer).await.expect("written");
        for (kinds, expected) in [
            (vec![EventKind::Other], vec![2]),
            (vec![EventKind::TaskCreated], vec![1]),
            (vec![EventKind::TaskCreated, EventKind::Other], vec![1, 2]),
            (vec![EventKind::TaskFailed], vec![]),
        ] {
            let filter = Filter { kinds: Some(kinds), ..Filter::default() };
            let page = service.log().read_after(None, 10, filter.clone()).await.expect("a page");
            assert_eq!(page.iter().map(number).collect::<Vec<_>>(), expected, "{filter:?}");
        }
    }

    async fn filters_hold_together(db: &TestDatabase) {
        let service = open(db).await;
        let (agent, execution) = (Uuid::from_u128(100), Uuid::from_u128(200));
        let mut by = event(2);
        by.agent_id = Some(agent);
        let mut within = event(3);
        within.execution_id = Some(execution);
        within.kind = EventKind::TaskCompleted;
        within.changes.insert("status".to_owned(), "COMPLETED".into());
        commit(&service, [event(1), by, within]).await;
        let some = |ids: &[Uuid]| Some(ids.to_vec());
        for (filter, expected) in [
            (Filter::default(), vec![1, 2, 3]),
            (Filter { aggregate_ids: some(&[Uuid::from_u128(1), Uuid::from_u128(3)]), ..Filter::default() }, vec![1, 3]),
            (Filter { agent_ids: some(&[agent]), ..Filter::default() }, vec![2]),
            (Filter { agent_ids: some(&[]), ..Filter::default() }, vec![]),
            (Filter { agent_subtree: Some(agent), ..Filter::default() }, vec![]),
            (Filter { execution_ids: some(&[execution]), ..Filter::default() }, vec![3]),
            (Filter { kinds: Some(vec![EventKind::TaskCompleted]), ..Filter::default() }, vec![3]),
            (Filter { change: Some(("status", vec!["COMPLETED".to_owned()])), ..Filter::default() }, vec![3]),
            (Filter { change: Some(("status", vec!["FAILED".to_owned()])), ..Filter::default() }, vec![]),
            (Filter { aggregate_types: Some(vec![EventAggregate::Goal]), ..Filter::default() }, vec![]),
            (Filter { occurred_from: Some(start()), ..Filter::default() }, vec![1, 2, 3]),
            (Filter { occurred_from: Some(start() + Duration::seconds(1)), ..Filter::default() }, vec![]),
            (Filter { occurred_before: Some(start()), ..Filter::default() }, vec![]),
            (Filter { occurred_before: Some(start() + Duration::seconds(1)), ..Filter::default() }, vec![1, 2, 3]),
        ] {
            let page = service.log().read_after(None, 10, filter.clone()).await.expect("a page");
            assert_eq!(page.iter().map(number).collect::<Vec<_>>(), expected, "{filter:?}");
            // Live it is the same.
            let mut follower = service.log().follow(Some(Cursor::START), filter).await.expect("a follower");
            assert_eq!(next(&mut follower, expected.len()).await, expected);
        }
    }
}

/// On PostgreSQL transactions end in another order than they began in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reads_past_a_running_transaction() {
    tests::run(Engine::Postgres, async |db| {
        let service = open(db).await;
        let now = service.log().latest().await.expect("a cursor");
        let mut follower = service.log().follow(None, Filter::default()).await.expect("a follower");
        let mut early = service.begin(&somebody()).await.expect("it begins");
        let mut take_a_number = early.sql();
        take_a_number.push("SELECT ").transaction_number();
        early.rows(take_a_number).await.expect("a number");
        write(&service, [event(2)]).await;
        assert!(numbers(&service).await.is_empty());
        assert_eq!(service.log().latest().await.expect("a cursor"), now);
        early.emit(event(1));
        early.commit().await.expect("it commits");
        // It was written last, although its transaction began first.
        assert_eq!(next(&mut follower, 2).await, [2, 1]);
        assert_eq!(numbers(&service).await, [2, 1]);
    })
    .await;
}
