//! Batches whose items succeed or fail by themselves.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use crate::batch::MAX_ITEMS;
pub(super) use crate::batch::check_size;
use crate::{Result, refusal::Refusal};

/// What became of one item.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Item {
    /// The task it named.
    pub task: Uuid,
    /// Why nothing was done to it.
    pub refused: Option<Refusal>,
}

impl Item {
    /// An item's result; only what concerns the whole batch stays an error.
    pub(super) fn of(index: usize, task: Uuid, result: Result<()>) -> Result<Self> {
        let refused = match result {
            Ok(()) => None,
            Err(error) => Some(error.into_refusal()?),
        };
        Ok(Self { task, refused }.at(index))
    }

    /// Says which item of the call it is.
    pub(super) fn at(mut self, index: usize) -> Self {
        self.refused = self.refused.map(|refusal| refusal.under(["items", &index.to_string()]));
        self
    }
}
