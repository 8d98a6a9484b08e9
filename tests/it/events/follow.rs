//! Following the log as it grows.

use std::{sync::Arc, time::Duration};

use service::{
    Error,
    events::{self, BeforePage, Cursor, Filter},
};
use tests::on_both_engines;
use tokio::sync::Semaphore;

use super::{commit, event, next, numbers, open, open_with, write};

on_both_engines! {
    async fn the_past_goes_over_into_the_present(db: &TestDatabase) {
        let service = open(db).await;
        commit(&service, (1..=300).map(event)).await;
        let first = service.log().read_after(None, 1, Filter::default()).await.expect("a page").remove(0);
        let mut old = service.log().follow(Some(first.cursor), Filter::default()).await.expect("a follower");
        let mut new = service.log().follow(None, Filter::default()).await.expect("a follower");
        commit(&service, [event(301)]).await;
        assert_eq!(next(&mut new, 1).await, [301]);
        commit(&service, [event(302)]).await;
        assert_eq!(next(&mut old, 301).await, (2..=302).collect::<Vec<_>>());
        assert_eq!(next(&mut new, 1).await, [302]);
    }

    async fn each_page_of_the_past_is_waited_for(db: &TestDatabase) {
        let service = open(db).await;
        commit(&service, (1..=300).map(event)).await;
        let turns = Arc::new(Semaphore::new(10));
        let taken = Arc::clone(&turns);
        let before_page = BeforePage::new(move || {
            let turns = Arc::clone(&taken);
            async move { turns.acquire().await.expect("it is open").forget() }
        });
        let follower = service.log().follow(Some(Cursor::START), Filter::default()).await.expect("a follower");
        let mut follower = follower.before_each_page(before_page);
        assert_eq!(next(&mut follower, 300).await, (1..=300).collect::<Vec<_>>());
        assert_eq!(turns.available_permits(), 7, "three pages");
        commit(&service, [event(301)]).await;
        assert_eq!(next(&mut follower, 1).await, [301]);
        // From here on it has caught up.
        let left = turns.available_permits();
        commit(&service, [event(302)]).await;
        assert_eq!(next(&mut follower, 1).await, [302]);
        assert_eq!(turns.available_permits(), left);
    }

    async fn nothing_is_missed_while_nobody_follows(db: &TestDatabase) {
        let service = open(db).await;
        let follower = service.log().follow(None, Filter::default()).await.expect("a follower");
        drop(follower);
        for round in 1..20 {
            let mut follower = service.log().follow(None, Filter::default()).await.expect("a follower");
            commit(&service, [event(round)]).await;
            assert_eq!(next(&mut follower, 1).await, [round]);
        }
    }

    async fn another_process_is_heard_by_polling_alone(db: &TestDatabase) {
        let poll_interval = Duration::from_millis(5);
        let here = open_with(db, events::Settings { poll_interval, ..Default::default() }).await;
        let there = open(db).await;
        let mut follower = here.log().follow(None, Filter::default()).await.expect("a follower");
        commit(&there, [event(1)]).await;
        assert_eq!(next(&mut follower, 1).await, [1]);
    }

    async fn who_does_not_keep_up_is_told_so_and_can_resume(db: &TestDatabase) {
        let service = open_with(db, events::Settings { max_lag: 1, ..Default::default() }).await;
        let mut slow = service.log().follow(None, Filter::default()).await.expect("a follower");
        commit(&service, [event(1)]).await;
        let seen = slow.next().await.expect("events");
        for round in 2..=5 {
            // One that keeps up sees each of them come.
            let mut fast = service.log().follow(None, Filter::default()).await.expect("a follower");
            commit(&service, [event(round)]).await;
            assert_eq!(next(&mut fast, 1).await, [round]);
        }
        let error = loop {
            match slow.next().await {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert!(matches!(&error, Error::Limit(reason) if reason.contains("too far behind")), "{error:?}");
        let mut again = service.log().follow(Some(seen[0].cursor), Filter::default()).await.expect("a follower");
        assert_eq!(next(&mut again, 4).await, [2, 3, 4, 5]);
    }

    async fn many_see_the_same(db: &TestDatabase) {
        let service = open(db).await;
        let mut followers = Vec::new();
        for _ in 0..50 {
            let mut follower = service.log().follow(None, Filter::default()).await.expect("a follower");
            followers.push(tokio::spawn(async move { next(&mut follower, 200).await }));
        }
        let service = Arc::new(service);
        let writers = (0..4_u32).map(|writer| {
            let service = Arc::clone(&service);
            tokio::spawn(async move {
                for round in 0..25 {
                    let first = writer * 50 + round * 2;
                    write(&service, [event(first), event(first + 1)]).await;
                }
            })
        });
        futures::future::try_join_all(writers.collect::<Vec<_>>()).await.expect("they write");
        let mut seen = Vec::new();
        for follower in followers {
            seen.push(follower.await.expect("it reads"));
        }
        let log = numbers(&service).await;
        assert_eq!(log.len(), 200);
        assert!(seen.iter().all(|seen| *seen == log));
    }
}

/// With nothing but the relay between them: the poll would take an hour.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_is_heard_at_once_on_postgres() {
    tests::run(tests::Engine::Postgres, async |db| {
        let poll_interval = Duration::from_secs(3600);
        let here = open_with(db, events::Settings { poll_interval, ..Default::default() }).await;
        let there = open(db).await;
        let relays = [&here, &there].map(|service| tokio::spawn(events::relay(service.clone())));
        let mut heard = here.signals().listen();
        // The first signal says that it hears.
        heard.changed().await.expect("it hears");
        let mut follower = here.log().follow(None, Filter::default()).await.expect("a follower");
        for round in 1..=20 {
            commit(&there, [event(round)]).await;
            assert_eq!(next(&mut follower, 1).await, [round]);
        }
        relays.iter().for_each(tokio::task::JoinHandle::abort);
    })
    .await;
}
