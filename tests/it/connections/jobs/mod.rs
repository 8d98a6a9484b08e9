//! Bulk jobs: their files, their work, and their ends.
//!
//! - [`lines`]: stock and prices, line by line. [`files`]: imports and exports. [`dry`]: jobs that only try.
//! - [`breaks`]: work that goes on after a break, and work that is cancelled. [`rights`]: with whose rights jobs work.
//! - [`uploads`]: files that are sent more than once. [`kept`]: how long files are kept.

mod breaks;
mod dry;
mod files;
mod kept;
mod lines;
mod rights;
mod uploads;

use serde_json::{Value, json};
use service::{Actor, consistency, jobs, principal::Principal};
use uuid::Uuid;

use crate::{
    client::Client,
    shop::fixture::{text, with},
};

/// A job with its file, which was not started.
async fn prepared(client: &Client, kind: &str, more: Value, file: &str) -> Uuid {
    let input = with(json!({ "kind": kind }), more);
    let made = client.done("createBulkJob", input, "bulkJob { id }").await;
    let id: Uuid = text(&made["bulkJob"]["id"]).parse().expect("an id");
    if !kind.starts_with("EXPORT") {
        send(client, id, file).await;
    }
    id
}

/// Sends the file of a job, in small pieces.
async fn send(client: &Client, id: Uuid, file: &str) {
    let mut upload = client.service.begin_upload(&local(), id).await.expect("begun");
    for piece in file.as_bytes().chunks(1000) {
        upload.add(piece).await.expect("added");
    }
    upload.finish().await.expect("finished");
}

/// The same, started.
async fn started(client: &Client, kind: &str, more: Value, file: &str) -> Uuid {
    let id = prepared(client, kind, more, file).await;
    client.done("startBulkJob", json!({ "id": id }), "bulkJob { status }").await;
    id
}

/// The same, run to its end: as it is then.
async fn ran(client: &Client, kind: &str, more: Value, file: &str) -> (Uuid, Value) {
    let id = started(client, kind, more, file).await;
    assert_eq!(jobs::run_due(&client.service).await.expect("run"), 1);
    assert_eq!(consistency::check(client.service.database().reader()).await.expect("checked"), []);
    (id, shown(client, id).await)
}

/// A job as it is.
async fn shown(client: &Client, id: Uuid) -> Value {
    let query = "query($id: ID!) { bulkJob(id: $id) { status totalRows doneRows counts firstErrors errorMessage } }";
    client.query(query, json!({ "id": id })).await["bulkJob"].take()
}

/// The result of a job that has ended.
async fn result(client: &Client, id: Uuid) -> String {
    let mut download = client.service.begin_download(&local(), id).await.expect("a result");
    let mut result = String::new();
    while let Some(piece) = download.next().await.expect("a piece") {
        result.push_str(&piece);
    }
    result
}

/// The lines of such a result.
async fn lines_of(client: &Client, id: Uuid) -> Vec<Value> {
    result(client, id).await.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn local() -> Actor {
    Actor { principal: Principal::local(), request: None }
}
