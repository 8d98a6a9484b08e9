//! What the database knows about a wish, in one statement: whoever places an order waits for one answer.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Facts, VariantRef, Wish, ahead};
use crate::{
    Result,
    database::{
        Member::{self, Decimal, Flag, Id, Json, Number, Text},
        Source, Sql,
    },
    settings::Settings,
};

/// Reads what the database knows about a wish; refuses one that cannot be meant. There is no statement for one that was
/// read ahead.
pub(crate) async fn load(source: &impl Source, settings: &Settings, wish: &Wish) -> Result<Facts> {
    wish.check(settings)?;
    match source.memory().and_then(|memory| ahead::known(memory, wish)) {
        Some(known) => Ok(known),
        None => read(source, settings, wish).await,
    }
}

pub(super) async fn read(source: &impl Source, settings: &Settings, wish: &Wish) -> Result<Facts> {
    let now = source.now();
    let mut sql = source.sql();
    write(&mut sql, settings, wish, now.date_naive());
    let mut facts = Facts { now, ..Facts::default() };
    for row in source.rows(sql).await? {
        let (part, document): (String, String) = (row.try_get_by("part")?, row.try_get_by("document")?);
        facts.add(&part, &document)?;
    }
    facts.sort();
    Ok(facts)
}

/// The members of a document: name, kind and column.
type Members = [(&'static str, Member, &'static str)];

const VARIANT: &Members = &[
    ("id", Id, "v.id"),
    ("product_id", Id, "v.product_id"),
    ("sku", Text, "v.sku"),
    ("title", Text, "v.title"),
    ("size", Text, "v.size"),
    ("price", Decimal, "v.price"),
    ("is_available", Flag, "v.is_available"),
    ("tax_class", Text, "v.tax_class"),
    ("product_title", Text, "p.title"),
    ("collection", Text, "p.collection"),
    ("currency", Text, "p.currency"),
    ("status", Text, "p.status"),
];
const PRICE: &Members = &[
    ("id", Id, "l.id"),
    ("variant_id", Id, "l.product_variant_id"),
    ("min_quantity", Number, "l.min_quantity"),
    ("price", Decimal, "l.price"),
];
const DISCOUNT: &Members = &[
    ("id", Id, "d.id"),
    ("code", Text, "d.code"),
    ("kind", Text, "d.kind"),
    ("target", Text, "d.target"),
    ("value", Decimal, "d.value"),
    ("currency", Text, "d.currency"),
    ("conditions", Json, "d.conditions"),
    ("starts_at", Text, "d.starts_at"),
    ("ends_at", Text, "d.ends_at"),
    ("usage_limit", Number, "d.usage_limit"),
    ("used_count", Number, "d.used_count"),
    ("once_per_customer", Flag, "d.once_per_customer"),
    ("is_active", Flag, "d.is_active"),
    ("created_at", Text, "d.created_at"),
];
const USE: &Members = &[("discount_id", Id, "u.discount_id")];
const TAX: &Members = &[
    ("region", Text, "t.region"),
    ("tax_class", Text, "t.tax_class"),
    ("percentage", Decimal, "t.percentage"),
    ("is_included", Flag, "t.is_included"),
    ("on_shipping", Flag, "t.on_shipping"),
];
const METHOD: &Members = &[
    ("countries", Json, "m.countries"),
    ("price", Decimal, "m.price"),
    ("free_from", Decimal, "m.free_from"),
    ("is_active", Flag, "m.is_active"),
];
const CUSTOMER: &Members = &[("tags", Json, "c.tags")];
const SEGMENT: &Members = &[("id", Id, "s.id"), ("kind", Text, "s.\"type\"")];
const RATE: &Members = &[("base", Text, "x.base"), ("quote", Text, "x.quote"), ("rate_e10", Number, "x.rate_e10")];

