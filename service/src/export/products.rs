//! Products: a line for each variant, with what its product says on the first of them.

use std::collections::HashMap;

use entity::sea_orm_active_enums::{ProductStatus, StockPolicy};
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    csv::{self, Column, Record},
    pages,
};
use crate::{
    Result,
    catalog::options,
    database::{Source, row::enum_value},
};

/// A product.
struct Product {
    handle: String,
    title: String,
    description: Option<String>,
    vendor: Option<String>,
    collection: Option<String>,
    category: Option<String>,
    tags: String,
    cost: Option<Decimal>,
    currency: String,
    status: ProductStatus,
    option_names: Vec<String>,
    /// Whether one of its variants can be bought.
    is_published: bool,
}

/// One of its variants.
struct Variant {
    sku: Option<String>,
    option_values: Vec<String>,
    price: Decimal,
    compare_at_price: Option<Decimal>,
    is_available: bool,
    stock_policy: StockPolicy,
    edition_size: Option<i32>,
    tax_class: String,
}

/// A line.
struct Line<'a> {
    product: &'a Product,
    variant: &'a Variant,
    is_first: bool,
}

impl<'a> Line<'a> {
    /// The product, where the line says what it is.
    fn head(&self) -> Option<&'a Product> {
        self.is_first.then_some(self.product)
    }

    /// A text of the product.
    fn of_product(&self, record: &mut Record<'_>, text: impl FnOnce(&'a Product) -> Option<&'a str>) {
        record.optional(self.head().and_then(text));
    }

    fn option_name(&self, record: &mut Record<'_>, place: usize) {
        self.of_product(record, |product| product.option_names.get(place).map(String::as_str));
    }

    fn option_value(&self, record: &mut Record<'_>, place: usize) {
        record.optional(self.variant.option_values.get(place).map(String::as_str));
    }

    fn price(&self, record: &mut Record<'_>, price: Option<Decimal>) {
        match price {
            Some(price) => record.price(price, &self.product.currency),
            None => record.blank(),
        }
    }
}

/// Writes the cell of a line.
type Cell = fn(&Line<'_>, &mut Record<'_>);

/// Shopify's columns, and behind them ours.
const COLUMNS: [Column<Cell>; 26] = [
    ("Handle", |line, record| record.text(&line.product.handle)),
    ("Title", |line, record| line.of_product(record, |product| Some(&product.title))),
    ("Body (HTML)", |line, record| line.of_product(record, |product| product.description.as_deref())),
    ("Vendor", |line, record| line.of_product(record, |product| product.vendor.as_deref())),
    // Shopify takes only categories of its own here, and any text as the type.
    ("Product Category", |_, record| record.blank()),
    ("Type", |line, record| line.of_product(record, |product| product.category.as_deref())),
    ("Tags", |line, record| line.of_product(record, |product| Some(&product.tags))),
    ("Published", |line, record| match line.head() {
        Some(product) => record.truth(product.is_published),
        None => record.blank(),
    }),
    ("Option1 Name", |line, record| line.option_name(record, 0)),
    ("Option1 Value", |line, record| line.option_value(record, 0)),
    ("Option2 Name", |line, record| line.option_name(record, 1)),
    ("Option2 Value", |line, record| line.option_value(record, 1)),
    ("Option3 Name", |line, record| line.option_name(record, 2)),
    ("Option3 Value", |line, record| line.option_value(record, 2)),
    ("Variant SKU", |line, record| record.optional(line.variant.sku.as_deref())),
    ("Variant Inventory Tracker", |line, record| match line.variant.stock_policy {
        StockPolicy::Untracked => record.blank(),
        StockPolicy::Deny | StockPolicy::Backorder => record.text("shopify"),
    }),
    ("Variant Inventory Policy", |line, record| match line.variant.stock_policy {
        StockPolicy::Backorder => record.text("continue"),
        StockPolicy::Deny | StockPolicy::Untracked => record.text("deny"),
    }),
    ("Variant Price", |line, record| line.price(record, Some(line.variant.price))),
    ("Variant Compare At Price", |line, record| line.price(record, line.variant.compare_at_price)),
    ("Cost per item", |line, record| line.price(record, line.product.cost)),
    ("Status", |line, record| line.of_product(record, |product| Some(status(product.status)))),
    ("Collection", |line, record| line.of_product(record, |product| product.collection.as_deref())),
    ("Variant Available", |line, record| record.truth(line.variant.is_available)),
    ("Currency", |line, record| line.of_product(record, |product| Some(&product.currency))),
    ("Edition Size", |line, record| match line.variant.edition_size {
        Some(size) => record.number(size),
        None => record.blank(),
    }),
    ("Tax Class", |line, record| record.text(&line.variant.tax_class)),
];

