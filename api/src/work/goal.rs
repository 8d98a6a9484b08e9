//! Goals: what the agents are asked to achieve.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{
    Workflow,
    progress::{self, GoalProgress},
};
use crate::{
    agents::Agent,
    marketing::Campaign,
    read::scalars::{Date, Id},
    resource, vocabulary,
};

vocabulary! {
    /// What a goal is about.
    GoalType {
        /// Money earned.
        Revenue,
        /// The same with less effort.
        Efficiency,
        /// Happier customers.
        CustomerSatisfaction,
        /// More customers, products or reach.
        Growth,
    }
    /// Where a goal stands.
    GoalStatus {
        /// It is being worked for.
        Active,
        /// It was reached.
        Achieved,
        /// Its date passed without it being reached.
        Missed,
        /// It is set aside for now.
        Suspended,
        /// It was given up.
        Abandoned,
    }
}

resource! {
    /// An outcome that the company wants, split into smaller ones and driven by workflows.
    Goal: goals, key [id], by [created_at desc];
    one goal;
    list goals;
    hierarchy parent_goal_id [created_at asc];
    columns {
        /// Its key.
        id: Id,
        /// What is to be reached, in one line.
        name: String,
        /// More about it; null when there is no more.
        description: Option<String>,
        /// What it is about.
        r#type: GoalType,
        /// The number to be reached, in the goal's own unit; null when it cannot be measured.
        target_value: Option<Decimal>,
        /// The number reached so far, in the same unit.
        current_value: Decimal,
        /// The day by which it is to be reached; null for no day.
        target_date: Option<Date>,
        /// The agent who answers for it; null for the whole company.
        owner_agent_id: Option<Id>,
        /// The goal that it is a part of; null for a goal of its own.
        parent_goal_id: Option<Id>,
        /// Where it stands.
        status: GoalStatus,
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
        /// By the day by which it is to be reached.
        target_date,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent who answers for it; null for the whole company.
        owner_agent: Agent by owner_agent_id,
        /// The goal that it is a part of; null for a goal of its own.
        parent: Goal by parent_goal_id,
    }
    to_many {
        /// The goals it is split into, oldest first.
        children: Goal by parent_goal_id [created_at asc],
        /// The workflows that serve it, by name.
        workflows: Workflow by goal_id [name asc],
        /// The campaigns that serve it, newest first.
        campaigns: Campaign by goal_id [created_at desc],
    }
    computed {
        /// How far it is.
        progress: GoalProgress = progress::of [id];
    }
}
