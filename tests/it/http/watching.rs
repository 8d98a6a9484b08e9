//! Many who watch the same, over sockets of their own.

use ::api::http::{Settings, Watch};
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};

use super::{
    Served,
    socket::{Client, RECORD, WATCH, now},
};

/// One to which the writer may write as fast as it can.
async fn serve(db: &TestDatabase) -> Served {
    let watch = Watch { messages: 1_000_000, ..Watch::default() };
    Served::start_with(db, Settings { watch, ..Settings::default() }).await
}

/// Records numbers as messages, one after the other.
struct Writer {
    client: Client,
    count: usize,
}

impl Writer {
    async fn open(served: &Served) -> Self {
        Self { client: Client::ready(served).await, count: 0 }
    }

    /// The number that is committed when this ends.
    async fn write(&mut self) -> usize {
        self.count += 1;
        self.client.subscribe("write", RECORD, json!({ "message": self.count.to_string() })).await;
        assert_eq!(self.client.next().await["type"], json!("next"));
        assert_eq!(self.client.next().await["type"], json!("complete"));
        self.count
    }
}

/// The number of the next event, and its cursor.
async fn next(client: &mut Client) -> (usize, String) {
    let told = client.next().await;
    let event = &told["payload"]["data"]["systemEvents"];
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    (text(&event["systemEvent"]["message"]).parse().expect("a number"), text(&event["cursor"]))
}

/// What the last event says.
const END: usize = 1_000_000;

/// Watches from now on; says the cursor of what it saw first, and gives all numbers.
fn watcher(mut client: Client, first: UnboundedSender<String>) -> JoinHandle<Vec<usize>> {
    tokio::spawn(async move {
        client.subscribe("watch", WATCH, json!({ "after": Value::Null })).await;
        let (number, cursor) = next(&mut client).await;
        let mut numbers = vec![number];
        first.send(cursor).expect("the test waits");
        loop {
            match next(&mut client).await {
                (END, _) => return numbers,
                (number, _) => numbers.push(number),
            }
        }
    })
}

/// Writes until somebody has seen something: its cursor.
async fn first(writer: &mut Writer, seen: &mut UnboundedReceiver<String>) -> String {
    loop {
        writer.write().await;
        if let Ok(cursor) = seen.try_recv() {
            return cursor;
        }
    }
}

fn is_whole(numbers: &[usize], last: usize) -> bool {
    numbers.iter().copied().eq(numbers[0]..=last)
}

on_both_engines! {
    async fn each_sees_everything_from_its_beginning_on(db: &TestDatabase) {
        let served = serve(db).await;
        let mut writer = Writer::open(&served).await;
        let (sees, mut seen) = unbounded_channel();
        let mut watchers = vec![watcher(Client::ready(&served).await, sees.clone())];
        first(&mut writer, &mut seen).await;
        for _ in 0..5 {
            watchers.push(watcher(Client::ready(&served).await, sees.clone()));
        }
        for _ in 0..5 {
            first(&mut writer, &mut seen).await;
        }
        let last = writer.write().await;
        writer.count = END - 1;
        writer.write().await;
        for watcher in watchers {
            let numbers = watcher.await.expect("no panic");
            assert!(is_whole(&numbers, last), "{numbers:?} up to {last}");
        }
    }

    async fn who_comes_later_sees_nothing_earlier(db: &TestDatabase) {
        let served = serve(db).await;
        let mut writer = Writer::open(&served).await;
        let (sees, mut seen) = unbounded_channel();
        let mut watchers = vec![watcher(Client::ready(&served).await, sees.clone())];
        first(&mut writer, &mut seen).await;
        for _ in 0..10 {
            writer.write().await;
            // Not by number: what others in the cluster are still writing holds the latest events back.
            let before = now(&mut writer.client).await;
            watchers.push(watcher(Client::ready(&served).await, sees.clone()));
            let saw = first(&mut writer, &mut seen).await;
            assert!(Some(saw.as_str()) > before.as_str(), "it was told of {saw}, and began after {before}");
        }
        watchers.iter().for_each(JoinHandle::abort);
    }

    async fn a_cursor_is_heeded_however_it_is_said(db: &TestDatabase) {
        let served = serve(db).await;
        let mut writer = Writer::open(&served).await;
        let before = now(&mut writer.client).await;
        writer.write().await;
        let cursor = before.as_str().expect("a cursor");
        let literal = WATCH.replace("($after: String)", "").replace("$after", &format!("{cursor:?}"));
        let default = WATCH.replace("String)", &format!("String = {cursor:?})"));
        for (query, variables) in [(WATCH, json!({ "after": before })), (&literal, json!({})), (&default, json!({}))] {
            let mut client = Client::ready(&served).await;
            client.subscribe("watch", query, variables).await;
            assert_eq!(next(&mut client).await.0, 1, "{query}");
        }
    }

    async fn one_that_leaves_takes_nothing_from_the_others(db: &TestDatabase) {
        let served = serve(db).await;
        let mut writer = Writer::open(&served).await;
        let (sees, mut seen) = unbounded_channel();
        let mut leaves = Client::ready(&served).await;
        leaves.subscribe("watch", WATCH, json!({})).await;
        let stays = watcher(Client::ready(&served).await, sees);
        first(&mut writer, &mut seen).await;
        leaves.send(json!({ "id": "watch", "type": "complete" })).await;
        writer.write().await;
        drop(leaves);
        let last = writer.write().await;
        writer.count = END - 1;
        writer.write().await;
        let numbers = stays.await.expect("no panic");
        assert!(is_whole(&numbers, last), "{numbers:?} up to {last}");
    }
}
