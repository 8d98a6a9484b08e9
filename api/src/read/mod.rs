//! The read machinery: it knows no entity.

mod meter;

pub use meter::Meter;
