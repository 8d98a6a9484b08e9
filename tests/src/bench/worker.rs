//! What workers do.

use super::{Client, Round, Target, over_threads, texts};

/// A client that gives work and does it.
pub trait Worker {
    /// Active agents without a limit.
    fn agents(&mut self) -> Vec<String>;

    /// Creates tasks of a type.
    fn create(&mut self, agent: &str, kind: &str, count: usize);

    /// Claims and completes; how many.
    fn work(&mut self, agent: &str, count: usize) -> usize;

    /// Claims tasks of a type, waiting up to `wait` seconds for one: their ids and tokens.
    fn claim(&mut self, agent: &str, kind: &str, count: usize, wait: usize) -> Vec<(String, String)>;
}

impl Worker for Client {
    fn agents(&mut self) -> Vec<String> {
        let text = self.ask("{ agents(first: 16, orderBy: [{ field: NAME }], filter: { isActive: { eq: true }, or: [{ maxConcurrentTasks: { isNull: true } }, { maxConcurrentTasks: { gte: 1000 } }] }) { nodes { id } } }", "null");
        let ids = texts(text, "id");
        assert!(!ids.is_empty(), "the database has no active agents without a limit: serve the demo");
        ids
    }

    fn create(&mut self, agent: &str, kind: &str, count: usize) {
        let task = format!(r#"{{"assignedAgentId":"{agent}","taskType":"{kind}","slaMinutes":100000}}"#);
        let tasks = vec![task; count].join(",");
        self.ask(CREATE, &format!(r#"{{"tasks":[{tasks}]}}"#));
    }

    fn work(&mut self, agent: &str, count: usize) -> usize {
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

    fn claim(&mut self, agent: &str, kind: &str, count: usize, wait: usize) -> Vec<(String, String)> {
        let input = format!(r#"{{"agentIds":["{agent}"],"max":{count},"waitSeconds":{wait},"taskTypes":["{kind}"]}}"#);
        let text = self.ask(CLAIM, &input);
        texts(text, "taskId").into_iter().zip(texts(text, "token")).collect()
    }
}

const CREATE: &str = "mutation($input: CreateTasksInput!) { createTasks(input: $input) { tasks { id } } }";
const CLAIM: &str = "mutation($input: ClaimTasksInput!) { claimTasks(input: $input) { leases { taskId token } } }";
const COMPLETE: &str =
    "mutation($input: CompleteTasksInput!) { completeTasks(input: $input) { results { userErrors { code } } } }";

/// A round of whole lives of tasks: each connection creates tasks of one agent, claims as many and completes them.
pub fn lives(target: &Target, agents: &[String], batch: usize, connections: usize) -> Round {
    over_threads(connections, |number| {
        let mut client = target.connect();
        let agent = &agents[number % agents.len()];
        move || {
            client.create(agent, "bench", batch);
            client.work(agent, batch)
        }
    })
}
