//! Changing a goal.

use crate::mutation::prelude::*;

verbs! {
    /// Updates a goal. Fields that are left out stay as they are. A closed goal stays closed.
    update_goal = perform(service::goals::update::Update) on goal {
        /// Name: the outcome to reach, in one line. At most 255 characters.
        name: Option<String>,
        /// Longer description. Null removes it.
        description: MaybeUndefined<String>,
        /// What the goal is about.
        r#type: Option<GoalType>,
        /// The number to reach. Null if the goal cannot be measured.
        target_value: MaybeUndefined<Decimal>,
        /// The day by which it is to be reached. Null for no date.
        target_date: MaybeUndefined<Date>,
        /// The agent responsible for it. Null for the whole company.
        owner_agent_id: MaybeUndefined<Id>,
        /// The goal that it is a part of. Null for none.
        parent_goal_id: MaybeUndefined<Id>,
        /// True suspends the goal, false resumes it.
        suspended: Option<bool>,
    } -> goal: Goal;
}
