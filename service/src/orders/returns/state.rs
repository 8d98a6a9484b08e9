//! Where a return can go.

use entity::sea_orm_active_enums::ReturnStatus;

use crate::state::State;

impl State for ReturnStatus {
    const NOUN: &'static str = "return";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Requested => &[Self::Approved, Self::Refused, Self::Cancelled],
            Self::Approved => &[Self::Received, Self::Cancelled],
            Self::Received | Self::Refused | Self::Cancelled => &[],
        }
    }
}
