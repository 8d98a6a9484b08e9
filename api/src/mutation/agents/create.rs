//! Creating an agent.

use crate::mutation::prelude::*;

verbs! {
    /// Creates an agent.
    create_agent = perform(service::agents::create::Create) {
        /// Name, unique among agents. At most 255 characters.
        name: String,
        /// Rank in the hierarchy.
        r#type: AgentType,
        /// The agent it reports to. Required, except for the orchestrator, which has none.
        parent_id: Option<Id>,
        /// The instructions it works under.
        system_prompt: Option<String>,
        /// Names of the MCP tools it may use.
        mcp_tools: Vec<String> = Vec::new(),
        /// Whether it takes work.
        is_active: bool = true,
        /// The most tasks it works on at the same time. Default: no limit.
        max_concurrent_tasks: Option<i32>,
    } -> agent: Agent;
}
