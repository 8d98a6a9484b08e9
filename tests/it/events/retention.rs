//! What is old is removed, and nobody passes over it unaware.

use chrono::TimeDelta;
use service::{
    Error,
    events::{Cursor, Filter},
};
use tests::on_both_engines;

use super::{commit, event, next, number, open, start};

on_both_engines! {
    async fn a_cursor_before_what_is_kept_is_refused(db: &TestDatabase) {
        let service = open(db).await;
        let log = service.log();
        let empty = log.latest().await.expect("a cursor");
        commit(&service, (1..=5).map(event)).await;
        let cursors: Vec<Cursor> =
            log.read_after(None, 9, Filter::default()).await.expect("a page").iter().map(|event| event.cursor).collect();
        service.clock().advance(TimeDelta::days(2));
        commit(&service, (6..=7).map(event)).await;
        // Nothing is that old.
        assert_eq!(log.prune(start()).await.expect("pruned"), 0);
        assert_eq!(log.read_after(Some(empty), 9, Filter::default()).await.expect("a page").len(), 7);

        assert_eq!(log.prune(start() + TimeDelta::days(1)).await.expect("pruned"), 4);
        let kept = log.read_after(None, 9, Filter::default()).await.expect("a page");
        assert_eq!(kept.iter().map(number).collect::<Vec<_>>(), [6, 7]);
        for old in [empty, cursors[0], cursors[3]] {
            let error = log.read_after(Some(old), 9, Filter::default()).await.expect_err("it is old");
            assert!(matches!(error, Error::CursorExpired(_)), "{error:?}");
            let error = log.follow(Some(old), Filter::default()).await.expect_err("it is old");
            assert!(matches!(error, Error::CursorExpired(_)), "{error:?}");
        }
        // Nothing after the last one that was removed is missing.
        let mut follower = log.follow(Some(cursors[4]), Filter::default()).await.expect("a follower");
        assert_eq!(next(&mut follower, 2).await, [6, 7]);
    }

    async fn the_newest_cursor_stays_good(db: &TestDatabase) {
        let service = open(db).await;
        let log = service.log();
        commit(&service, (1..=12).map(event)).await;
        let now = log.latest().await.expect("a cursor");
        for _ in 0..2 {
            log.prune(start() + TimeDelta::days(1)).await.expect("pruned");
            assert_eq!(log.latest().await.expect("a cursor"), now);
            assert!(log.read_after(Some(now), 9, Filter::default()).await.expect("a page").is_empty());
        }
        commit(&service, [event(13)]).await;
        let page = log.read_after(Some(now), 9, Filter::default()).await.expect("a page");
        assert_eq!(page.iter().map(number).collect::<Vec<_>>(), [13]);
    }

    async fn a_cursor_of_another_log_is_refused(db: &TestDatabase) {
        let service = open(db).await;
        commit(&service, [event(1)]).await;
        let ahead: Cursor = "000000ffffffffff0000000000000001".parse().expect("a cursor");
        let error = service.log().follow(Some(ahead), Filter::default()).await.expect_err("it is not ours");
        assert!(matches!(&error, Error::Invalid(reason) if reason.contains("not a cursor of this event log")), "{error:?}");
    }
}
