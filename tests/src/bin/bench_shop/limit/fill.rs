//! What has to be there before anything is measured.

use chrono::{Datelike, Utc};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Value};
use uuid::Uuid;

use super::{
    Sizes,
    act::{Act, ids, new_ids},
};

/// `$2` is the product.
const PRODUCT: Act = Act { postgres: INSERT_PRODUCT, sqlite: &[INSERT_PRODUCT] };
const INSERT_PRODUCT: &str = "INSERT INTO products (id, handle, title, base_price, status, created_at, updated_at)
    VALUES ($2, 'limit', 'Limit', 1000, 'active', $1, $1)";

/// `$2` is the product, then come variants and their stock rows.
const VARIANTS: Act = Act {
    postgres: "WITH wanted AS (
            SELECT * FROM unnest($3, $4) WITH ORDINALITY AS w(variant_id, inventory_id, number)
        ), variants AS (
            INSERT INTO product_variants (id, product_id, sku, title, price, inventory_quantity, created_at, updated_at)
            SELECT variant_id, $2, 'LIMIT-' || number, 'Limit', 1000, 1000000, $1, $1 FROM wanted
        )
        INSERT INTO inventory (id, product_variant_id, location, quantity_available, created_at, updated_at)
        SELECT inventory_id, variant_id, 'main', 1000000, $1, $1 FROM wanted",
    sqlite: &[
        "INSERT INTO product_variants (id, product_id, sku, title, price, inventory_quantity, created_at, updated_at)
            SELECT unhex(value ->> 0), $2, 'LIMIT-' || key, 'Limit', 1000, 1000000, $1, $1 FROM json_each($3)",
        "INSERT INTO inventory (id, product_variant_id, location, quantity_available, created_at, updated_at)
            SELECT unhex(value ->> 1), unhex(value ->> 0), 'main', 1000000, $1, $1 FROM json_each($3)",
    ],
};

/// Payments and their orders.
const PAYMENTS: Act = Act {
    postgres: "WITH wanted AS (
            SELECT * FROM unnest($2, $3) WITH ORDINALITY AS w(payment_id, order_id, number)
        ), placed AS (
            INSERT INTO orders (id, order_number, status, subtotal_amount, total_amount, report_amount,
                fulfillment_status, financial_status, placed_at, hold_expires_at, created_at, updated_at)
            SELECT order_id, 'PAID-' || number, CAST('pending' AS order_status), 1000, 1000, 1000,
                CAST('unfulfilled' AS fulfillment_status), CAST('pending' AS financial_status), $1, $1, $1, $1
            FROM wanted
        )
        INSERT INTO payments (id, order_id, provider, amount, status, created_at, updated_at)
        SELECT payment_id, order_id, 'stripe', 1000, CAST('pending' AS payment_status), $1, $1 FROM wanted",
    sqlite: &[
        "INSERT INTO orders (id, order_number, status, subtotal_amount, total_amount, report_amount,
                fulfillment_status, financial_status, placed_at, hold_expires_at, created_at, updated_at)
            SELECT unhex(value ->> 1), 'PAID-' || key, 'pending', 1000, 1000, 1000, 'unfulfilled', 'pending',
                $1, $1, $1, $1 FROM json_each($2)",
        "INSERT INTO payments (id, order_id, provider, amount, status, created_at, updated_at)
            SELECT unhex(value ->> 0), unhex(value ->> 1), 'stripe', 1000, 'pending', $1, $1 FROM json_each($2)",
    ],
};

/// `$2` is the budget, `$3` its root slice, `$4` the year, `$5` the month.
const BUDGET: Act = Act {
    postgres: "WITH made AS (
            INSERT INTO budgets (id, name, category, fiscal_year, fiscal_month, allocated_amount, created_at, updated_at)
            VALUES ($2, 'Limit', 'limit', $4, $5, 100000000, $1, $1)
        )
        INSERT INTO budget_slices (id, budget_id, allocated_amount, created_at, updated_at)
        VALUES ($3, $2, 100000000, $1, $1)",
    sqlite: &[
        "INSERT INTO budgets (id, name, category, fiscal_year, fiscal_month, allocated_amount, created_at, updated_at)
            VALUES ($2, 'Limit', 'limit', $4, $5, 100000000, $1, $1)",
        "INSERT INTO budget_slices (id, budget_id, allocated_amount, created_at, updated_at)
            VALUES ($3, $2, 100000000, $1, $1)",
    ],
};

/// Variants with stock, payments with their orders, and the root slice of a budget.
type Filled = (Vec<Uuid>, Vec<(Uuid, Uuid)>, Uuid);

/// Fills the tables.
pub(super) async fn fill(connection: &DatabaseConnection, sizes: &Sizes) -> Result<Filled, DbErr> {
    let product = Uuid::now_v7();
    let (variants, levels) = (new_ids(sizes.variants), new_ids(sizes.variants));
    let (payments, orders) = (new_ids(sizes.payments), new_ids(sizes.payments));
    PRODUCT.run(connection, [product.into()]).await?;
    let lists = ids(connection, &[&variants, &levels]);
    VARIANTS.run(connection, [Value::from(product)].into_iter().chain(lists)).await?;
    PAYMENTS.run(connection, ids(connection, &[&payments, &orders])).await?;
    let (budget, slice, today) = (Uuid::now_v7(), Uuid::now_v7(), Utc::now());
    let month = i32::try_from(today.month()).unwrap_or(1);
    BUDGET.run(connection, [budget.into(), slice.into(), today.year().into(), month.into()]).await?;
    if connection.get_database_backend() == DbBackend::Postgres {
        connection.execute_unprepared("ANALYZE products, product_variants, inventory, orders, payments").await?;
    }
    Ok((variants, payments.into_iter().zip(orders).collect(), slice))
}
