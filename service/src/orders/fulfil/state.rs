//! Where a parcel can go.

use entity::sea_orm_active_enums::ParcelStatus;

use crate::state::State;

impl State for ParcelStatus {
    const NOUN: &'static str = "parcel";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Preparing => &[Self::Shipped, Self::Cancelled],
            Self::Shipped => &[Self::Delivered],
            Self::Delivered | Self::Cancelled => &[],
        }
    }
}
