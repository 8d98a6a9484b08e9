//! What the database says of variants beside their rows, as far as a call needs it.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::{
    product_variants,
    sea_orm_active_enums::{OrderStatus, StockPolicy},
};
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    catalog::edition,
    edit::check,
    refusal::{self, Code, Refusal},
};

/// What a call needs to know.
#[derive(Debug, Default)]
pub(in crate::catalog) struct Wanted {
    /// The SKUs that it gives.
    pub(in crate::catalog) skus: Vec<String>,
    /// The variants whose edition it changes.
    pub(in crate::catalog) editions: BTreeSet<Uuid>,
    /// The variants whose stock begins or ceases to count.
    pub(in crate::catalog) switched: BTreeSet<Uuid>,
}

/// What is known.
#[derive(Debug, Default)]
pub(in crate::catalog) struct Facts {
    /// Who has a SKU.
    owners: HashMap<String, Uuid>,
    /// Those of `switched` that open orders have.
    ordered: HashSet<Uuid>,
    /// Those of `switched` that are held for somebody.
    held: HashSet<Uuid>,
    /// How many pieces there are of `editions`, available and reserved.
    on_hand: HashMap<Uuid, i64>,
}

/// The orders that may still want pieces.
const OPEN: [OrderStatus; 3] = [OrderStatus::Pending, OrderStatus::Confirmed, OrderStatus::Processing];

/// Whether stock counts.
pub(in crate::catalog) fn is_tracked(policy: StockPolicy) -> bool {
    policy != StockPolicy::Untracked
}

impl Facts {
    /// Asks for it. The variants must be held: nobody changes their stock.
    pub(in crate::catalog) async fn read(unit: &UnitOfWork, wanted: &Wanted) -> Result<Self> {
        let mut facts = Self::default();
        if !wanted.skus.is_empty() {
            let skus: Vec<&str> = wanted.skus.iter().map(String::as_str).collect();
            let mut sql = unit.sql();
            sql.push("SELECT id, sku FROM product_variants WHERE sku").is_any_text(&skus);
            for row in unit.rows(sql).await? {
                facts.owners.insert(row.try_get_by("sku")?, row.try_get_by("id")?);
            }
        }
        facts.read_promised(unit, wanted).await?;
        facts.read_on_hand(unit, wanted).await?;
        Ok(facts)
    }

    /// Most calls change no policy: what was ever sold is looked at for those that do, up to the first that is open.
    async fn read_promised(&mut self, unit: &UnitOfWork, wanted: &Wanted) -> Result<()> {
        if wanted.switched.is_empty() {
            return Ok(());
        }
        let switched: Vec<Uuid> = wanted.switched.iter().copied().collect();
        let mut sql = unit.sql();
        sql.push("SELECT k.id FROM ").keys(&switched);
        sql.push(" WHERE EXISTS (SELECT 1 FROM order_items AS i JOIN orders AS o ON o.id = i.order_id ");
        sql.push("WHERE i.product_variant_id = k.id AND o.status").is_one_of(&OPEN).push(")");
        self.ordered = unit.ids(sql).await?;
        let mut sql = unit.sql();
        sql.push("SELECT k.id FROM ").keys(&switched);
        // What is held, and nothing else, has a time.
        sql.push(" WHERE EXISTS (SELECT 1 FROM stock_reservations AS r ");
        sql.push("WHERE r.product_variant_id = k.id AND r.expires_at IS NOT NULL)");
        self.held = unit.ids(sql).await?;
        Ok(())
    }

    async fn read_on_hand(&mut self, unit: &UnitOfWork, wanted: &Wanted) -> Result<()> {
        if wanted.editions.is_empty() {
            return Ok(());
        }
        let editions: Vec<Uuid> = wanted.editions.iter().copied().collect();
        let mut sql = unit.sql();
        sql.push("SELECT product_variant_id AS id, ");
        sql.push("CAST(SUM(quantity_available + quantity_reserved) AS bigint) AS pieces ");
        sql.push("FROM inventory WHERE product_variant_id").is_any(&editions);
        sql.push(" GROUP BY product_variant_id");
        for row in unit.rows(sql).await? {
            self.on_hand.insert(row.try_get_by("id")?, row.try_get_by("pieces")?);
        }
        Ok(())
    }

    /// Refuses what the stock, the orders or other variants do not allow of a variant.
    pub(in crate::catalog) fn check(
        &self,
        before: Option<&product_variants::Model>,
        after: &product_variants::Model,
    ) -> Result<(), Refusal> {
        self.check_sku(after)?;
        if let Some(before) = before {
            self.check_policy(before, after)?;
        }
        self.check_edition(before, after)?;
        match after.is_available && edition::is_sold_out(after) {
            true => Err(check::invalid("isAvailable", "the edition is sold out: the variant stays off sale")),
            false => Ok(()),
        }
    }

    /// Keeps others of the call from taking a SKU.
    pub(in crate::catalog) fn claim(&mut self, variant: &product_variants::Model) {
        if let Some(sku) = &variant.sku {
            self.owners.insert(sku.clone(), variant.id);
        }
    }

    fn check_sku(&self, after: &product_variants::Model) -> Result<(), Refusal> {
        let owner = after.sku.as_ref().and_then(|sku| self.owners.get(sku));
        match (owner, &after.sku) {
            (Some(owner), Some(sku)) if *owner != after.id => {
                let message = format!("another variant has the SKU {sku:?}");
                Err(Refusal::new(Code::AlreadyExists, message).at(["sku"]))
            }
            _ => Ok(()),
        }
    }

    /// What is promised is counted, or it is not: that cannot change meanwhile.
    fn check_policy(&self, before: &product_variants::Model, after: &product_variants::Model) -> Result<(), Refusal> {
        if is_tracked(before.stock_policy) == is_tracked(after.stock_policy) {
            return Ok(());
        }
        let by = match () {
            () if self.ordered.contains(&after.id) => "OrderItem",
            () if self.held.contains(&after.id) => "StockReservation",
            () => return Ok(()),
        };
        let message =
            "`stockPolicy` cannot change to or from UNTRACKED while open orders or holds have pieces of the variant";
        Err(Refusal::new(Code::InUse, message).at(["stockPolicy"]).with(refusal::Facts::UsedBy(by.to_owned())))
    }

    fn check_edition(
        &self,
        before: Option<&product_variants::Model>,
        after: &product_variants::Model,
    ) -> Result<(), Refusal> {
        const FIELD: &str = "editionSize";
        let was = before.and_then(|before| before.edition_size);
        if was != after.edition_size && before.is_some_and(edition::is_sold_out) {
            return Err(check::invalid(FIELD, "the edition is sold out: its size cannot change"));
        }
        let Some(size) = after.edition_size else { return Ok(()) };
        check::within(FIELD, size, 1..=i32::MAX)?;
        if after.stock_policy != StockPolicy::Deny {
            let field = if was == Some(size) { "stockPolicy" } else { FIELD };
            return Err(check::invalid(field, "an edition is sold from stock alone: its `stockPolicy` must be DENY"));
        }
        let on_hand = self.on_hand.get(&after.id).copied().unwrap_or_default();
        let promised = on_hand.saturating_add(after.edition_sold.into());
        match was != Some(size) && i64::from(size) < promised {
            true => Err(check::invalid(
                FIELD,
                format!("an edition cannot be smaller than the {promised} pieces that are in stock or sold"),
            )),
            false => Ok(()),
        }
    }
}
