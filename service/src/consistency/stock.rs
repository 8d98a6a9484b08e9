//! The rules of the stock: what is kept, why it is there, and how many of an edition there are.

use super::Rule;

/// The rules of the stock.
pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "variant_stock",
        "A variant's quantity is what is available of it in all locations.",
        "SELECT v.id, CAST(v.inventory_quantity AS TEXT) AS found, CAST(COALESCE(i.available, 0) AS TEXT) AS expected
         FROM product_variants v LEFT JOIN (
           SELECT product_variant_id, SUM(quantity_available) AS available FROM inventory GROUP BY product_variant_id) i
           ON i.product_variant_id = v.id
         WHERE v.inventory_quantity <> COALESCE(i.available, 0)",
    ),
    Rule::new(
        "reserved_stock",
        "What is reserved of a stock row is what baskets and orders keep of it.",
        "SELECT i.id, CAST(i.quantity_reserved AS TEXT) AS found, CAST(COALESCE(r.kept, 0) AS TEXT) AS expected
         FROM inventory i LEFT JOIN (
           SELECT inventory_id, SUM(quantity) AS kept FROM stock_reservations
           WHERE status IN ('held', 'ordered') GROUP BY inventory_id) r ON r.inventory_id = i.id
         WHERE i.quantity_reserved <> COALESCE(r.kept, 0)",
    ),
    Rule::new(
        "stock_journal",
        "What is on hand of a variant at a location, available and reserved, is the sum of its movements.",
        "SELECT product_variant_id AS id, location || ': ' || CAST(SUM(on_hand) AS TEXT) AS found,
           CAST(SUM(moved) AS TEXT) AS expected
         FROM (
           SELECT product_variant_id, location, quantity_available + quantity_reserved AS on_hand, 0 AS moved
           FROM inventory
           UNION ALL
           SELECT product_variant_id, location, 0 AS on_hand, quantity AS moved
           FROM stock_movements WHERE product_variant_id IS NOT NULL) both_sides
         GROUP BY product_variant_id, location HAVING SUM(on_hand) <> SUM(moved)",
    ),
    Rule::new(
        "open_lines",
        "What an open order has not shipped of a line, and will, is kept for it or waits for stock; no other order keeps
         anything. Open are pending, confirmed and processing ones.",
        "SELECT i.id, CAST(COALESCE(r.kept, 0) AS TEXT) AS found, CAST(i.wanted AS TEXT) AS expected
         FROM (
           SELECT item.id,
             CASE WHEN o.status IN ('pending', 'confirmed', 'processing') AND v.stock_policy <> 'untracked'
               THEN item.quantity - item.cancelled_quantity - item.fulfilled_quantity ELSE 0 END AS wanted
           FROM order_items item JOIN orders o ON o.id = item.order_id
           LEFT JOIN product_variants v ON v.id = item.product_variant_id) i
         LEFT JOIN (
           SELECT order_item_id, SUM(quantity) AS kept FROM stock_reservations
           WHERE status IN ('ordered', 'backordered') GROUP BY order_item_id) r ON r.order_item_id = i.id
         WHERE COALESCE(r.kept, 0) <> i.wanted",
    ),
    Rule::new(
        "editions",
        "Of an edition no more pieces were sold, are kept or are available than it has.",
        "SELECT v.id, CAST(COALESCE(i.kept, 0) + v.inventory_quantity + v.edition_sold AS TEXT) AS found,
           v.edition_size || ' at most' AS expected
         FROM product_variants v LEFT JOIN (
           SELECT product_variant_id, SUM(quantity_reserved) AS kept FROM inventory GROUP BY product_variant_id) i
           ON i.product_variant_id = v.id
         WHERE COALESCE(i.kept, 0) + v.inventory_quantity + v.edition_sold > v.edition_size",
    ),
];
