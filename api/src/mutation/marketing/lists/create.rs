//! Creating a list.

use crate::{
    marketing::{EmailList, EmailListType},
    mutation::prelude::*,
};

verbs! {
    /// Creates an email list.
    create_email_list = perform(service::marketing::lists::create::Create) {
        /// Name; no other list can have it. At most 255 characters.
        name: String,
        /// Further description. At most 10000 characters.
        description: Option<String>,
        /// How addresses are added to it.
        r#type: EmailListType,
        /// Criteria of a dynamic list: customers who match them and accept marketing are on it. A JSON object, as for a
        /// segment. Left out for a static list.
        criteria: Option<Json>,
        /// Whether owners of addresses must confirm that they subscribed; only for static lists.
        double_opt_in: bool = false,
        /// How often the server recomputes the subscribers of a dynamic list, in minutes, 1 to 527040. Left out: only
        /// `recomputeEmailList` does.
        refresh_minutes: Option<i32>,
        /// Whether the list is in use. Nobody can be subscribed to one that is not.
        is_active: bool = true,
    } -> email_list: EmailList;
}
