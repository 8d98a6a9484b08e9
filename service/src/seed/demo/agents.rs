//! The agents, what they can do, and who works with whom.

use entity::{agent_capabilities, agent_collaborations, agents, sea_orm_active_enums::AgentType};
use serde_json::json;

use super::{
    agent_texts::{AGENTS, COLLABORATIONS},
    builder::{DAY, DemoBuilder},
};

/// The shop was founded before its first order.
const FOUNDED: i64 = 240 * DAY;

pub(super) fn build(demo: &mut DemoBuilder) {
    for (order, role) in (0..).zip(&AGENTS) {
        let created = demo.ago(FOUNDED - order * 7);
        let id = demo.id("agents", created);
        demo.rows.agents.push(agents::Model {
            max_concurrent_tasks: (role.kind == AgentType::Specialist).then_some(3),
            id,
            name: role.name.to_owned(),
            r#type: role.kind,
            parent_id: role.parent.map(|parent| demo.agent(parent)),
            system_prompt: Some(role.prompt.to_owned()),
            mcp_tools: json!(role.tools),
            is_active: true,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        });
        for (kind, name) in role.capabilities {
            let capability = agent_capabilities::Model {
                id: demo.id("agent_capabilities", created),
                agent_id: id,
                capability_type: (*kind).to_owned(),
                capability_name: (*name).to_owned(),
                configuration: configuration(kind),
                is_active: *name != "instagram",
                version: 1,
                created_at: created.into(),
                updated_at: created.into(),
            };
            demo.rows.agent_capabilities.push(capability);
        }
    }
    for (order, (asks, answers, kind, priority, sla_minutes)) in (0..).zip(COLLABORATIONS) {
        let created = demo.ago(FOUNDED - DAY - order);
        let collaboration = agent_collaborations::Model {
            id: demo.id("agent_collaborations", created),
            requesting_agent_id: demo.agent(asks),
            responding_agent_id: demo.agent(answers),
            collaboration_type: kind.to_owned(),
            priority,
            sla_minutes,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        };
        demo.rows.agent_collaborations.push(collaboration);
    }
}

fn configuration(kind: &str) -> serde_json::Value {
    match kind {
        "mcp_tool" => json!({ "timeoutSeconds": 30, "retries": 2 }),
        "task_handler" => json!({ "maxConcurrent": 3 }),
        "persona" => json!({ "temperature": "0.4", "language": "en" }),
        "platform_integration" => json!({ "environment": "sandbox" }),
        _ => json!({}),
    }
}
