//! Following goals.

use crate::mutation::prelude::*;

verbs! {
    /// Records the progress of a goal: give either the number reached or the change.
    record_goal_progress = perform(service::goals::progress::Record) on goal {
        /// The number reached so far, in the goal's own unit.
        current_value: Option<Decimal>,
        /// Amount to add to the current value; may be negative.
        increment: Option<Decimal>,
    } -> goal: Goal;
}
