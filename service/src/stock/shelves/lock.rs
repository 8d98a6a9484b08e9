//! Reading stock under its lock.

use std::collections::BTreeSet;

use sea_orm::QueryResult;
use uuid::Uuid;

use super::{Level, Quantities, Shelves, Variant};
use crate::{Result, UnitOfWork, database::row::enum_value};

impl Shelves {
    /// Locks the stock rows of variants, in the order of variants and locations, and then the variants. Variants that
    /// are not there are left out.
    pub(in crate::stock) async fn lock(unit: &UnitOfWork, variants: impl IntoIterator<Item = Uuid>) -> Result<Self> {
        let ids: BTreeSet<Uuid> = variants.into_iter().collect();
        match Self::known(unit, &ids) {
            Some(known) => Ok(known),
            None => Self::read_locked(unit, &ids).await,
        }
    }

    /// The same, whatever this unit has locked already.
    pub(super) async fn read_locked(unit: &UnitOfWork, ids: &BTreeSet<Uuid>) -> Result<Self> {
        let ids: Vec<Uuid> = ids.iter().copied().collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let found = Self::select(unit, &ids).await?;
        match found.is_whole() {
            true => Ok(found),
            // A stock row was made while these were waited for: only a second look sees it.
            false => Self::select(unit, &ids).await,
        }
    }

    /// Whether the stock rows have what is free of their variants.
    fn is_whole(&self) -> bool {
        self.variants.values().all(|variant| self.available(variant.id) == i64::from(variant.available))
    }

    async fn select(unit: &UnitOfWork, ids: &[Uuid]) -> Result<Self> {
        const VARIANT: &str = "id, sku, stock_policy, edition_size, edition_sold, inventory_quantity";
        const LEVEL: &str = "level_id, product_variant_id, location, quantity_available, quantity_reserved, \
                             quantity_incoming, reorder_point, reorder_quantity, version";
        let mut shelves = Self::default();
        let mut sql = unit.sql();
        sql.push("WITH level AS (SELECT id AS level_id, product_variant_id, location, quantity_available, ");
        sql.push("quantity_reserved, quantity_incoming, reorder_point, reorder_quantity, version ");
        sql.push("FROM inventory WHERE product_variant_id").is_any(ids);
        sql.push(" ORDER BY product_variant_id, location").for_update();
        sql.write(format_args!("), variant AS (SELECT {VARIANT} FROM product_variants WHERE id")).is_any(ids);
        // Evaluated once, before the first variant is looked at.
        sql.push(" AND (SELECT count(*) FROM level) >= 0 ORDER BY id").for_update();
        // One behind the other: PostgreSQL would join them by nested loops, which takes long for a thousand variants.
        sql.write(format_args!(") SELECT {VARIANT}, {} FROM variant", nulls(LEVEL)));
        sql.write(format_args!(" UNION ALL SELECT {}, {LEVEL} FROM level", nulls(VARIANT)));
        for row in unit.rows(sql).await? {
            match row.try_get_by::<Option<Uuid>, _>("id")? {
                Some(id) => shelves.read_variant(&row, id)?,
                None => shelves.read_level(&row)?,
            }
        }
        Ok(shelves)
    }

    fn read_variant(&mut self, row: &QueryResult, id: Uuid) -> Result<()> {
        let variant = Variant {
            id,
            sku: row.try_get_by("sku")?,
            policy: enum_value(row, "stock_policy")?,
            edition_size: row.try_get_by("edition_size")?,
            edition_sold: row.try_get_by("edition_sold")?,
            available: row.try_get_by("inventory_quantity")?,
        };
        self.variants.insert(id, variant);
        Ok(())
    }

    fn read_level(&mut self, row: &QueryResult) -> Result<()> {
        let quantities = Quantities {
            available: row.try_get_by("quantity_available")?,
            reserved: row.try_get_by("quantity_reserved")?,
            incoming: row.try_get_by("quantity_incoming")?,
        };
        self.put(Level {
            id: row.try_get_by("level_id")?,
            variant_id: row.try_get_by("product_variant_id")?,
            location: row.try_get_by("location")?,
            now: quantities,
            before: quantities,
            reorder_point: row.try_get_by("reorder_point")?,
            reorder_quantity: row.try_get_by("reorder_quantity")?,
            counted_at: None,
            version: row.try_get_by("version")?,
            is_new: false,
        });
        Ok(())
    }
}

/// A null for each column of a list.
fn nulls(columns: &str) -> String {
    columns.split(", ").map(|column| format!("NULL AS {column}")).collect::<Vec<_>>().join(", ")
}
