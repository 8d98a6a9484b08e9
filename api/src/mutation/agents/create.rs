//! Creating an agent.

use service::agents::create::Create;

use crate::mutation::prelude::*;

crate::fallbacks! {
    /// True.
    Yes: bool = true;
}

verbs! {
    /// Creates an agent.
    create_agent = perform(Create) {
        /// Name, unique among agents. At most 255 characters.
        name: String,
        /// Rank in the hierarchy.
        r#type: AgentType,
        /// The agent it reports to. Required, except for the orchestrator, which has none.
        parent_id: Option<Id>,
        /// The instructions it works under.
        system_prompt: Option<String>,
        /// Names of the MCP tools it may use.
        #[graphql(default)]
        mcp_tools: Optional<Vec<String>>,
        /// Whether it takes work.
        #[graphql(default)]
        is_active: Optional<bool, Yes>,
        /// The most tasks it works on at the same time. Default: no limit.
        max_concurrent_tasks: Option<i32>,
    } -> agent: Agent;
}
