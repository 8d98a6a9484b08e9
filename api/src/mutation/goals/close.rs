//! Closing a goal.

use crate::mutation::prelude::*;

input_enum! {
    /// How a goal ends.
    GoalEnd => service::goals::close::End {
        /// It was reached.
        Achieved,
        /// Its date passed without it being reached.
        Missed,
        /// It was given up.
        Abandoned,
    }
}

verbs! {
    /// Closes a goal for good.
    close_goal = perform(service::goals::close::Close) on goal {
        /// How it ended.
        status: GoalEnd,
    } -> goal: Goal;
}
