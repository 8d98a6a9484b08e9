//! Where the parts of a file end: between two products, after about a megabyte.

use uuid::Uuid;

use crate::{
    Error, Result,
    database::{Source, row},
};

/// The most products of a part.
const PRODUCTS: u32 = 500;
/// About how large a part is. Its last product is whole.
const SIZE: u32 = 1 << 20;

/// The products of the next part. `size` is about how many bytes a product `p` takes in the file, as SQL.
pub(super) async fn next_products(source: &impl Source, after: Option<&str>, size: &str) -> Result<Vec<Uuid>> {
    // Ids of products are in the order in which these were added.
    let after = match after {
        Some(place) => place.parse::<Uuid>().map_err(|_| Error::invalid("the place in the export is not known"))?,
        None => Uuid::nil(),
    };
    let mut sql = source.sql();
    sql.push("WITH counted AS (SELECT p.id, ").push(size).push(" AS size FROM products AS p WHERE p.id > ").bind(after);
    sql.write(format_args!(" ORDER BY p.id LIMIT {PRODUCTS}), "));
    sql.push("summed AS (SELECT id, SUM(size) OVER (ORDER BY id) - size AS ahead FROM counted) ");
    sql.write(format_args!("SELECT id FROM summed WHERE ahead < {SIZE} ORDER BY id"));
    row::ids(&source.rows(sql).await?)
}

/// Where to go on after a part with these products.
pub(super) fn place(products: &[Uuid]) -> Option<String> {
    products.last().map(Uuid::to_string)
}
