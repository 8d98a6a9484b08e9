//! Deleting a list.

use crate::mutation::prelude::*;

verbs! {
    /// Deletes an email list with its subscriptions. What their owners consent to is kept. Refused (IN_USE) while a
    /// campaign that is scheduled, active or paused is sent to it.
    delete_email_list = perform(service::marketing::lists::delete::Delete) on list -> deleted {
        /// Id of the list that was deleted.
        deleted_id: Id = *deleted,
    }
}
