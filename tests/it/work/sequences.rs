//! Whatever is done to the work, in whatever order: nothing is left hanging.

use serde_json::{Value, json};
use tests::on_both_engines;
use uuid::Uuid;

use super::fixture::{WorkFixture, held, ids};

on_both_engines! {
    async fn no_sequence_of_verbs_breaks_a_rule(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        for seed in 1..=3 {
            let mut walk = Walk { fixture: fixture.clone(), random: seed, leases: Vec::new() };
            for step in 0..50 {
                let done = walk.step().await;
                let broken = service::consistency::check(fixture.service.database().reader()).await.expect("checked");
                assert_eq!(broken, Vec::new(), "seed {seed}, step {step}: {done}");
            }
        }
    }
}

/// A random walk through the verbs.
struct Walk {
    fixture: WorkFixture,
    random: u64,
    leases: Vec<Value>,
}

impl Walk {
    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.random >> 33).expect("31 bits") % end
    }

    fn agent(&mut self) -> Uuid {
        [self.fixture.director, self.fixture.specialist][self.below(2)]
    }

    /// A task, often under a key that another one may hold, that may depend on earlier ones of the call.
    fn task(&mut self, index: usize) -> Value {
        let mut task = json!({ "ref": format!("t{index}"), "assignedAgentId": self.agent(), "taskType": "write", "maxAttempts": 2 });
        if self.below(3) == 0 {
            let window = [json!(null), json!(60)][self.below(2)].clone();
            let conflict = ["RETURN_EXISTING", "REPLACE_INPUT"][self.below(2)];
            task["unique"] =
                json!({ "key": format!("k{}", self.below(3)), "windowSeconds": window, "onConflict": conflict });
        }
        let mut on = Vec::new();
        for other in 0..index {
            if self.below(2) == 0 {
                let rule = ["FAIL", "SKIP", "RUN"][self.below(3)];
                on.push(json!({ "ref": format!("t{other}"), "onFailure": rule }));
            }
        }
        task["dependsOn"] = json!(on);
        task
    }

    fn tasks(&mut self) -> Vec<Value> {
        (0..=self.below(3)).map(|index| self.task(index)).collect()
    }

    async fn any(&mut self, query: &str, list: &str) -> Option<String> {
        let found = self.fixture.query(query, json!({})).await;
        let ids = ids(&found[list]["nodes"]);
        if ids.is_empty() { None } else { Some(ids[self.below(ids.len())].clone()) }
    }

    async fn any_task(&mut self, status: &str) -> Option<String> {
        let query = format!("{{ tasks(first: 250, filter: {{ status: {{ eq: {status} }} }}) {{ nodes {{ id }} }} }}");
        self.any(&query, "tasks").await
    }

    fn lease(&mut self) -> Option<Value> {
        if self.leases.is_empty() {
            return None;
        }
        let index = self.below(self.leases.len());
        Some(self.leases.swap_remove(index))
    }

    /// Does something; what it was. A refusal is as good as anything.
    async fn step(&mut self) -> String {
        let Some((verb, input)) = self.choose().await else { return "nothing".to_owned() };
        let payload = self.fixture.mutate(verb, input.clone(), "__typename").await;
        format!("{verb} {input}: {}", payload["userErrors"])
    }

    async fn choose(&mut self) -> Option<(&'static str, Value)> {
        match self.below(17) {
            0 | 1 => Some(("startExecution", json!({ "workflowId": self.fixture.workflow, "tasks": self.tasks() }))),
            2 => Some(("createTasks", json!({ "tasks": self.tasks() }))),
            3 => {
                let execution =
                    self.any("{ workflowExecutions(first: 250) { nodes { id } } }", "workflowExecutions").await?;
                let mut task = self.task(0);
                task["ref"] = json!(null);
                Some(("createTasks", json!({ "workflowExecutionId": execution, "tasks": [task] })))
            }
            4..=6 => {
                let input = json!({ "agentIds": [self.agent()], "max": 3, "leaseSeconds": 60 });
                let payload = self.fixture.done("claimTasks", input, "leases { taskId token }").await;
                self.leases.extend(payload["leases"].as_array().expect("leases").clone());
                None
            }
            7 => Some(("completeTasks", json!({ "items": [held(&self.lease()?)] }))),
            8 => {
                let mut item = held(&self.lease()?);
                item["errorCode"] = json!("BROKEN");
                item["errorClass"] = json!(["PERMANENT", "RETRYABLE"][self.below(2)]);
                Some(("failTasks", json!({ "items": [item] })))
            }
            9 => Some(("releaseTasks", json!({ "items": [held(&self.lease()?)] }))),
            10 => {
                let lease = self.lease()?;
                let mut task = self.task(0);
                task["ref"] = json!(null);
                task["assignedAgentId"] = json!(self.fixture.specialist);
                let wait = self.below(2) == 0;
                if !wait {
                    self.leases.push(lease.clone());
                }
                Some((
                    "delegateTask",
                    json!({ "parentTaskId": lease["taskId"], "token": lease["token"], "wait": wait, "task": task }),
                ))
            }
            11 => {
                let lease = self.lease()?;
                let deadline = self.fixture.clock().now() + chrono::Duration::minutes(5);
                let rule = ["FAIL", "RESUME", "CANCEL", "ESCALATE"][self.below(4)];
                let approver = [json!(null), json!(self.fixture.other)][self.below(2)].clone();
                Some((
                    "requestApproval",
                    json!({ "taskId": lease["taskId"], "token": lease["token"], "subject": "May I?", "deadlineAt": deadline, "onDeadline": rule, "approverAgentId": approver }),
                ))
            }
            12 => {
                let query = "{ approvals(filter: { status: { eq: PENDING } }) { nodes { id } } }";
                let approval = self.any(query, "approvals").await?;
                let decision = ["APPROVE", "REJECT"][self.below(2)];
                Some(("decideApproval", json!({ "approvalId": approval, "decision": decision, "comment": "so" })))
            }
            13 => {
                let status = ["FAILED", "FAILED", "CANCELLED"][self.below(3)];
                Some(("retryTask", json!({ "taskId": self.any_task(status).await? })))
            }
            14 => Some(("redriveTasks", json!({ "limit": self.below(9) + 1 }))),
            15 => {
                let status = ["PENDING", "IN_PROGRESS", "WAITING"][self.below(3)];
                Some(("cancelTask", json!({ "taskId": self.any_task(status).await? })))
            }
            _ => {
                let seconds = [5, 40, 100, 310][self.below(4)];
                self.fixture.pass(seconds).await;
                None
            }
        }
    }
}
