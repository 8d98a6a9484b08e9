//! Stock: a line for each variant at each location.

use sea_orm::QueryResult;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    csv::{self, Column, Record},
    pages,
};
use crate::{Result, catalog::options, database::Source, import};

/// A line.
struct Line {
    handle: String,
    title: String,
    option_names: Vec<String>,
    option_values: Vec<String>,
    sku: Option<String>,
    location: String,
    available: i32,
    reserved: i32,
    incoming: i32,
    reorder_point: Option<i32>,
    reorder_quantity: Option<i32>,
}

impl Line {
    fn option_name(&self, record: &mut Record<'_>, place: usize) {
        record.optional(self.option_names.get(place).map(String::as_str));
    }

    fn option_value(&self, record: &mut Record<'_>, place: usize) {
        record.optional(self.option_values.get(place).map(String::as_str));
    }
}

/// Writes the cell of a line.
type Cell = fn(&Line, &mut Record<'_>);

/// Shopify's columns, and behind them ours.
const COLUMNS: [Column<Cell>; 19] = [
    ("Handle", |line, record| record.text(&line.handle)),
    ("Title", |line, record| record.text(&line.title)),
    ("Option1 Name", |line, record| line.option_name(record, 0)),
    ("Option1 Value", |line, record| line.option_value(record, 0)),
    ("Option2 Name", |line, record| line.option_name(record, 1)),
    ("Option2 Value", |line, record| line.option_value(record, 1)),
    ("Option3 Name", |line, record| line.option_name(record, 2)),
    ("Option3 Value", |line, record| line.option_value(record, 2)),
    // A variant without SKU is found by its handle and options, and so is one whose SKU reads as another one.
    ("SKU", |line, record| record.optional(line.sku.as_deref().filter(|sku| import::reads_as_it_is(sku)))),
    ("HS Code", |_, record| record.blank()),
    ("COO", |_, record| record.blank()),
    ("Location", |line, record| record.text(&line.location)),
    ("Incoming", |line, record| record.number(line.incoming)),
    ("Unavailable", |_, record| record.number(0)),
    ("Committed", |line, record| record.number(line.reserved)),
    ("Available", |line, record| record.number(line.available)),
    ("On hand", |line, record| record.number(i64::from(line.available) + i64::from(line.reserved))),
    ("Reorder Point", |line, record| number(record, line.reorder_point)),
    ("Reorder Quantity", |line, record| number(record, line.reorder_quantity)),
];

fn number(record: &mut Record<'_>, number: Option<i32>) {
    match number {
        Some(number) => record.number(number),
        None => record.blank(),
    }
}

/// Appends the lines of the next products. A variant without stock rows has none.
pub(crate) async fn stock_page(source: &impl Source, after: Option<&str>, out: &mut String) -> Result<Option<String>> {
    if after.is_none() {
        csv::titles(out, &COLUMNS);
    }
    let size = "(SELECT COUNT(*) FROM inventory AS i JOIN product_variants AS v ON v.id = i.product_variant_id \
                WHERE v.product_id = p.id) * 200";
    let ids = pages::next_products(source, after, size).await?;
    for line in lines(source, &ids).await? {
        let mut record = Record::new(out);
        COLUMNS.iter().for_each(|(_, write)| write(&line, &mut record));
        record.end();
    }
    Ok(pages::place(&ids))
}

/// The lines of products, the oldest variants first.
async fn lines(source: &impl Source, products: &[Uuid]) -> Result<Vec<Line>> {
    let mut sql = source.sql();
    sql.push("SELECT p.handle, p.title, p.option_names, v.option_values, v.sku, i.location, i.quantity_available, ");
    sql.push("i.quantity_reserved, i.quantity_incoming, i.reorder_point, i.reorder_quantity FROM products AS p ");
    sql.push("JOIN product_variants AS v ON v.product_id = p.id JOIN inventory AS i ON i.product_variant_id = v.id ");
    sql.push("WHERE p.id").is_any(products).push(" ORDER BY p.id, v.id, i.location");
    source.rows(sql).await?.iter().map(line).collect()
}

fn line(row: &QueryResult) -> Result<Line> {
    let (names, values): (Json, Json) = (row.try_get_by("option_names")?, row.try_get_by("option_values")?);
    Ok(Line {
        handle: row.try_get_by("handle")?,
        title: row.try_get_by("title")?,
        option_names: options::list(&names),
        option_values: options::list(&values),
        sku: row.try_get_by("sku")?,
        location: row.try_get_by("location")?,
        available: row.try_get_by("quantity_available")?,
        reserved: row.try_get_by("quantity_reserved")?,
        incoming: row.try_get_by("quantity_incoming")?,
        reorder_point: row.try_get_by("reorder_point")?,
        reorder_quantity: row.try_get_by("reorder_quantity")?,
    })
}
