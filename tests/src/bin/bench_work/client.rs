//! A client that keeps its connection, and reads answers by looking for what it needs: a parser would take as much of
//! the processor as the server.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

/// Where the server is and who asks.
pub(super) struct Target {
    pub(super) address: String,
    pub(super) key: Option<String>,
}

impl Target {
    pub(super) fn connect(&self) -> Client {
        let stream = TcpStream::connect(&self.address).expect("a server listens there");
        stream.set_nodelay(true).expect("a socket");
        let key = self.key.as_ref().map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
        Client {
            stream: BufReader::new(stream),
            head: format!("host: localhost\r\ncontent-type: application/json\r\n{key}"),
            body: Vec::new(),
        }
    }
}

/// One connection that is kept.
pub(super) struct Client {
    stream: BufReader<TcpStream>,
    head: String,
    body: Vec<u8>,
}

impl Client {
    /// Asks to be told what operations cost.
    pub(super) fn with_cost(mut self) -> Self {
        self.head.push_str("vividwalls-cost: 1\r\n");
        self
    }

    pub(super) fn ask(&mut self, query: &str, input: &str) -> &str {
        let body = format!(r#"{{"query":"{query}","variables":{{"input":{input}}}}}"#);
        let request = format!("POST /graphql HTTP/1.1\r\n{}content-length: {}\r\n\r\n{body}", self.head, body.len());
        self.stream.get_mut().write_all(request.as_bytes()).expect("sent");
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("an answer");
            if line.trim_end().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).expect("a body");
        let text = std::str::from_utf8(&self.body).expect("text");
        assert!(!text.contains(r#""errors""#), "{text}");
        text
    }

    pub(super) fn agents(&mut self) -> Vec<String> {
        let text = self.ask("{ agents(first: 16, orderBy: [{ field: NAME }], filter: { isActive: { eq: true }, or: [{ maxConcurrentTasks: { isNull: true } }, { maxConcurrentTasks: { gte: 1000 } }] }) { nodes { id } } }", "null");
        let ids = all(text, "id");
        assert!(!ids.is_empty(), "the database has no active agents without a limit: serve the demo");
        ids
    }

    pub(super) fn create(&mut self, agent: &str, kind: &str, count: usize) {
        let task = format!(r#"{{"assignedAgentId":"{agent}","taskType":"{kind}","slaMinutes":100000}}"#);
        let tasks = vec![task; count].join(",");
        self.ask(CREATE, &format!(r#"{{"tasks":[{tasks}]}}"#));
    }

    /// Claims and completes; how many.
    pub(super) fn work(&mut self, agent: &str, count: usize) -> usize {
        let leases = self.claim(agent, "bench", count, 0);
        if leases.is_empty() {
            return 0;
        }
        let items: Vec<String> = leases
            .iter()
            .map(|(task, token)| format!(r#"{{"taskId":"{task}","token":"{token}","outputData":{{"ok":true}}}}"#))
            .collect();
        let text = self.ask(COMPLETE, &format!(r#"{{"items":[{}]}}"#, items.join(",")));
        text.matches(r#""userErrors":[]"#).count()
    }

    pub(super) fn claim(&mut self, agent: &str, kind: &str, count: usize, wait: usize) -> Vec<(String, String)> {
        let input = format!(r#"{{"agentIds":["{agent}"],"max":{count},"waitSeconds":{wait},"taskTypes":["{kind}"]}}"#);
        let text = self.ask(CLAIM, &input);
        all(text, "taskId").into_iter().zip(all(text, "token")).collect()
    }
}

const CREATE: &str = "mutation($input: CreateTasksInput!) { createTasks(input: $input) { tasks { id } } }";
const CLAIM: &str = "mutation($input: ClaimTasksInput!) { claimTasks(input: $input) { leases { taskId token } } }";
const COMPLETE: &str =
    "mutation($input: CompleteTasksInput!) { completeTasks(input: $input) { results { userErrors { code } } } }";

/// All texts under a name in a JSON document.
pub(super) fn all(text: &str, name: &str) -> Vec<String> {
    let mark = format!(r#""{name}":""#);
    text.split(&mark).skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect()
}
