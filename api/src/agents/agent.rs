//! Agents: who does the work, and who answers to whom.

use chrono::{DateTime, Utc};

use super::{AgentCapability, AgentCollaboration};
use crate::{
    analytics::{Kpi, Report},
    customers::{CustomerInteraction, Touchpoint},
    finance::{Budget, BudgetSlice, RevenueAttribution, Transaction},
    marketing::{Campaign, ContentItem},
    orders::Order,
    payments::Refund,
    read::scalars::Id,
    resource,
    system::{Configuration, SystemEvent},
    vocabulary,
    work::{AgentStats, AgentStatus, AgentWorkload, Approval, Goal, StatsPeriod, Task, TaskAttempt, Workflow, stats},
};

vocabulary! {
    /// Rank of an agent in the hierarchy.
    AgentType {
        /// Leads the company; at most one active agent has this rank.
        Orchestrator,
        /// Leads one area and the agents below it.
        Director,
        /// Does the work of one specialty.
        Specialist,
    }
}

resource! {
    /// An AI agent of the company. Agents form a hierarchy with the orchestrator at the top.
    Agent: agents, key [id], by [created_at desc];
    one agent;
    find agent_by_name(name);
    list agents;
    hierarchy parent_id [name asc];
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Unique name.
        name: String,
        /// Rank in the hierarchy.
        r#type: AgentType,
        /// The agent it reports to; null only for the orchestrator.
        parent_id: Option<Id>,
        /// System prompt (instructions); null if it is kept elsewhere.
        system_prompt: Option<String>,
        /// Names of the MCP tools it may use.
        mcp_tools: Vec<String>,
        /// Maximum number of tasks in progress at the same time; null for no limit.
        max_concurrent_tasks: Option<i32>,
        /// Whether the agent can take work.
        is_active: bool,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent it reports to; null only for the orchestrator.
        parent: Agent by parent_id,
    }
    to_many {
        /// The agents that report directly to it, sorted by name.
        children: Agent by parent_id [name asc],
        /// Its capabilities, sorted by name.
        capabilities: AgentCapability by agent_id [capability_name asc],
        /// What it may request from other agents; most urgent first.
        outgoing_collaborations: AgentCollaboration by requesting_agent_id [priority asc, created_at asc],
        /// What other agents may request from it; most urgent first.
        incoming_collaborations: AgentCollaboration by responding_agent_id [priority asc, created_at asc],
        /// The goals it is responsible for, oldest first.
        goals: Goal by owner_agent_id [created_at asc],
        /// The workflows it is responsible for, sorted by name.
        workflows: Workflow by owner_agent_id [name asc],
        /// The tasks assigned to it, most urgent first, then oldest first.
        tasks: Task by assigned_agent_id [priority asc, created_at asc],
        /// Its past attempts at tasks, latest first.
        task_attempts: TaskAttempt by agent_id [started_at desc],
        /// The approvals it requested, newest first.
        requested_approvals: Approval by requesting_agent_id [created_at desc],
        /// The approvals assigned to it for decision, newest first.
        assigned_approvals: Approval by approver_agent_id [created_at desc],
        /// The orders it placed for customers, newest first.
        placed_orders: Order by placed_by_agent_id [created_at desc],
        /// The refunds it requested, newest first.
        refunds: Refund by agent_id [created_at desc],
        /// Its interactions with customers, newest first.
        customer_interactions: CustomerInteraction by agent_id [created_at desc],
        /// When customers met it, newest first.
        touchpoints: Touchpoint by agent_id [created_at desc],
        /// The campaigns it is responsible for, newest first.
        campaigns: Campaign by owner_agent_id [created_at desc],
        /// The content it created, newest first.
        content_items: ContentItem by created_by_agent_id [created_at desc],
        /// The KPIs it is responsible for, sorted by name.
        kpis: Kpi by owner_agent_id [name asc],
        /// The reports it created, newest first.
        reports: Report by created_by_agent_id [generated_at desc],
        /// The transactions it caused, newest first.
        transactions: Transaction by agent_id [created_at desc],
        /// The budgets it is responsible for, latest month first.
        budgets: Budget by owner_agent_id [fiscal_year desc, fiscal_month desc],
        /// The parts of budgets that it may spend, newest first.
        budget_slices: BudgetSlice by agent_id [created_at desc],
        /// The revenue credited to it, newest first.
        revenue_attributions: RevenueAttribution by agent_id [created_at desc],
        /// The system events it reported, newest first.
        system_events: SystemEvent by source_agent_id [created_at desc],
        /// The configurations it was the last to change, sorted by key.
        configurations: Configuration by updated_by_agent_id [key asc],
    }
    computed {
        /// What the agent is doing now.
        status: AgentStatus = stats::status [id];
        /// Numbers of its open tasks.
        workload: AgentWorkload = stats::workload [id, max_concurrent_tasks];
        /// Results of its work in a period.
        stats(period: Option<StatsPeriod> = "Period in which the work ended. Default: the last 30 days."): AgentStats
            = stats::stats [id];
    }
}
