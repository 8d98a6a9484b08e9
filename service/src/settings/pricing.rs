//! The settings of prices that are objects.

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::rule::{amount, members};

/// What an order of a commercial customer comes to at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CommercialMinimum {
    /// In the currency of the shop; 0 is none.
    pub(crate) amount: Decimal,
    /// What happens to an order below it.
    pub(crate) mode: MinimumMode,
}

/// What happens to an order below the minimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MinimumMode {
    /// It gets a tag.
    Flag,
    /// It is refused.
    Reject,
}

/// What large pieces cost more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Surcharge {
    /// By this percentage of the price.
    pub(crate) percentage: Decimal,
    /// What is wider than this is large.
    pub(crate) width: Decimal,
    /// What is higher than this is large.
    pub(crate) height: Decimal,
}

impl Default for CommercialMinimum {
    fn default() -> Self {
        Self { amount: Decimal::from(1000), mode: MinimumMode::Flag }
    }
}

impl CommercialMinimum {
    /// The same minimum, which refuses nothing.
    pub(crate) fn flagging(self) -> Self {
        Self { mode: MinimumMode::Flag, ..self }
    }

    pub(super) fn read(value: &Json) -> Option<Self> {
        let [least, mode] = members(value, ["amount", "mode"])?;
        let mode = match mode?.as_str()? {
            "FLAG" => MinimumMode::Flag,
            "REJECT" => MinimumMode::Reject,
            _ => return None,
        };
        Some(Self { amount: amount(least?)?, mode })
    }
}

impl Surcharge {
    pub(super) fn read(value: &Json) -> Option<Self> {
        let [percentage, width, height] = members(value, ["percentage", "width", "height"])?;
        let percentage = amount(percentage?).filter(|percentage| *percentage <= Decimal::from(1000))?;
        Some(Self { percentage, width: amount(width?)?, height: amount(height?)? })
    }
}