fn write(sql: &mut Sql, settings: &Settings, wish: &Wish, today: NaiveDate) {
    let currency = wish.currency(settings);
    write_wanted(sql, wish);
    select(sql, "variant", VARIANT).push("wanted AS w JOIN product_variants AS v ON v.id = w.id ");
    sql.push("JOIN products AS p ON p.id = v.product_id");
    and(sql, "price", PRICE).push("wanted AS w JOIN prices AS l ON l.product_variant_id = w.id WHERE l.currency = ");
    sql.bind(currency).push(" AND (l.segment_id IS NULL");
    if let Some(customer) = wish.customer_id {
        sql.push(" OR l.segment_id IN (SELECT s.id FROM ");
        write_segments(sql, customer).push(")");
    }
    sql.push(")");
    write_discounts(sql, wish);
    and(sql, "tax", TAX).push("tax_rates AS t WHERE t.country = ").bind(wish.country(settings));
    sql.push(" AND t.region").is_any_text(&["", wish.region()]);
    if let Some(method) = &wish.shipping_method {
        and(sql, "method", METHOD).push("shipping_methods AS m WHERE m.code = ").bind(method.as_str());
        sql.push(" AND m.currency = ").bind(currency);
    }
    if let Some(customer) = wish.customer_id {
        and(sql, "customer", CUSTOMER).push("customers AS c WHERE c.id = ").bind(customer);
        write_segments(and(sql, "segment", SEGMENT), customer);
    }
    if currency != settings.currency {
        write_rates(sql, today, |sql| {
            sql.push("x.base = ").bind(currency).push(" AND x.quote = ").bind(settings.currency.as_str());
        });
    }
    if settings.convert_prices {
        write_rates(sql, today, |sql| {
            sql.push("x.quote = ").bind(currency).push(" AND x.base IN (SELECT p.currency FROM wanted AS w ");
            sql.push("JOIN product_variants AS v ON v.id = w.id JOIN products AS p ON p.id = v.product_id)");
        });
    }
}

/// The variants, each once.
fn write_wanted(sql: &mut Sql, wish: &Wish) {
    let (mut ids, mut skus) = (Vec::new(), Vec::new());
    for line in &wish.lines {
        match &line.variant {
            VariantRef::Id(id) => ids.push(*id),
            VariantRef::Sku(sku) => skus.push(sku.as_str()),
        }
    }
    sql.push("WITH wanted AS (SELECT id FROM product_variants WHERE id").is_any(&ids);
    if !skus.is_empty() {
        sql.push(" UNION SELECT id FROM product_variants WHERE sku").is_any_text(&skus);
    }
    sql.push(") ");
}

/// A part of the facts: its name, and a document of each row of what follows.
fn select<'a>(sql: &'a mut Sql, part: &str, members: &Members) -> &'a mut Sql {
    sql.write(format_args!("SELECT '{part}' AS part, ")).document(members).push(" AS document FROM ")
}

/// The same after another part.
fn and<'a>(sql: &'a mut Sql, part: &str, members: &Members) -> &'a mut Sql {
    select(sql.push(" UNION ALL "), part, members)
}

/// The active segments `s` of a customer.
fn write_segments(sql: &mut Sql, customer: Uuid) -> &mut Sql {
    sql.push("customer_segment_members AS b JOIN customer_segments AS s ON s.id = b.segment_id ");
    sql.push("WHERE s.is_active AND b.customer_id = ").bind(customer)
}

/// The discounts, those that the order uses, and those that the customer has used up.
fn write_discounts(sql: &mut Sql, wish: &Wish) {
    and(sql, "discount", DISCOUNT).push("discounts AS d WHERE d.code IS NULL AND d.is_active");
    let codes = wish.codes();
    if !codes.is_empty() {
        let codes: Vec<&str> = codes.iter().map(|(_, code)| code.as_str()).collect();
        and(sql, "discount", DISCOUNT).push("discounts AS d WHERE d.code").is_any_text(&codes);
    }
    if let Some(order) = wish.order_id {
        and(sql, "own_use", USE).push("discount_uses AS u WHERE u.order_id = ").bind(order);
    }
    if let Some(customer) = wish.customer_id {
        and(sql, "earlier_use", USE).push("discount_uses AS u WHERE u.is_once AND u.customer_id = ").bind(customer);
        if let Some(order) = wish.order_id {
            sql.push(" AND u.order_id <> ").bind(order);
        }
    }
}

/// The exchange rates `x` for which a condition holds, each of the latest day.
fn write_rates(sql: &mut Sql, today: NaiveDate, condition: impl FnOnce(&mut Sql)) {
    condition(and(sql, "rate", RATE).push("exchange_rates AS x WHERE "));
    sql.push(" AND x.day = (SELECT max(y.day) FROM exchange_rates AS y ");
    sql.push("WHERE y.base = x.base AND y.quote = x.quote AND y.day <= ").bind(today).push(")");
}
