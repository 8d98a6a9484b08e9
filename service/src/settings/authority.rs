//! What agents may do without an approval.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::rule::{amount, members};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// The amount of a refund.
    Refund,
    /// How many percent a price may be below the list price.
    DiscountPercentage,
    /// The amount of an order with a price below the list price.
    OrderAmount,
    /// The amount that is spent.
    Spend,
}

impl Limit {
    const ALL: [Self; 4] = [Self::Refund, Self::DiscountPercentage, Self::OrderAmount, Self::Spend];

    /// Its name in the setting.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::DiscountPercentage => "discountPercentage",
            Self::OrderAmount => "orderAmount",
            Self::Spend => "spend",
        }
    }

    /// Whether it is an amount of money, as that of an approval is.
    pub(crate) const fn is_amount(self) -> bool {
        !matches!(self, Self::DiscountPercentage)
    }
}

/// The limits of agents, by their names; an agent or limit that is left out is unlimited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Authority {
    /// In the order of [`Limit::ALL`].
    limits: HashMap<String, [Option<Decimal>; Limit::ALL.len()]>,
    /// Whether nobody may do anything.
    is_nothing: bool,
}

impl Authority {
    /// Nobody may do anything: what stands there cannot be read.
    pub(super) fn nothing() -> Self {
        Self { is_nothing: true, ..Self::default() }
    }

    pub(super) fn read(value: &Json) -> Option<Self> {
        let mut authority = Self::default();
        for (agent, value) in value.as_object()? {
            let mut limits = [None; Limit::ALL.len()];
            for (place, member) in limits.iter_mut().zip(members(value, Limit::ALL.map(Limit::name))?) {
                *place = member.map(|value| amount(value).ok_or(())).transpose().ok()?;
            }
            authority.limits.insert(agent.clone(), limits);
        }
        Some(authority)
    }

    /// Whether there is any limit.
    pub(crate) fn is_empty(&self) -> bool {
        self.limits.is_empty() && !self.is_nothing
    }

    /// The limit of an agent: its own, or that of the nearest agent above it that has one. `path` has the names from
    /// the agent upwards.
    pub(crate) fn limit(&self, path: &[String], limit: Limit) -> Option<Decimal> {
        if self.is_nothing {
            return Some(Decimal::ZERO);
        }
        let place = Limit::ALL.iter().position(|other| *other == limit)?;
        path.iter().find_map(|name| self.limits.get(name)?[place])
    }
}
