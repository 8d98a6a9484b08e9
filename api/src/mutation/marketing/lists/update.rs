//! Changing a list.

use crate::{marketing::EmailList, mutation::prelude::*};

verbs! {
    /// Updates an email list. Fields that are left out stay as they are. The subscribers of a dynamic list stay until
    /// they are recomputed.
    update_email_list = perform(service::marketing::lists::update::Update) on list {
        /// Name; no other list can have it. At most 255 characters.
        name: Option<String>,
        /// Further description. At most 10000 characters. Null removes it.
        description: MaybeUndefined<String>,
        /// Criteria of a dynamic list: customers who match them and accept marketing are on it.
        criteria: Option<Json>,
        /// Whether owners of addresses must confirm that they subscribed; only for static lists.
        double_opt_in: Option<bool>,
        /// How often the server recomputes the subscribers of a dynamic list, in minutes, 1 to 527040. Null: only
        /// `recomputeEmailList` does.
        refresh_minutes: MaybeUndefined<i32>,
        /// Whether the list is in use. Nobody can be subscribed to one that is not.
        is_active: Option<bool>,
    } -> email_list: EmailList;
}
