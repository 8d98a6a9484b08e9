//! Agents in three levels, each with capabilities and a collaboration.

use entity::{agent_capabilities, agent_collaborations, agents, sea_orm_active_enums::AgentType};
use serde_json::json;

use super::{LoadData, Rows, Totals};

const DIRECTORS: u64 = 8;

pub(super) fn agent(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let created = data.time("agents", number);
    let id = data.agent(number);
    let (kind, parent) = match number {
        0 => (AgentType::Orchestrator, None),
        1..DIRECTORS => (AgentType::Director, Some(0)),
        _ => (AgentType::Specialist, Some(1 + number % (DIRECTORS - 1))),
    };
    if number > 0 || data.orchestrator.is_none() {
        rows.agents.push(agents::Model {
            max_concurrent_tasks: None,
            id,
            name: format!("Trial {} agent {number:03}", data.seed()),
            r#type: kind,
            parent_id: parent.map(|parent| data.agent(parent)),
            system_prompt: Some(format!(
                "You are agent {number} of a load trial. {}",
                "Work on what you are given. ".repeat(12)
            )),
            mcp_tools: json!([format!("tool-{}", number % 7), format!("tool-{}", number % 11)]),
            is_active: true,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        });
    }
    for place in 0..4 {
        rows.agent_capabilities.push(agent_capabilities::Model {
            id: data.id_at("agent_capabilities", number * 4 + place, created),
            agent_id: id,
            capability_type: ["mcp_tool", "task_handler", "persona", "resource"]
                [usize::try_from(place).unwrap_or_default()]
            .to_owned(),
            capability_name: format!("trial-{}-{number}-{place}", data.seed()),
            configuration: json!({ "level": place }),
            is_active: true,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        });
    }
    // Backwards, to an agent that is there.
    if let Some(other) = number.checked_sub(1 + number % 5) {
        rows.agent_collaborations.push(agent_collaborations::Model {
            id: data.id_at("agent_collaborations", number, created),
            requesting_agent_id: id,
            responding_agent_id: data.agent(other),
            collaboration_type: format!("trial_{}", data.seed()),
            priority: 1 + i32::try_from(number % 10).unwrap_or_default(),
            sla_minutes: 60,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        });
    }
}
