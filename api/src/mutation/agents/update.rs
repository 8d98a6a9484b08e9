//! Changing an agent.

use crate::mutation::prelude::*;

verbs! {
    /// Updates an agent. Fields that are left out stay as they are.
    update_agent = perform(service::agents::update::Update) on agent {
        /// Name, unique among agents. At most 255 characters.
        name: Option<String>,
        /// Rank: a director can become a specialist, and a specialist a director.
        r#type: Option<AgentType>,
        /// The instructions it works under. Null removes them.
        system_prompt: MaybeUndefined<String>,
        /// Names of the MCP tools it may use.
        mcp_tools: Option<Vec<String>>,
        /// The most tasks it works on at the same time. Null: no limit.
        max_concurrent_tasks: MaybeUndefined<i32>,
    } -> agent: Agent;
}
