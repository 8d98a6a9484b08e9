//! What batches of the shop have in common.

use crate::input_enum;

input_enum! {
    /// What happens to the other items of a batch when one is refused.
    OnError => service::batch::OnError {
        /// They are done; the result of each item says what became of it.
        Skip,
        /// Nothing is done, and the call is refused.
        RejectAll,
    }
}
