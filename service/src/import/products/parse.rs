//! What the rows of one product say.

use std::collections::HashMap;

use entity::sea_orm_active_enums::ProductStatus;
use rust_decimal::Decimal;

use super::{
    Column,
    cells::{self, Keep, change},
    options::{Names, Values},
    terms::Terms,
};
use crate::{
    Change,
    import::{
        file::{Row, value},
        report::Refusal,
    },
};

/// A product as the file has it. What it has no column for stays as it is.
pub(super) struct Product {
    /// The line of its first row.
    pub(super) line: u64,
    pub(super) handle: String,
    pub(super) title: String,
    pub(super) description: Change<Option<String>>,
    pub(super) vendor: Change<Option<String>>,
    /// The taxonomy's category; the shop's own type where there is none.
    pub(super) category: Change<Option<String>>,
    /// Of Shopify's files the first of the tags: these have no such column, and the shop writes it first.
    pub(super) collection: Change<Option<String>>,
    pub(super) tags: Change<Vec<String>>,
    /// The currency of its prices. Shopify's files have no such column.
    pub(super) currency: Option<String>,
    pub(super) status: Change<ProductStatus>,
    /// Whether it is for sale wherever it is active.
    pub(super) is_listed: Change<bool>,
    /// What the cheapest variant costs the shop. Blank says nothing: exports leave it out for many users.
    pub(super) cost: Option<Decimal>,
    /// What its variants differ by; nothing, where the file has no such columns.
    pub(super) option_names: Change<Vec<String>>,
    pub(super) variants: Vec<Variant>,
}

/// A variant as the file has it.
pub(super) struct Variant {
    pub(super) line: u64,
    /// `None` where it has none, or the file has no such column.
    pub(super) sku: Option<String>,
    pub(super) has_sku_column: bool,
    pub(super) options: Values,
    pub(super) has_option_columns: bool,
    pub(super) price: Decimal,
    pub(super) compare_at_price: Change<Option<Decimal>>,
    pub(super) terms: Terms,
    cost: Option<Decimal>,
}

/// A product, unless it is refused, and whatever is.
#[derive(Default)]
pub(super) struct Parsed {
    pub(super) product: Option<Product>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) variants_refused: u64,
    pub(super) images: u64,
}

/// What stands on a product's first row only.
struct Head {
    product: Product,
    options: Names,
}

/// Reads the rows of one handle.
pub(super) fn product(rows: &[Row<Column>]) -> Parsed {
    let mut parsed = Parsed::default();
    let Some(first) = rows.first() else { return parsed };
    let head = head(first, &mut parsed.refusals);
    let mut variants = Vec::new();
    let mut distinct = Distinct::default();
    for row in rows {
        if is_image(row) {
            parsed.images += 1;
            continue;
        }
        match variant(row, first, head.as_ref(), &mut distinct) {
            Ok(Some(variant)) => variants.push(variant),
            Ok(None) => parsed.variants_refused += 1,
            Err(refusals) => {
                parsed.variants_refused += 1;
                parsed.refusals.extend(refusals);
            }
        }
    }
    parsed.product = head.map(|head| {
        let cheapest = variants.iter().min_by_key(|variant| variant.price);
        Product { cost: cheapest.and_then(|variant| variant.cost), variants, ..head.product }
    });
    parsed
}

/// Whether a row says anything of a variant.
pub(super) fn is_variant(row: &Row<Column>) -> bool {
    use Column::{CompareAt, Cost, Option1Value, Option2Value, Option3Value, Price, Sku};
    [Sku, Price, Option1Value, Option2Value, Option3Value, CompareAt, Cost]
        .iter()
        .any(|&column| !row.get(column).is_empty())
}

/// A row beside the first that says nothing of a variant is there for an image, whether the file has that column or not.
fn is_image(row: &Row<Column>) -> bool {
    !is_variant(row) && (!row.has(Column::Image) || !row.get(Column::Image).is_empty())
}

fn head(row: &Row<Column>, refusals: &mut Vec<Refusal>) -> Option<Head> {
    let mut keep = Keep(refusals);
    let handle = keep.value(row.read(Column::Handle, value::required(255, "a handle is missing")));
    // Without a title there is no first row: what else it lacks is no news.
    let title = keep.value(row.read(Column::Title, value::required(500, "a title is missing")))?;
    let description = keep.value(change(row, Column::Body, cells::description));
    let vendor = keep.value(change(row, Column::Vendor, |row| row.read(Column::Vendor, value::text(255))));
    let category = if row.get(Column::Category).is_empty() { Column::Type } else { Column::Category };
    let has_category = row.has(Column::Category) || row.has(Column::Type);
    let category = keep.value(row.read(category, value::text(255)));
    let tags = keep.value(change(row, Column::Tags, |row| row.read(Column::Tags, cells::tags)));
    let collection = keep.value(change(row, Column::Collection, |row| row.read(Column::Collection, value::text(255))));
    let currency = keep.value(row.read(Column::Currency, cells::currency));
    let status = keep.value(change(row, Column::Status, |row| row.read(Column::Status, cells::status)));
    let published = keep.value(change(row, Column::Published, |row| row.read(Column::Published, value::truth)));
    let options = keep.value(Names::read(row));
    let (options, tags) = (options?, tags?);
    let product = Product {
        line: row.line,
        handle: handle?,
        title,
        description: description?,
        vendor: vendor?,
        category: if has_category { Change::Set(category?) } else { Change::Keep },
        collection: collection_of(collection?, &tags),
        tags,
        currency: currency?,
        status: status?,
        is_listed: if cells::is_unlisted(row) { Change::Set(false) } else { published? },
        cost: None,
        option_names: if row.has(Column::Option1Name) { Change::Set(options.list()) } else { Change::Keep },
        variants: Vec::new(),
    };
    Some(Head { product, options })
}

