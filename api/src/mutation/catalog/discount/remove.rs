//! Removing a discount.

use crate::{mutation::prelude::*, pricing::Discount};

verbs! {
    /// Removes a discount. One that orders have used is deactivated instead.
    remove_discount = perform(service::catalog::discount::remove::Remove) on discount -> removed {
        /// The discount as it is now, deactivated. Null when it was deleted.
        discount: Row<Discount> = removed.discount,
        /// Whether it was deleted.
        deleted: bool = removed.is_gone,
    }
}
