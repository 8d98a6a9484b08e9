//! Bulk jobs: what all parts do with them.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use tests::{
    bench::{Client, numbers, texts},
    http::Connection,
};

use super::{
    shop::{Shop, done, first_id},
    table::{count, same},
};

/// How often it is looked whether a job has ended.
const EVERY: Duration = Duration::from_millis(50);
/// How long one may take.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

const CREATE: &str = "mutation($input: CreateBulkJobInput!) { createBulkJob(input: $input) { bulkJob { id } userErrors { code message } } }";
const START: &str = "mutation($input: StartBulkJobInput!) { startBulkJob(input: $input) { bulkJob { id } userErrors { code message } } }";
const JOB: &str =
    "query($input: ID!) { bulkJob(id: $input) { status doneRows startedAt endedAt errorMessage firstErrors } }";

/// A job that has ended.
pub(crate) struct Job {
    id: String,
    /// How long the server worked on it.
    pub(crate) time: Duration,
}

impl Job {
    /// Has a job of a kind done, with its input if it has one. A row that is refused ends it.
    pub(crate) fn run(shop: &Shop, kind: &str, input: Option<&str>) -> Result<Self, String> {
        let mut client = shop.connect();
        let new = format!(r#"{{"kind":"{kind}","onError":"STOP"}}"#);
        let id = first_id(done(client.ask(CREATE, &new))?)?;
        if let Some(input) = input {
            upload(shop, &id, input)?;
        }
        done(client.ask(START, &format!(r#"{{"id":"{id}"}}"#)))?;
        let time = until_ended(&mut client, &id)?;
        Ok(Self { id, time })
    }

    /// Refuses a job that did not do this number of rows.
    pub(crate) fn check(&self, shop: &Shop, rows: usize) -> Result<(), String> {
        let mut client = shop.connect();
        let text = client.ask(JOB, &format!(r#""{}""#, self.id));
        same("rows of the job", count(rows), numbers(text, "doneRows").iter().sum())
    }

    /// The file that it made.
    pub(crate) fn result(&self, shop: &Shop) -> Result<Vec<u8>, String> {
        let target = shop.target();
        let key = target.key.as_ref().map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
        let mut connection = Connection::open(&target.address);
        // With HTTP/1.0 the answer has no chunks, and ends with the connection.
        connection.write(format!("GET /bulk/{}/result HTTP/1.0\r\nhost: localhost\r\n{key}\r\n", self.id).as_bytes());
        let answer = connection.rest();
        match answer.get(9..12) {
            Some(b"200") => Ok(answer),
            _ => Err(format!("there is no result: {}", String::from_utf8_lossy(&answer))),
        }
    }
}

fn upload(shop: &Shop, id: &str, input: &str) -> Result<(), String> {
    let target = shop.target();
    let key = target.key.as_ref().map(|key| format!("Bearer {key}"));
    let mut headers = vec![("content-type", "application/octet-stream")];
    headers.extend(key.as_deref().map(|key| ("authorization", key)));
    let mut connection = Connection::open(&target.address);
    connection.send(&format!("PUT /bulk/{id}/input"), &headers, input.as_bytes());
    let answer = connection.answer();
    match answer.status {
        200..300 => Ok(()),
        status => Err(format!("the input was answered with {status}: {}", answer.text())),
    }
}

/// Waits until a job is complete: how long the server worked on it.
fn until_ended(client: &mut Client, id: &str) -> Result<Duration, String> {
    let began = Instant::now();
    loop {
        let text = client.ask(JOB, &format!(r#""{id}""#));
        match texts(text, "status").first().map(String::as_str) {
            Some("PENDING" | "RUNNING") if began.elapsed() < LONGEST_WAIT => sleep(EVERY),
            Some("COMPLETED") => {
                let time = moment(text, "endedAt")? - moment(text, "startedAt")?;
                return time.to_std().map_err(|error| error.to_string());
            }
            _ => return Err(format!("a job did not become complete: {text}")),
        }
    }
}

fn moment(text: &str, name: &str) -> Result<DateTime<Utc>, String> {
    let found = texts(text, name).into_iter().next().and_then(|text| text.parse().ok());
    found.ok_or_else(|| format!("a job has no `{name}`: {text}"))
}
