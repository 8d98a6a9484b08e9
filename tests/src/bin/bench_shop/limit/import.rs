//! Products and their variants.

use sea_orm::{DatabaseConnection, DbErr};
use uuid::Uuid;

use super::act::{Act, ids, new_ids};

/// How many variants are written in a transaction.
const CHUNK: usize = 10_000;

/// Variants, each with its product. The product comes from the same list.
const PRODUCTS: Act = Act {
    postgres: "WITH wanted AS (
            SELECT * FROM unnest($2, $3) WITH ORDINALITY AS w(product_id, variant_id, number)
        ), made AS (
            INSERT INTO products (id, handle, title, description, vendor, category, tags, option_names, base_price,
                status, created_at, updated_at)
            SELECT p.product_id, 'limit-' || CAST(p.product_id AS text), 'Limit', '<p>A print.</p>', 'Limit', 'Print',
                jsonb_build_array('limit'), jsonb_build_array('Number'), 1000, CAST('active' AS product_status), $1, $1
            FROM (SELECT DISTINCT product_id FROM wanted) AS p
        )
        INSERT INTO product_variants (id, product_id, sku, title, option_values, price, created_at, updated_at)
        SELECT w.variant_id, w.product_id, 'limit-' || CAST(w.variant_id AS text), CAST(w.number AS text),
            jsonb_build_array(CAST(w.number AS text)), 1000, $1, $1
        FROM wanted AS w",
    sqlite: &[
        "INSERT INTO products (id, handle, title, description, vendor, category, tags, option_names, base_price, status,
                created_at, updated_at)
            SELECT unhex(p.product), 'limit-' || p.product, 'Limit', '<p>A print.</p>', 'Limit', 'Print',
                json_array('limit'), json_array('Number'), 1000, 'active', $1, $1
            FROM (SELECT DISTINCT value ->> 0 AS product FROM json_each($2)) AS p",
        "INSERT INTO product_variants (id, product_id, sku, title, option_values, price, created_at, updated_at)
            SELECT unhex(value ->> 1), unhex(value ->> 0), 'limit-' || (value ->> 1), CAST(key AS TEXT),
                json_array(CAST(key AS TEXT)), 1000, $1, $1 FROM json_each($2)",
    ],
};

/// Adds products with this number of variants each.
pub(super) async fn import(connection: &DatabaseConnection, products: usize, variants: usize) -> Result<(), DbErr> {
    let of_product = |product: Uuid| std::iter::repeat_n(product, variants);
    let all: Vec<Uuid> = new_ids(products).into_iter().flat_map(of_product).collect();
    // A product and its variants are written together.
    for products in all.chunks(CHUNK / variants.max(1) * variants.max(1)) {
        let variants = new_ids(products.len());
        PRODUCTS.run(connection, ids(connection, &[products, &variants])).await?;
    }
    Ok(())
}
