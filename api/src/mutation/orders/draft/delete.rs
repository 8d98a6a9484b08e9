//! Deleting draft orders.

use crate::mutation::prelude::*;

verbs! {
    /// Deletes a draft order. Stock that it held is available again.
    delete_draft_order = perform(service::orders::draft::delete::Delete) on draft -> draft {
        /// Id of the draft that was deleted.
        deleted_id: Id = *draft,
    }
}
