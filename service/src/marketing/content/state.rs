//! The states of content: the table.

use entity::sea_orm_active_enums::ContentStatus;

use crate::state::State;

impl State for ContentStatus {
    const NOUN: &'static str = "content";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::InReview],
            Self::InReview => &[Self::Approved, Self::Draft],
            Self::Approved => &[Self::Published, Self::Draft],
            Self::Published => &[Self::Archived],
            Self::Archived => &[Self::Draft],
        }
    }
}
