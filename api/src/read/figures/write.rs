//! Groups as JSON text.

use service::{Error, Result, zone::Tz};

use super::{
    load::Group,
    selection::{Asked, Item},
    value::{Value, average, decimal, deviation},
};
use crate::read::{
    cell::Cell,
    json::{self, Json},
};

/// Writes what was asked of a group.
pub(super) fn write(json: &mut Json, item: &Item, group: &Group, asked: &Asked, zone: Tz) -> Result<()> {
    match item {
        Item::TypeName(name) => json::quoted(json, name),
        Item::Object(fields) => object(json, fields, group, asked, zone)?,
        Item::Key(key) => group.key(*key)?.write(json),
        Item::Period(key, fields) => match group.key(*key)? {
            Cell::Null => json::null(json),
            _ => object(json, fields, group, asked, zone)?,
        },
        Item::From(key) => ends(*key, group, asked, zone)?[0].write(json),
        Item::Until(key) => ends(*key, group, asked, zone)?[1].write(json),
        Item::Measure(place) => match group.measure(*place)? {
            Value::Number(number) => json::display(json, number),
            Value::Text(text) => json::text(json, text),
            Value::Cell(cell) => cell.write(json),
        },
        Item::Sum { sum, scale } => json::quoted(json, &decimal(group.number(*sum)?, *scale).to_string()),
        Item::Average { sum, count, scale } => match average(group.number(*sum)?, group.number(*count)?, *scale) {
            Some(average) => json::quoted(json, &average.to_string()),
            None => json::null(json),
        },
        Item::Deviation { sum, count, squares, scale } => {
            let Value::Text(squares) = group.measure(*squares)? else {
                return Err(Error::internal("a sum of squares that is no text"));
            };
            match deviation(group.number(*sum)?, group.number(*count)?, squares, *scale)? {
                // Digits as JSON has them: never an exponent that begins with a plus, nor an infinity.
                Some(deviation) => json::value(json, &deviation.into()),
                None => json::null(json),
            }
        }
    }
    Ok(())
}

fn object(json: &mut Json, fields: &[(String, Item)], group: &Group, asked: &Asked, zone: Tz) -> Result<()> {
    json.push(b'{');
    for (number, (name, item)) in fields.iter().enumerate() {
        json::key(json, number, name);
        write(json, item, group, asked, zone)?;
    }
    json.push(b'}');
    Ok(())
}

fn ends(key: usize, group: &Group, asked: &Asked, zone: Tz) -> Result<[Cell; 2]> {
    let bucket = asked.keys.get_index(key).and_then(|key| key.bucket);
    let ends = bucket.and_then(|bucket| bucket.ends(group.key(key).ok()?, zone));
    ends.ok_or_else(|| Error::internal("a key that is no period"))
}
