//! Closing a goal.

use service::goals::close::{Close, End};

use crate::mutation::prelude::*;

input_enum! {
    /// How a goal ends.
    GoalEnd => End {
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
    close_goal = perform(Close) {
        /// The goal.
        id: Id,
        /// How it ended.
        status: GoalEnd,
        ..versioned
    } -> goal: Goal;
}
