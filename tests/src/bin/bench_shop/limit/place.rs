//! An order of one piece each of some variants: its key, the stock and the sums of the variants, the number, the order,
//! its lines, its reservations and its event.

use sea_orm::{DbErr, Value};
use uuid::Uuid;

use super::{
    Limit,
    act::{Act, ids, new_ids},
};

/// `$2` is the order, `$3` the key, then come variants, items and reservations. The check of the stock refuses an order
/// for which there is too little.
const ORDER: Act = Act {
    postgres: "WITH wanted AS (
            SELECT * FROM unnest($4, $5, $6) AS w(variant_id, item_id, reservation_id)
        ), keyed AS (
            INSERT INTO idempotency_keys (caller, key, operation, input_hash, created_at)
            VALUES ('limit', $3, 'PlaceOrder', 'limit', $1)
        ), locked AS (
            SELECT i.id, w.variant_id, w.item_id, w.reservation_id
            FROM wanted AS w JOIN inventory AS i ON i.product_variant_id = w.variant_id AND i.location = 'main'
            ORDER BY i.product_variant_id FOR NO KEY UPDATE OF i
        ), taken AS (
            UPDATE inventory AS i SET quantity_available = i.quantity_available - 1,
                quantity_reserved = i.quantity_reserved + 1, version = i.version + 1, updated_at = $1
            FROM locked AS l WHERE i.id = l.id RETURNING i.id, l.variant_id, l.item_id, l.reservation_id
        ), summed AS (
            UPDATE product_variants AS v SET inventory_quantity = v.inventory_quantity - 1
            FROM taken AS t WHERE v.id = t.variant_id
        ), numbered AS (
            INSERT INTO order_numbers (created_at) VALUES ($1) RETURNING position
        ), placed AS (
            INSERT INTO orders (id, order_number, status, subtotal_amount, total_amount, report_amount,
                fulfillment_status, financial_status, placed_at, hold_expires_at, created_at, updated_at)
            SELECT $2, 'L-' || n.position, CAST('pending' AS order_status), s.amount, s.amount, s.amount,
                CAST('unfulfilled' AS fulfillment_status), CAST('pending' AS financial_status), $1, $1, $1, $1
            FROM numbered AS n, (SELECT COUNT(*) * 1000 AS amount FROM taken) AS s RETURNING *
        ), lined AS (
            INSERT INTO order_items (id, order_id, product_variant_id, sku, title, quantity, price, list_price,
                total_amount, created_at, updated_at)
            SELECT t.item_id, $2, t.variant_id, 'LIMIT', 'Limit', 1, 1000, 1000, 1000, $1, $1 FROM taken AS t
        ), reserved AS (
            INSERT INTO stock_reservations (id, hold_id, product_variant_id, inventory_id, order_id, order_item_id,
                quantity, status, created_at, updated_at)
            SELECT t.reservation_id, $2, t.variant_id, t.id, $2, t.item_id, 1, CAST('ordered' AS reservation_status),
                $1, $1 FROM taken AS t
        )
        INSERT INTO events (transaction_number, kind, aggregate_type, aggregate_id, aggregate_version, principal,
            changes, created_at)
        SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint), 'order.placed', CAST('order' AS event_aggregate),
            p.id, 1, 'limit', to_jsonb(p), $1 FROM placed AS p",
    sqlite: &[
        "INSERT INTO idempotency_keys (caller, key, operation, input_hash, created_at)
            VALUES ('limit', $3, 'PlaceOrder', 'limit', $1)",
        "UPDATE inventory SET quantity_available = quantity_available - 1, quantity_reserved = quantity_reserved + 1,
                version = version + 1, updated_at = $1
            WHERE location = 'main' AND product_variant_id IN (SELECT unhex(value ->> 0) FROM json_each($4))",
        "UPDATE product_variants SET inventory_quantity = inventory_quantity - 1
            WHERE id IN (SELECT unhex(value ->> 0) FROM json_each($4))",
        "INSERT INTO order_numbers (created_at) VALUES ($1)",
        "INSERT INTO orders (id, order_number, status, subtotal_amount, total_amount, report_amount,
                fulfillment_status, financial_status, placed_at, hold_expires_at, created_at, updated_at)
            SELECT $2, 'L-' || last_insert_rowid(), 'pending', s.amount, s.amount, s.amount, 'unfulfilled', 'pending',
                $1, $1, $1, $1 FROM (SELECT json_array_length($4) * 1000 AS amount) AS s",
        "INSERT INTO order_items (id, order_id, product_variant_id, sku, title, quantity, price, list_price,
                total_amount, created_at, updated_at)
            SELECT unhex(value ->> 1), $2, unhex(value ->> 0), 'LIMIT', 'Limit', 1, 1000, 1000, 1000, $1, $1
            FROM json_each($4)",
        "INSERT INTO stock_reservations (id, hold_id, product_variant_id, inventory_id, order_id, order_item_id,
                quantity, status, created_at, updated_at)
            SELECT unhex(k.value ->> 2), $2, i.product_variant_id, i.id, $2, unhex(k.value ->> 1), 1, 'ordered', $1, $1
            FROM json_each($4) AS k
            CROSS JOIN inventory AS i ON i.product_variant_id = unhex(k.value ->> 0) AND i.location = 'main'",
        "INSERT INTO events (transaction_number, kind, aggregate_type, aggregate_id, aggregate_version, principal,
                changes, created_at)
            SELECT 0, 'order.placed', 'order', id, 1, 'limit', json_object('id', hex(id), 'orderNumber', order_number,
                'status', status, 'subtotalAmount', subtotal_amount, 'discountAmount', discount_amount,
                'taxAmount', tax_amount, 'shippingAmount', shipping_amount, 'totalAmount', total_amount,
                'currency', currency, 'fulfillmentStatus', fulfillment_status, 'financialStatus', financial_status,
                'source', source, 'tags', json(tags), 'discountCodes', json(discount_codes),
                'capturedAmount', captured_amount, 'refundedAmount', refunded_amount, 'reportAmount', report_amount,
                'holdExpiresAt', hold_expires_at, 'placedAt', placed_at, 'createdAt', created_at), $1
            FROM orders WHERE id = $2",
    ],
};

impl Limit {
    /// Orders one piece each of the variants at these places, which are different ones.
    pub(crate) async fn place(&self, places: &[usize]) -> Result<(), DbErr> {
        let variants: Vec<Uuid> = places.iter().map(|place| self.variants[*place]).collect();
        let (items, reservations) = (new_ids(places.len()), new_ids(places.len()));
        let own = [Value::from(Uuid::now_v7()), Value::from(Uuid::now_v7().to_string())];
        let lists = ids(&self.connection, &[&variants, &items, &reservations]);
        ORDER.run(&self.connection, own.into_iter().chain(lists)).await
    }
}
