//! Creating a goal.

use crate::mutation::prelude::*;

verbs! {
    /// Creates a goal.
    create_goal = perform(service::goals::create::Create) {
        /// Name: the outcome to reach, in one line. At most 255 characters.
        name: String,
        /// Longer description.
        description: Option<String>,
        /// What the goal is about.
        r#type: GoalType,
        /// Target value, in the goal's own unit. Omit it if the goal cannot be measured.
        target_value: Option<Decimal>,
        /// The number reached so far, in the same unit.
        current_value: Decimal = Decimal::ZERO,
        /// The day by which it is to be reached.
        target_date: Option<Date>,
        /// The agent responsible for it. Left out for a goal of the whole company.
        owner_agent_id: Option<Id>,
        /// The goal that it is a part of.
        parent_goal_id: Option<Id>,
    } -> goal: Goal;
}
