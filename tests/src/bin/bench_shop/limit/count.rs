//! Counts of stock: the stock rows, the sums of the variants, the journal and an event for each.

use std::ops::Range;

use sea_orm::{DbErr, Value};

use super::{
    Limit,
    act::{Act, ids, new_ids},
};

/// `$2` is the number of pieces, then come variants and movements.
const COUNT: Act = Act {
    postgres: "WITH wanted AS (
            SELECT * FROM unnest($3, $4) AS w(variant_id, movement_id)
        ), locked AS (
            SELECT i.id, i.quantity_available AS before, w.variant_id, w.movement_id
            FROM wanted AS w JOIN inventory AS i ON i.product_variant_id = w.variant_id AND i.location = 'main'
            ORDER BY i.product_variant_id FOR NO KEY UPDATE OF i
        ), counted AS (
            UPDATE inventory AS i SET quantity_available = $2, version = i.version + 1, last_counted_at = $1,
                updated_at = $1
            FROM locked AS l WHERE i.id = l.id
            RETURNING i.id, i.version, i.quantity_reserved, l.variant_id, l.movement_id, $2 - l.before AS change
        ), summed AS (
            UPDATE product_variants AS v SET inventory_quantity = v.inventory_quantity + c.change
            FROM counted AS c WHERE v.id = c.variant_id
        ), moved AS (
            INSERT INTO stock_movements (id, product_variant_id, location, sku, kind, quantity, principal, created_at)
            SELECT c.movement_id, c.variant_id, 'main', 'LIMIT', CAST('count' AS stock_movement_kind), c.change,
                'limit', $1 FROM counted AS c WHERE c.change <> 0
        )
        INSERT INTO events (transaction_number, kind, aggregate_type, aggregate_id, aggregate_version, principal,
            changes, created_at)
        SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint), 'stock.set', CAST('stock' AS event_aggregate),
            c.id, c.version, 'limit', jsonb_build_object('variantId', c.variant_id, 'location', 'main',
                'quantityAvailable', CAST($2 AS integer), 'quantityReserved', c.quantity_reserved,
                'change', c.change), $1
        FROM counted AS c",
    sqlite: &[
        "INSERT INTO stock_movements (id, product_variant_id, location, sku, kind, quantity, principal, created_at)
            SELECT unhex(k.value ->> 1), i.product_variant_id, i.location, 'LIMIT', 'count',
                $2 - i.quantity_available, 'limit', $1
            FROM json_each($3) AS k
            CROSS JOIN inventory AS i ON i.product_variant_id = unhex(k.value ->> 0) AND i.location = 'main'
            WHERE i.quantity_available <> $2",
        "UPDATE product_variants SET inventory_quantity = inventory_quantity + $2 - i.quantity_available
            FROM json_each($3) AS k
            CROSS JOIN inventory AS i ON i.product_variant_id = unhex(k.value ->> 0) AND i.location = 'main'
            WHERE product_variants.id = i.product_variant_id",
        "UPDATE inventory SET quantity_available = $2, version = version + 1, last_counted_at = $1, updated_at = $1
            WHERE location = 'main' AND product_variant_id IN (SELECT unhex(value ->> 0) FROM json_each($3))",
        "INSERT INTO events (transaction_number, kind, aggregate_type, aggregate_id, aggregate_version, principal,
                changes, created_at)
            SELECT 0, 'stock.set', 'stock', i.id, i.version, 'limit', json_object('variantId', k.value ->> 0,
                'location', i.location, 'quantityAvailable', i.quantity_available,
                'quantityReserved', i.quantity_reserved), $1
            FROM json_each($3) AS k
            CROSS JOIN inventory AS i ON i.product_variant_id = unhex(k.value ->> 0) AND i.location = 'main'",
    ],
};

impl Limit {
    /// Sets the quantity of each variant at these positions.
    pub(crate) async fn set(&self, places: Range<usize>, pieces: i64) -> Result<(), DbErr> {
        let variants = &self.variants[places];
        let pieces = Value::from(i32::try_from(pieces).unwrap_or(i32::MAX));
        let lists = ids(&self.connection, &[variants, &new_ids(variants.len())]);
        COUNT.run(&self.connection, [pieces].into_iter().chain(lists)).await
    }
}