fn status(status: ProductStatus) -> &'static str {
    match status {
        ProductStatus::Active => "active",
        ProductStatus::Draft => "draft",
        ProductStatus::Archived => "archived",
    }
}

/// Appends the lines of the next products. A product without variants has none.
pub(crate) async fn products_page(
    source: &impl Source,
    after: Option<&str>,
    out: &mut String,
) -> Result<Option<String>> {
    if after.is_none() {
        csv::titles(out, &COLUMNS);
    }
    // The texts of a variant are short.
    let size = "(SELECT COUNT(*) FROM product_variants AS v WHERE v.product_id = p.id) * 200 \
                + COALESCE(octet_length(p.description), 0)";
    let ids = pages::next_products(source, after, size).await?;
    let mut variants = variants(source, &ids).await?;
    for (id, mut product) in products(source, &ids).await? {
        let variants = variants.remove(&id).unwrap_or_default();
        product.is_published = variants.iter().any(|variant| variant.is_available);
        for (place, variant) in variants.iter().enumerate() {
            let line = Line { product: &product, variant, is_first: place == 0 };
            let mut record = Record::new(out);
            COLUMNS.iter().for_each(|(_, write)| write(&line, &mut record));
            record.end();
        }
    }
    Ok(pages::place(&ids))
}

async fn products(source: &impl Source, ids: &[Uuid]) -> Result<Vec<(Uuid, Product)>> {
    let mut sql = source.sql();
    sql.push("SELECT id, handle, title, description, vendor, collection, category, tags, cost, currency, status, ");
    sql.push("option_names FROM products WHERE id").is_any(ids).push(" ORDER BY id");
    source.rows(sql).await?.iter().map(|row| Ok((row.try_get_by("id")?, product(row)?))).collect()
}

fn product(row: &QueryResult) -> Result<Product> {
    let (tags, option_names): (Json, Json) = (row.try_get_by("tags")?, row.try_get_by("option_names")?);
    Ok(Product {
        handle: row.try_get_by("handle")?,
        title: row.try_get_by("title")?,
        description: row.try_get_by("description")?,
        vendor: row.try_get_by("vendor")?,
        collection: row.try_get_by("collection")?,
        category: row.try_get_by("category")?,
        tags: options::list(&tags).join(", "),
        cost: row.try_get_by("cost")?,
        currency: row.try_get_by("currency")?,
        status: enum_value(row, "status")?,
        option_names: options::list(&option_names),
        is_published: false,
    })
}

/// The variants of products, the oldest first.
async fn variants(source: &impl Source, products: &[Uuid]) -> Result<HashMap<Uuid, Vec<Variant>>> {
    let mut sql = source.sql();
    sql.push("SELECT product_id, sku, option_values, price, compare_at_price, is_available, stock_policy, ");
    sql.push("edition_size, tax_class FROM product_variants WHERE product_id").is_any(products).push(" ORDER BY id");
    let mut variants: HashMap<Uuid, Vec<Variant>> = HashMap::new();
    for row in source.rows(sql).await? {
        variants.entry(row.try_get_by("product_id")?).or_default().push(variant(&row)?);
    }
    Ok(variants)
}

fn variant(row: &QueryResult) -> Result<Variant> {
    let option_values: Json = row.try_get_by("option_values")?;
    Ok(Variant {
        sku: row.try_get_by("sku")?,
        option_values: options::list(&option_values),
        price: row.try_get_by("price")?,
        compare_at_price: row.try_get_by("compare_at_price")?,
        is_available: row.try_get_by("is_available")?,
        stock_policy: enum_value(row, "stock_policy")?,
        edition_size: row.try_get_by("edition_size")?,
        tax_class: row.try_get_by("tax_class")?,
    })
}
