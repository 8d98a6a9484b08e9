//! Changes of existing variants that stock and orders do not allow.

use std::collections::{HashMap, HashSet};

use entity::{
    inventory, order_items, orders,
    product_variants::Model,
    sea_orm_active_enums::{OrderStatus, StockPolicy},
    stock_reservations as reservations,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{
    parse::Variant,
    terms::{Agreed, EDITION_POLICY},
};
use crate::{Result, catalog::edition, import::Refusal};

/// What is known of variants whose terms change. They are locked: nobody changes their stock.
#[derive(Default)]
pub(super) struct Promised {
    /// How many pieces there are of those whose edition changes, available and reserved.
    on_hand: HashMap<Uuid, i64>,
    /// Those whose stock begins or ceases to count, of which open orders or holds have pieces.
    in_use: HashSet<Uuid>,
}

impl Promised {
    /// Reads what has to be known. Few files change terms: the others ask nothing.
    pub(super) async fn read<'a>(
        txn: &DatabaseTransaction,
        pairs: impl Iterator<Item = &'a (&'a Variant, Option<Model>)>,
    ) -> Result<Self> {
        let mut promised = Self::default();
        let (mut resized, mut switched) = (Vec::new(), Vec::new());
        for (variant, known) in pairs {
            let Some(known) = known else { continue };
            let agreed = variant.terms.agree(Some(known));
            if resizes(known, &agreed) {
                resized.push(known.id);
            }
            if switches(known, &agreed) {
                switched.push(known.id);
            }
        }
        if !resized.is_empty() {
            promised.read_on_hand(txn, resized).await?;
        }
        if !switched.is_empty() {
            promised.read_in_use(txn, switched).await?;
        }
        Ok(promised)
    }

    async fn read_on_hand(&mut self, txn: &DatabaseTransaction, variants: Vec<Uuid>) -> Result<()> {
        use inventory::Column::{ProductVariantId, QuantityAvailable, QuantityReserved};
        let rows = inventory::Entity::find()
            .select_only()
            .columns([ProductVariantId, QuantityAvailable, QuantityReserved])
            .filter(ProductVariantId.is_in(variants));
        for (variant, available, reserved) in rows.into_tuple::<(Uuid, i32, i32)>().all(txn).await? {
            *self.on_hand.entry(variant).or_default() += i64::from(available) + i64::from(reserved);
        }
        Ok(())
    }

    async fn read_in_use(&mut self, txn: &DatabaseTransaction, variants: Vec<Uuid>) -> Result<()> {
        let open = [OrderStatus::Pending, OrderStatus::Confirmed, OrderStatus::Processing];
        let ordered = order_items::Entity::find()
            .select_only()
            .column(order_items::Column::ProductVariantId)
            .distinct()
            .inner_join(orders::Entity)
            .filter(order_items::Column::ProductVariantId.is_in(variants.iter().copied()))
            .filter(orders::Column::Status.is_in(open));
        self.in_use.extend(ordered.into_tuple::<Uuid>().all(txn).await?);
        // What is held, and nothing else, has a time.
        let held = reservations::Entity::find()
            .select_only()
            .column(reservations::Column::ProductVariantId)
            .distinct()
            .filter(reservations::Column::ProductVariantId.is_in(variants))
            .filter(reservations::Column::ExpiresAt.is_not_null());
        self.in_use.extend(held.into_tuple::<Uuid>().all(txn).await?);
        Ok(())
    }

    /// Why a variant cannot have the terms of its row.
    pub(super) fn refuse(&self, variant: &Variant, known: Option<&Model>) -> Option<Refusal> {
        let agreed = variant.terms.agree(known);
        let refuse = |column, value: String, reason: String| Refusal::new(variant.line, column, &value, reason);
        let size = agreed.edition_size.map(|size| size.to_string()).unwrap_or_default();
        if agreed.edition_size.is_some() && agreed.stock_policy != StockPolicy::Deny {
            return Some(refuse(EDITION, size, EDITION_POLICY.to_owned()));
        }
        let known = known?;
        if switches(known, &agreed) && self.in_use.contains(&known.id) {
            let reason = "whether stock counts cannot change while open orders or holds have pieces of the variant";
            return Some(refuse("Variant Inventory Tracker", String::new(), reason.to_owned()));
        }
        if !resizes(known, &agreed) {
            return None;
        }
        if edition::is_sold_out(known) {
            return Some(refuse(EDITION, size, "the edition is sold out: its size cannot change".to_owned()));
        }
        let promised = self.on_hand.get(&known.id).copied().unwrap_or_default() + i64::from(known.edition_sold);
        let is_smaller = agreed.edition_size.is_some_and(|size| i64::from(size) < promised);
        let reason = format!("an edition cannot be smaller than the {promised} pieces that are in stock or sold");
        is_smaller.then(|| refuse(EDITION, size, reason))
    }
}

const EDITION: &str = "Edition Size";

/// Whether the number of pieces that there will ever be changes.
fn resizes(known: &Model, agreed: &Agreed) -> bool {
    known.edition_size != agreed.edition_size
}

/// Whether the stock of a variant begins or ceases to count.
fn switches(known: &Model, agreed: &Agreed) -> bool {
    (known.stock_policy == StockPolicy::Untracked) != (agreed.stock_policy == StockPolicy::Untracked)
}
