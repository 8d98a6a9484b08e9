//! Dividing a goal.

use crate::mutation::prelude::*;

input! {
    /// A part of a goal.
    GoalPartInput => service::goals::split::Part {
        /// Name: the outcome to reach, in one line. At most 255 characters.
        name: String,
        /// Longer description.
        description: Option<String>,
        /// What the child goal aims at. Default: the type of the parent goal.
        r#type: Option<GoalType>,
        /// The number to reach, in the part's own unit. Left out if the part cannot be measured.
        target_value: Option<Decimal>,
        /// Target date. Default: the target date of the parent goal.
        target_date: Option<Date>,
        /// The agent responsible for it. Left out for a goal of the whole company.
        owner_agent_id: Option<Id>,
    }
}

verbs! {
    /// Splits a goal into child goals: all of them are created, or none.
    split_goal = perform(service::goals::split::Split) on goal {
        /// Its parts, 1 to 50.
        parts: Vec<GoalPartInput>,
    } -> outcome {
        /// The goal that was divided.
        goal: Row<Goal> = outcome.goal,
        /// Its new parts, in the order of the input.
        parts: Vec<Row<Goal>> = outcome.parts,
    }
}
