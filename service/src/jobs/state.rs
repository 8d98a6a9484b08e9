//! The states of jobs: the table.

use entity::sea_orm_active_enums::BulkJobStatus;

use crate::state::State;

impl State for BulkJobStatus {
    const NOUN: &'static str = "bulk job";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Waiting => &[Self::Pending, Self::Cancelled],
            Self::Pending => &[Self::Running, Self::Cancelled],
            Self::Running => &[Self::Completed, Self::Failed, Self::Cancelled],
            Self::Completed | Self::Failed | Self::Cancelled => &[],
        }
    }
}
