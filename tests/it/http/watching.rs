//! Many who watch the same, over sockets of their own.

use serde_json::{Value, json};
use tests::on_both_engines;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};

use super::{
    Served,
    socket::{Client, RECORD, WATCH},
};

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

async fn number(client: &mut Client) -> usize {
    let event = client.next().await;
    let message = event["payload"]["data"]["systemEvents"]["systemEvent"]["message"].as_str();
    message.unwrap_or_else(|| panic!("{event}")).parse().expect("a number")
}

/// What the last event says.
const END: usize = 1_000_000;

/// Watches from now on; says what it saw first, and gives all of it.
fn watcher(mut client: Client, first: UnboundedSender<usize>) -> JoinHandle<Vec<usize>> {
    tokio::spawn(async move {
        client.subscribe("watch", WATCH, json!({ "after": Value::Null })).await;
        let mut numbers = vec![number(&mut client).await];
        first.send(numbers[0]).expect("the test waits");
        loop {
            match number(&mut client).await {
                END => return numbers,
                number => numbers.push(number),
            }
        }
    })
}

/// Writes until somebody has seen something: what that was.
async fn first(writer: &mut Writer, seen: &mut UnboundedReceiver<usize>) -> usize {
    loop {
        writer.write().await;
        if let Ok(number) = seen.try_recv() {
            return number;
        }
    }
}

fn is_whole(numbers: &[usize], last: usize) -> bool {
    numbers.iter().copied().eq(numbers[0]..=last)
}

on_both_engines! {
    async fn each_sees_everything_from_its_beginning_on(db: &TestDatabase) {
        let served = Served::start(db).await;
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
        let served = Served::start(db).await;
        let mut writer = Writer::open(&served).await;
        let (sees, mut seen) = unbounded_channel();
        let mut watchers = vec![watcher(Client::ready(&served).await, sees.clone())];
        first(&mut writer, &mut seen).await;
        for _ in 0..10 {
            let before = writer.write().await;
            watchers.push(watcher(Client::ready(&served).await, sees.clone()));
            let saw = first(&mut writer, &mut seen).await;
            assert!(saw > before, "it was told of {saw}, and began after {before}");
        }
        watchers.iter().for_each(JoinHandle::abort);
    }

    async fn one_that_leaves_takes_nothing_from_the_others(db: &TestDatabase) {
        let served = Served::start(db).await;
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
