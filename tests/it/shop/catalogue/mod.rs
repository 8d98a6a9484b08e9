//! The catalogue: what is sold, and for how much.
//!
//! - [`calls`]: a call of each of its mutations
//!
//! and the tests: [`products`], [`upserts`], [`variants`], [`editions`]; [`lists`]: price lists and figures; [`discounts`];
//! [`charges`]: taxes, shipping, exchange rates; [`repeated`]: the same call again.

pub(crate) mod calls;
mod charges;
mod discounts;
mod editions;
mod lists;
mod products;
mod repeated;
mod upserts;
mod variants;

use entity::{customer_segments, sea_orm_active_enums::SegmentType};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, QueryResult, Statement};
use serde_json::{Value, json};
use tests::TestDatabase;
use uuid::Uuid;

use super::fixture::{ShopFixture, refusal, start};

/// All of a product that tests look at.
const PRODUCT: &str =
    "product { id handle title description vendor collection category tags currency status optionNames
    basePrice cost version variants { nodes { id sku title size frameType optionValues price compareAtPrice stockPolicy
    editionSize editionSold taxClass isAvailable version } } }";

/// A product in the sizes `S` for 10 USD and `L` for 20 USD, with SKUs of its handle: `quiet-S`.
fn sized(handle: &str) -> Value {
    let variant =
        |size: &str, price: &str| json!({ "sku": format!("{handle}-{size}"), "optionValues": [size], "price": price });
    let variants = [variant("S", "10"), variant("L", "20")];
    json!({ "handle": handle, "title": handle, "status": "ACTIVE", "optionNames": ["Size"], "variants": variants })
}

/// Creates such a product.
async fn made(shop: &ShopFixture, handle: &str) -> Value {
    shop.done("createProduct", sized(handle), PRODUCT).await["product"].take()
}

/// The product as it is now.
async fn found(shop: &ShopFixture, handle: &str) -> Value {
    let field = PRODUCT.replacen("product", "product: productByHandle(handle: $handle)", 1);
    let query = format!("query($handle: String!) {{ {field} }}");
    shop.query(&query, json!({ "handle": handle })).await["product"].take()
}

/// A member of each variant of a product, in their order.
fn each(product: &Value, member: &str) -> Vec<Value> {
    let variants = product["variants"]["nodes"].as_array().expect("a list");
    variants.iter().map(|variant| variant[member].clone()).collect()
}

/// What became of each item of a batch: `done`, or `CODE path`.
async fn outcomes(shop: &ShopFixture, name: &str, items: Value) -> Vec<String> {
    let payload = shop.done(name, json!({ "items": items }), "results { userErrors { code path } }").await;
    let results = payload["results"].as_array().expect("a list").iter();
    let outcome = |result: &Value| match result["userErrors"] == json!([]) {
        true => "done".to_owned(),
        false => refusal(result),
    };
    results.map(outcome).collect()
}

/// What happened to products, as `product.updated 2`, in the order of the log.
async fn told(db: &TestDatabase) -> Vec<String> {
    let sql = "SELECT kind, aggregate_version FROM events WHERE kind LIKE 'product.%' OR kind LIKE 'variant.%' \
               ORDER BY transaction_number, position";
    let statement = Statement::from_string(db.connection().get_database_backend(), sql);
    let rows = db.connection().query_all_raw(statement).await.expect("rows");
    let show = |row: &QueryResult| {
        let (kind, version): (String, i32) =
            (row.try_get_by("kind").expect("a text"), row.try_get_by("aggregate_version").expect("a number"));
        format!("{kind} {version}")
    };
    rows.iter().map(show).collect()
}

/// A segment of customers.
async fn segment(db: &TestDatabase) -> Uuid {
    let id = Uuid::now_v7();
    let row = customer_segments::ActiveModel {
        id: Set(id),
        name: Set("Trade".to_owned()),
        r#type: Set(SegmentType::Commercial),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a segment");
    id
}
