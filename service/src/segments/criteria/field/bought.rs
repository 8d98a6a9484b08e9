//! What customers bought.

use chrono::TimeDelta;

use super::{Condition, Read, group::Rows, spending::write_counted, wanted, write_wanted};
use crate::{
    database::Sql,
    refusal::Refusal,
    segments::criteria::{given::Given, reference::Named},
};

pub(super) const FIELDS: &[(&str, Read)] = &[("bought", bought)];

/// What can be asked for, and the column that has it.
const GOODS: [(&str, &str); 4] =
    [(PRODUCT, "p.id"), ("collection", "p.collection"), ("category", "p.category"), ("sku", "l.sku")];
const PRODUCT: &str = "product";

/// The lines of orders that count, without those that will not ship.
static LINES: Rows = Rows {
    from: "order_items AS l JOIN orders AS o ON o.id = l.order_id \
           LEFT JOIN product_variants AS v ON v.id = l.product_variant_id \
           LEFT JOIN products AS p ON p.id = v.product_id",
    owner: "o.customer_id",
    at: "COALESCE(o.placed_at, o.created_at)",
    only: |sql| {
        write_counted(sql);
        sql.push(" AND l.quantity > l.cancelled_quantity");
    },
};

/// Whether they bought something.
fn bought(given: &Given<'_>) -> Result<Condition, Refusal> {
    given.only(&[PRODUCT, "collection", "category", "sku", "days"])?;
    let is_wanted = wanted(given)?;
    let last = given.last_days()?;
    let mut asked = GOODS.iter().filter(|(name, _)| given.member(name).is_some());
    let (Some(&(name, column)), None) = (asked.next(), asked.next()) else {
        return Err(given.refuse("field", "`bought` needs one of `product`, `collection`, `category` and `sku`"));
    };
    if name == PRODUCT {
        let id = given.id(name)?;
        let condition = among(is_wanted, last, column, move |sql| {
            sql.bind(id);
        });
        return Ok(condition.naming(given, Named::Product, name, id));
    }
    let text = given.text(name)?.to_owned();
    Ok(among(is_wanted, last, column, move |sql| {
        sql.bind(text.as_str());
    }))
}

/// Whether a line has a value in a column.
fn among(
    is_wanted: bool,
    last: Option<TimeDelta>,
    column: &'static str,
    bind: impl Fn(&mut Sql) + Send + Sync + 'static,
) -> Condition {
    Condition::new(move |sql, customer| {
        write_wanted(sql, is_wanted, |sql| {
            sql.write(format_args!("{customer}.id IN ("));
            LINES.write(sql, last);
            sql.write(format_args!(" AND {column} = "));
            bind(sql);
            sql.push(")");
        });
    })
}
