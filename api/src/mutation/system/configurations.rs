//! Settings kept in the database.

use crate::mutation::prelude::*;

verbs! {
    /// Creates or updates a setting.
    set_configuration = perform(service::system::configurations::Set) {
        /// Its name. At most 255 characters.
        key: String,
        /// Its value, any JSON except null.
        value: Json,
        /// What it does. Null removes the description; left out, it stays as it is.
        description: MaybeUndefined<String>,
        ..versioned_or_new,
    } -> configuration: Configuration;
}
