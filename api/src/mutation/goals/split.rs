//! Dividing a goal.

use service::goals::split::{Part, Split};

use crate::mutation::prelude::*;

input! {
    /// A part of a goal.
    GoalPartInput => Part {
        /// What is to be reached, in one line of at most 255 characters.
        name: String,
        /// Longer description.
        description: Option<String>,
        /// What the part is about. Default: the same as the whole.
        r#type: Option<GoalType>,
        /// The number to reach, in the part's own unit. Left out if the part cannot be measured.
        target_value: Option<Decimal>,
        /// The day by which it is to be reached. Default: the same as for the whole.
        target_date: Option<Date>,
        /// The agent responsible for it. Left out for a goal of the whole company.
        owner_agent_id: Option<Id>,
    }
}

verbs! {
    /// Divides a goal into parts: all of them are created, or none.
    split_goal = perform(Split) {
        /// The goal.
        id: Id,
        /// Its parts, 1 to 50.
        parts: Vec<GoalPartInput>,
        ..versioned
    } -> outcome {
        /// The goal that was divided.
        goal: Row<Goal> = outcome.goal,
        /// Its new parts, in the order of the input.
        parts: Vec<Row<Goal>> = outcome.parts,
    }
}
