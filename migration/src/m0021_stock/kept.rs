//! The stock that is there: its first movements, and who keeps what of it.
//!
//! Open orders keep their pieces: those that were reserved, then others that are there; what is missing is backordered.
//! What was reserved beyond that is free.

use crate::engine::Engine;

/// The lines of open orders.
const OPEN_LINES: &str = "order_items AS item JOIN orders AS o ON o.id = item.order_id \
     WHERE o.status IN ('pending', 'confirmed', 'processing') AND item.product_variant_id IS NOT NULL";

/// The most pieces of a variant, as the service counts them.
const MOST: &str = "2147483647";

pub(super) fn fill(engine: Engine) -> Vec<String> {
    let reserved = "SUM(quantity_reserved) OVER (PARTITION BY product_variant_id)";
    vec![
        bound(engine, "quantity_reserved", MOST),
        bound(engine, "quantity_available", &format!("{MOST} - {reserved}")),
        open(engine),
        keep(engine),
        backorder(engine),
        "UPDATE inventory SET quantity_available = quantity_available + quantity_reserved - kept.number, \
           quantity_reserved = kept.number \
         FROM (SELECT i.id, COALESCE(SUM(r.quantity), 0) AS number \
               FROM inventory AS i LEFT JOIN stock_reservations AS r ON r.inventory_id = i.id GROUP BY i.id) AS kept \
         WHERE kept.id = inventory.id AND kept.number <> inventory.quantity_reserved"
            .to_owned(),
        "UPDATE product_variants SET inventory_quantity = stock.available \
         FROM (SELECT product_variant_id AS id, SUM(quantity_available) AS available \
               FROM inventory GROUP BY product_variant_id) AS stock \
         WHERE stock.id = product_variants.id AND stock.available <> product_variants.inventory_quantity"
            .to_owned(),
    ]
}

/// Limits the sum of a column over the locations of each variant to `most`, first locations first. Before, reserved and
/// available pieces together could exceed an integer.
fn bound(engine: Engine, column: &str, most: &str) -> String {
    let left = engine.larger("0", &format!("{column} - (stock.upto - stock.most)"));
    format!(
        "UPDATE inventory SET {column} = CAST({left} AS integer) \
         FROM (SELECT id, SUM({column}) OVER w AS upto, {most} AS most FROM inventory \
               WINDOW w AS (PARTITION BY product_variant_id ORDER BY location ROWS UNBOUNDED PRECEDING)) AS stock \
         WHERE stock.id = inventory.id AND stock.upto > stock.most"
    )
}

/// A movement for each stock row that is not empty.
fn open(engine: Engine) -> String {
    let id = engine.new_uuid();
    format!(
        "INSERT INTO stock_movements (id, product_variant_id, location, sku, kind, quantity, principal, created_at) \
         SELECT {id}, v.id, i.location, v.sku, 'opening', i.quantity_available + i.quantity_reserved, 'server', \
           i.updated_at \
         FROM inventory AS i JOIN product_variants AS v ON v.id = i.product_variant_id \
         WHERE i.quantity_available + i.quantity_reserved > 0"
    )
}

/// Lays the lines of a variant, oldest first, and its pieces end to end: a line keeps the pieces beside it.
fn keep(engine: Engine) -> String {
    let id = engine.new_uuid();
    let (from, to) = (engine.larger("lines.past", "pieces.past"), engine.smaller("lines.upto", "pieces.upto"));
    format!(
        "WITH lines AS ( \
           SELECT item.id, item.order_id, item.product_variant_id AS variant, o.created_at, \
             SUM(item.quantity) OVER w - item.quantity AS past, SUM(item.quantity) OVER w AS upto \
           FROM {OPEN_LINES} \
           WINDOW w AS (PARTITION BY item.product_variant_id ORDER BY o.created_at, o.id, item.id \
             ROWS UNBOUNDED PRECEDING)), \
         pieces AS ( \
           SELECT id, variant, SUM(number) OVER w - number AS past, SUM(number) OVER w AS upto \
           FROM (SELECT id, product_variant_id AS variant, location, 1 AS turn, quantity_reserved AS number \
                 FROM inventory \
                 UNION ALL \
                 SELECT id, product_variant_id, location, 2, quantity_available FROM inventory) AS stock \
           WHERE number > 0 \
           WINDOW w AS (PARTITION BY variant ORDER BY turn, location ROWS UNBOUNDED PRECEDING)) \
         INSERT INTO stock_reservations (id, hold_id, product_variant_id, inventory_id, order_id, order_item_id, \
           quantity, status, created_at, updated_at) \
         SELECT {id}, order_id, variant, inventory_id, order_id, order_item_id, CAST(SUM(number) AS integer), \
           'ordered', created_at, created_at \
         FROM (SELECT lines.id AS order_item_id, lines.order_id, lines.variant, lines.created_at, \
                 pieces.id AS inventory_id, {to} - {from} AS number \
               FROM lines JOIN pieces ON pieces.variant = lines.variant \
                 AND pieces.past < lines.upto AND lines.past < pieces.upto) AS kept \
         GROUP BY order_item_id, order_id, variant, created_at, inventory_id"
    )
}

/// What lines have not got, in the order of their age.
fn backorder(engine: Engine) -> String {
    let id = engine.new_uuid();
    format!(
        "INSERT INTO stock_reservations (id, hold_id, product_variant_id, order_id, order_item_id, \
           quantity, status, created_at, updated_at) \
         SELECT {id}, lines.order_id, lines.variant, lines.order_id, lines.id, \
           CAST(lines.quantity - COALESCE(kept.number, 0) AS integer), 'backordered', lines.created_at, \
           lines.created_at \
         FROM (SELECT item.id, item.order_id, item.product_variant_id AS variant, item.quantity, o.created_at \
               FROM {OPEN_LINES}) AS lines \
         LEFT JOIN (SELECT order_item_id, SUM(quantity) AS number FROM stock_reservations GROUP BY order_item_id) \
           AS kept ON kept.order_item_id = lines.id \
         WHERE lines.quantity > COALESCE(kept.number, 0)"
    )
}
