//! Agents: who does the work, and who answers to whom.

use chrono::{DateTime, Utc};

use super::{AgentCapability, AgentCollaboration};
use crate::{
    analytics::{Kpi, Report},
    customers::CustomerInteraction,
    finance::{Budget, RevenueAttribution, Transaction},
    marketing::{Campaign, ContentItem},
    read::scalars::Id,
    resource,
    system::{Configuration, SystemEvent},
    vocabulary,
    work::{AgentStats, AgentStatus, AgentWorkload, Approval, Goal, StatsPeriod, Task, TaskAttempt, Workflow, stats},
};

vocabulary! {
    /// An agent's rank in the hierarchy.
    AgentType {
        /// Leads the company; there is at most one that is active.
        Orchestrator,
        /// Leads an area and the agents below it.
        Director,
        /// Does the work of one trade.
        Specialist,
    }
}

resource! {
    /// An AI agent of the company, in a hierarchy below the one orchestrator.
    Agent: agents, key [id], by [created_at desc];
    one agent;
    find agent_by_name(name);
    list agents;
    hierarchy parent_id [name asc];
    columns {
        /// Its key.
        id: Id,
        /// What it is called; no two agents share a name.
        name: String,
        /// Its rank.
        r#type: AgentType,
        /// The agent it answers to; null for the orchestrator only.
        parent_id: Option<Id>,
        /// The instructions that it works under; null when they are kept elsewhere.
        system_prompt: Option<String>,
        /// The names of the MCP tools that it may use.
        mcp_tools: Vec<String>,
        /// How many tasks it works on at once at most; null for any number.
        max_concurrent_tasks: Option<i32>,
        /// Whether it takes work.
        is_active: bool,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent it answers to; null for the orchestrator only.
        parent: Agent by parent_id,
    }
    to_many {
        /// The agents that answer to it, by name.
        children: Agent by parent_id [name asc],
        /// What it can do, by name.
        capabilities: AgentCapability by agent_id [capability_name asc],
        /// Whom it may ask, and for what; most urgent first.
        outgoing_collaborations: AgentCollaboration by requesting_agent_id [priority asc, created_at asc],
        /// Who may ask it, and for what; most urgent first.
        incoming_collaborations: AgentCollaboration by responding_agent_id [priority asc, created_at asc],
        /// The goals it answers for, oldest first.
        goals: Goal by owner_agent_id [created_at asc],
        /// The workflows it owns, by name.
        workflows: Workflow by owner_agent_id [name asc],
        /// The tasks assigned to it, most urgent first, then oldest.
        tasks: Task by assigned_agent_id [priority asc, created_at asc],
        /// The attempts that it made, latest first.
        task_attempts: TaskAttempt by agent_id [started_at desc],
        /// The decisions that it asked for, newest first.
        requested_approvals: Approval by requesting_agent_id [created_at desc],
        /// The decisions that it is or was to make, newest first.
        assigned_approvals: Approval by approver_agent_id [created_at desc],
        /// The conversations it had with customers, newest first.
        customer_interactions: CustomerInteraction by agent_id [created_at desc],
        /// The campaigns it owns, newest first.
        campaigns: Campaign by owner_agent_id [created_at desc],
        /// What it wrote or drew, newest first.
        content_items: ContentItem by created_by_agent_id [created_at desc],
        /// The KPIs it answers for, by name.
        kpis: Kpi by owner_agent_id [name asc],
        /// The reports it made, newest first.
        reports: Report by created_by_agent_id [generated_at desc],
        /// The money movements it caused, newest first.
        transactions: Transaction by agent_id [created_at desc],
        /// The budgets it answers for, latest month first.
        budgets: Budget by owner_agent_id [fiscal_year desc, fiscal_month desc],
        /// The revenue credited to it, newest first.
        revenue_attributions: RevenueAttribution by agent_id [created_at desc],
        /// What it reported of the system, newest first.
        system_events: SystemEvent by source_agent_id [created_at desc],
        /// The settings it changed last, by key.
        configurations: Configuration by updated_by_agent_id [key asc],
    }
    computed {
        /// What it does now.
        status: AgentStatus = stats::status [id];
        /// What it has to do.
        workload: AgentWorkload = stats::workload [id, max_concurrent_tasks];
        /// How its work ended.
        stats(period: Option<StatsPeriod> = "When it ended; in the last 30 days when nothing is said."): AgentStats
            = stats::stats [id];
    }
}