/// The collection that a file has a column for, else the first of the tags.
fn collection_of(named: Change<Option<String>>, tags: &Change<Vec<String>>) -> Change<Option<String>> {
    match (named, tags) {
        (Change::Keep, Change::Set(tags)) => Change::Set(tags.first().cloned()),
        (named, _) => named,
    }
}

/// A variant, `None` when it goes with its product.
fn variant(
    row: &Row<Column>,
    first: &Row<Column>,
    head: Option<&Head>,
    distinct: &mut Distinct,
) -> Result<Option<Variant>, Vec<Refusal>> {
    if !is_variant(row) {
        // A product without any is refused when it is stored; it may have variants there.
        let refusal = row.refuse(Column::Price, "the row has neither a variant nor an image");
        return Err(vec![refusal]);
    }
    let mut refusals = Vec::new();
    let mut keep = Keep(&mut refusals);
    keep.value(same_product(row, first));
    let sku = keep.value(sku(row));
    let price = keep.value(row.read(Column::Price, value::price));
    let compare_at_price = keep.value(row.read(Column::CompareAt, value::price_or_none));
    let cost = keep.value(row.read(Column::Cost, value::price_or_none));
    let terms = Terms::read(row, &mut keep);
    let options = head.and_then(|head| keep.value(head.options.values(row)));
    keep.value(distinct.check(row, sku.as_ref().and_then(Option::as_deref), options.as_ref()));
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let (Some(sku), Some(options), Some(price), Some(terms)) = (sku, options, price, terms) else { return Ok(None) };
    let compare_at_price = compare_at_price.flatten().filter(|price| !price.is_zero());
    let has_compare_at = row.has(Column::CompareAt);
    Ok(Some(Variant {
        line: row.line,
        sku,
        has_sku_column: row.has(Column::Sku),
        options,
        has_option_columns: row.has(Column::Option1Value),
        price,
        compare_at_price: if has_compare_at { Change::Set(compare_at_price) } else { Change::Keep },
        terms,
        cost: cost.flatten(),
    }))
}

/// Our own exports write SKUs as they are, without an apostrophe before digits.
fn sku(row: &Row<Column>) -> Result<Option<String>, Refusal> {
    match row.has(Column::Available) {
        true => row.read(Column::Sku, value::text(255)),
        false => row.read(Column::Sku, value::code(255)),
    }
}

/// Later rows repeat a product's fields or leave them blank.
fn same_product(row: &Row<Column>, first: &Row<Column>) -> Result<(), Refusal> {
    use Column::{
        Body, Category, Collection, Currency, Option1Name, Option2Name, Option3Name, Published, Status, Tags, Title,
        Type, Vendor,
    };
    let texts = [Title, Body, Vendor, Category, Type, Tags, Collection, Currency, Published, Status];
    let mut fields = texts.into_iter().chain([Option1Name, Option2Name, Option3Name]);
    match fields.find(|&field| !row.get(field).is_empty() && row.get(field) != first.get(field)) {
        Some(field) => Err(row.refuse(field, format!("line {} has another value for this product", first.line))),
        None => Ok(()),
    }
}

/// The lines on which a product's SKUs and options stand.
#[derive(Default)]
struct Distinct {
    skus: HashMap<String, u64>,
    titles: HashMap<String, u64>,
}

impl Distinct {
    fn check(&mut self, row: &Row<Column>, sku: Option<&str>, options: Option<&Values>) -> Result<(), Refusal> {
        let taken = |lines: &mut HashMap<String, u64>, key: &str| {
            let line = *lines.entry(key.to_owned()).or_insert(row.line);
            (line != row.line).then_some(line)
        };
        let sku = sku.and_then(|sku| taken(&mut self.skus, sku));
        let options = options.and_then(|options| taken(&mut self.titles, &options.title));
        match (sku, options) {
            (Some(line), _) => Err(row.refuse(Column::Sku, format!("line {line} has this SKU"))),
            (None, Some(line)) => Err(row.refuse(Column::Option1Value, format!("line {line} has the same options"))),
            (None, None) => Ok(()),
        }
    }
}
