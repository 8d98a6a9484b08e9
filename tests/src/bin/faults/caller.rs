//! A client that repeats a call until it is answered, over a connection that it keeps.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tests::client::{Client, Target};

use super::{
    load::Load,
    wait::{is_interrupted, pause},
};

/// How long a call is repeated: shorter than the plan waits for progress, so that the last refusal is told.
const ANSWERED: Duration = Duration::from_secs(50);
/// How long an answer is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(20);
/// Of a page.
const ROWS: usize = 250;

/// One client.
pub(crate) struct Caller {
    load: Arc<Load>,
    client: Option<Client>,
}

/// Why there is no result.
enum Refusal {
    /// The call may be repeated.
    Again(String),
    /// It must not have happened.
    Wrong(String),
}

impl Caller {
    pub(crate) fn new(load: &Arc<Load>) -> Self {
        Self { load: Arc::clone(load), client: None }
    }

    /// Calls a mutation until it is answered; to be refused by a rule is a failure. The payload.
    pub(crate) fn act(&mut self, name: &str, selection: &str, input: &Value) -> Result<Value, String> {
        let mut letters = name.chars();
        let kind: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        let query = format!(
            "mutation($input: {kind}Input!) {{ {name}(input: $input) {{ {selection} userErrors {{ code message }} }} }}"
        );
        let mut data = self.ask(&query, &json!({ "input": input }))?;
        let payload = data[name].take();
        match payload["userErrors"].as_array() {
            Some(errors) if errors.is_empty() => Ok(payload),
            _ => Err(format!("{name}: {payload}")),
        }
    }

    /// All rows of a list; the arguments begin with a comma if there are any.
    pub(crate) fn all(&mut self, list: &str, arguments: &str, selection: &str) -> Result<Vec<Value>, String> {
        self.all_after(list, arguments, selection, None)
    }

    /// The same after a cursor.
    pub(crate) fn all_after(
        &mut self,
        list: &str,
        arguments: &str,
        selection: &str,
        after: Option<&str>,
    ) -> Result<Vec<Value>, String> {
        let query = format!(
            "query($after: String) {{ {list}(first: {ROWS}, after: $after{arguments}) {{ nodes {{ {selection} }} \
             pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let (mut all, mut after) = (Vec::new(), json!(after));
        loop {
            let mut data = self.ask(&query, &json!({ "after": after }))?;
            let page = &mut data[list];
            match page["nodes"].take() {
                Value::Array(nodes) => all.extend(nodes),
                _ => return Err(format!("{list}: no page")),
            }
            if page["pageInfo"]["hasNextPage"] != json!(true) {
                return Ok(all);
            }
            after = page["pageInfo"]["endCursor"].take();
        }
    }

    /// Asks until there is an answer: its data.
    pub(crate) fn ask(&mut self, query: &str, variables: &Value) -> Result<Value, String> {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let (began, mut last) = (Instant::now(), String::new());
        while began.elapsed() < ANSWERED && !is_interrupted() && !self.load.has_failed() {
            match self.once(&body) {
                Ok(data) => return Ok(data),
                Err(Refusal::Wrong(reason)) => return Err(reason),
                Err(Refusal::Again(reason)) => last = reason,
            }
            self.load.was_refused();
            pause(PAUSE);
        }
        Err(format!("no answer within {} s: {last}", ANSWERED.as_secs()))
    }

    fn once(&mut self, body: &str) -> Result<Value, Refusal> {
        let (status, text) = self.send(body).map_err(|error| {
            let reason = format!("the connection broke: {error}");
            let may_break = self.load.fault.breaks_connections();
            if may_break { Refusal::Again(reason) } else { Refusal::Wrong(reason) }
        })?;
        let Ok(mut answer) = serde_json::from_str::<Value>(&text) else {
            return Err(Refusal::Wrong(format!("{status}, no JSON: {text}")));
        };
        match answer.pointer("/errors/0") {
            None => Ok(answer["data"].take()),
            Some(error) if self.may_repeat(error) => Err(Refusal::Again(error.to_string())),
            Some(error) => Err(Refusal::Wrong(format!("{status}: {error}"))),
        }
    }

    fn may_repeat(&self, error: &Value) -> bool {
        let code = error["extensions"]["code"].as_str();
        code.is_some_and(|code| self.load.fault.codes().contains(&code))
    }

    /// Sends it over the connection that there is, or another one.
    fn send(&mut self, body: &str) -> io::Result<(u16, String)> {
        let mut client = match self.client.take() {
            Some(client) => client,
            None => {
                let mut client = Target { address: self.load.address(), key: None }.connect()?;
                client.wait_only(LONGEST_WAIT)?;
                client
            }
        };
        let answer = client.post(body.as_bytes())?;
        // Who was not served may have been let go.
        self.client = (answer.0 == 200).then_some(client);
        Ok(answer)
    }
}
