//! Goals: what the agents are asked to achieve.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    Workflow,
    forecast::{self, GoalForecast},
    progress::{self, GoalProgress},
};
use crate::{
    agents::Agent,
    marketing::Campaign,
    read::scalars::{Date, Id},
    resource, vocabulary,
};

vocabulary! {
    /// What a goal aims at.
    GoalType {
        /// Revenue to earn.
        Revenue,
        /// Less effort for the same result.
        Efficiency,
        /// Happier customers.
        CustomerSatisfaction,
        /// More customers, products or reach.
        Growth,
    }
    /// Status of a goal.
    GoalStatus {
        /// Being pursued.
        Active,
        /// The goal was reached.
        Achieved,
        /// The target date passed before the goal was reached.
        Missed,
        /// On hold for now.
        Suspended,
        /// Given up.
        Abandoned,
    }
}

resource! {
    /// An outcome the company wants. It can be split into child goals and is pursued by workflows.
    Goal: goals, key [id], by [created_at desc];
    one goal;
    list goals;
    hierarchy parent_goal_id [created_at asc];
    columns {
        /// Unique id (UUID).
        id: Id,
        /// What is to be reached, in one line.
        name: String,
        /// Further description; null if none.
        description: Option<String>,
        /// What the goal aims at.
        r#type: GoalType,
        /// Value to reach, in the goal's own unit; null if the goal cannot be measured.
        target_value: Option<Decimal>,
        /// Value reached so far, in the same unit.
        current_value: Decimal,
        /// Date by which it should be reached; null for none.
        target_date: Option<Date>,
        /// The agent responsible for it; null for a goal of the whole company.
        owner_agent_id: Option<Id>,
        /// The parent goal; null for a top-level goal.
        parent_goal_id: Option<Id>,
        /// Current status.
        status: GoalStatus,
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
        /// By target date.
        target_date,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent responsible for it; null for a goal of the whole company.
        owner_agent: Agent by owner_agent_id,
        /// The parent goal; null for a top-level goal.
        parent: Goal by parent_goal_id,
    }
    to_many {
        /// Its child goals, oldest first.
        children: Goal by parent_goal_id [created_at asc],
        /// The workflows that pursue it, sorted by name.
        workflows: Workflow by goal_id [name asc],
        /// The campaigns that pursue it, newest first.
        campaigns: Campaign by goal_id [created_at desc],
    }
    computed {
        /// Progress towards the target, on its own and with its child goals.
        progress: GoalProgress = progress::of [id];
        /// Whether it will be reached in time at its present pace; null unless it is active and has a target and a date.
        forecast: Option<GoalForecast> = forecast::of [status, created_at, current_value, target_value, target_date];
    }
}
