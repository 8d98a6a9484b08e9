//! What batches of stock changes have in common: how they name a variant, and their results.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    backorder::fill,
    shelves::{Quantities, Shelves},
};
use crate::{
    Result, UnitOfWork,
    batch::{ItemResult, OnError, check_size, collect},
    edit::check,
    refusal::{At, Code, Refusal},
    value,
};

/// What became of a stock row.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Changed {
    /// The stock row.
    pub inventory_level: Uuid,
    /// Its quantities before.
    pub before: Quantities,
}

/// An item that names a variant by its id or its SKU.
pub(super) trait OfVariant: Serialize + Sync {
    /// The id, and the SKU.
    fn variant(&self) -> (Option<Uuid>, Option<&str>);
}

/// Says that an item has the fields `variant_id` and `sku`.
macro_rules! names_variant {
    ($item:ty) => {
        impl $crate::stock::item::OfVariant for $item {
            fn variant(&self) -> (Option<::uuid::Uuid>, Option<&str>) {
                (self.variant_id, self.sku.as_deref())
            }
        }
    };
}

/// Declares a verb that changes stock item by item: its items, its operation, and what one item does.
macro_rules! changes_stock {
    (
        $(#[$doc:meta])*
        $verb:ident($item:ident) = $operation:ident,
        |$one:ident, $shelves:ident, $variant:ident, $now:ident| $change:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, ::serde::Serialize)]
        pub struct $verb {
            /// Of what, and where.
            pub items: Vec<$item>,
            /// What a refused item means for the others.
            pub on_error: $crate::batch::OnError,
        }

        impl $crate::Verb for $verb {
            type Outcome = Vec<$crate::batch::ItemResult<$crate::stock::Changed>>;
            const OPERATION: $crate::access::Operation = $crate::access::Operation::$operation;

            /// Each item is checked by itself.
            fn check_values(&self) -> $crate::Result<()> {
                Ok(())
            }

            async fn perform(&self, unit: &mut $crate::UnitOfWork) -> $crate::Result<Self::Outcome> {
                let $now = unit.now();
                $crate::stock::item::each(unit, self.on_error, &self.items, |$shelves, $variant, $one| $change).await
            }
        }

        $crate::stock::item::names_variant!($item);
    };
}

pub(super) use {changes_stock, names_variant};

impl<T: OfVariant> OfVariant for &T {
    fn variant(&self) -> (Option<Uuid>, Option<&str>) {
        (**self).variant()
    }
}

/// The variants that items name: those that there are.
#[derive(Clone, Debug)]
pub(super) struct Names(HashMap<String, Uuid>);

/// Names that were looked up for several calls at once.
struct Known {
    asked: HashSet<String>,
    names: Names,
}

impl Names {
    /// Looks up the SKUs of items; no statement where only ids are named.
    pub(super) async fn read(unit: &UnitOfWork, items: &[impl OfVariant]) -> Result<Self> {
        let skus = skus(items);
        let known =
            |known: &mut Known| skus.iter().all(|sku| known.asked.contains(*sku)).then(|| known.names.of(&skus));
        match unit.memory().of(known).flatten() {
            Some(known) => Ok(known),
            None => Self::look_up(unit, &skus).await,
        }
    }

    /// The same for the items of calls that follow in this unit.
    pub(super) async fn read_ahead(unit: &UnitOfWork, items: &[impl OfVariant]) -> Result<Self> {
        let skus = skus(items);
        let names = Self::look_up(unit, &skus).await?;
        let asked = skus.into_iter().map(str::to_owned).collect();
        unit.memory().keep(Known { asked, names: names.clone() });
        Ok(names)
    }

    fn of(&self, skus: &[&str]) -> Self {
        Self(skus.iter().filter_map(|sku| self.0.get_key_value(*sku)).map(|(sku, id)| (sku.clone(), *id)).collect())
    }

    async fn look_up(unit: &UnitOfWork, skus: &[&str]) -> Result<Self> {
        if skus.is_empty() {
            return Ok(Self(HashMap::new()));
        }
        let mut sql = unit.sql();
        sql.push("SELECT id, sku FROM product_variants WHERE sku").is_any_text(skus);
        let mut names = HashMap::new();
        for row in unit.rows(sql).await? {
            names.insert(row.try_get_by("sku")?, row.try_get_by("id")?);
        }
        Ok(Self(names))
    }

    /// The variant that an item names, which may be none that is there.
    pub(super) fn variant(&self, item: &impl OfVariant) -> Result<Uuid, Refusal> {
        match item.variant() {
            (Some(id), None) => Ok(id),
            (None, Some(sku)) => {
                let unknown = || Refusal::new(Code::NotFound, format!("there is no variant with the SKU {sku:?}"));
                self.0.get(sku).copied().ok_or_else(|| unknown().at(["sku"]))
            }
            _ => Err(check::invalid("variantId", "exactly one of `variantId` and `sku` is needed")),
        }
    }

    /// Locks the stock of all variants that items name.
    pub(super) async fn lock(&self, unit: &UnitOfWork, items: &[impl OfVariant]) -> Result<Shelves> {
        Shelves::lock(unit, items.iter().filter_map(|item| self.variant(item).ok())).await
    }
}

fn skus<T: OfVariant>(items: &[T]) -> Vec<&str> {
    items.iter().filter_map(|item| item.variant().1).filter(|sku| value::is_storable(sku)).collect()
}

/// Refuses what is no location.
pub(super) fn check_location(field: &str, location: &str) -> Result<(), Refusal> {
    check::text(field, location, check::NAME)
}

/// Refuses what is no reason.
pub(super) fn check_reason(reason: Option<&str>) -> Result<(), Refusal> {
    reason.map_or(Ok(()), |reason| check::text("reason", reason, check::NAME))
}

/// Changes the stock of the variants that items name, each by itself: a refused one changes nothing.
pub(super) async fn each<I: OfVariant, T>(
    unit: &mut UnitOfWork,
    on_error: OnError,
    items: &[I],
    change: impl Fn(&mut Shelves, Uuid, &I) -> Result<T>,
) -> Result<Vec<ItemResult<T>>> {
    check_size("items", items.len())?;
    let names = Names::read(unit, items).await?;
    let mut shelves = names.lock(unit, items).await?;
    let changed = items.iter().map(|item| {
        value::check(item)?;
        let variant = names.variant(item)?;
        shelves.variant(variant).map(drop).at(["variantId"])?;
        change(&mut shelves, variant, item)
    });
    let results = collect(on_error, changed)?;
    fill(unit, &mut shelves).await?;
    shelves.save(unit).await?;
    Ok(results)
}
