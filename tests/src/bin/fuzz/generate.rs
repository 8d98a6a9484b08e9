//! Operations that the schema admits, with values that it does and does not.

use serde_json::{Map, Value, json};

use super::{
    rng::Rng,
    schema::{Input, Schema},
};

/// Would end the way that needs no key.
const KEY: &str = "createApiKey";
/// Fields within fields.
const DEPTH: usize = 4;
/// Input objects within input objects.
const INPUT_DEPTH: usize = 5;

const TEXTS: [&str; 16] = [
    "",
    " ",
    "a",
    "zz",
    "%",
    "_",
    "\\",
    "'; DROP TABLE tasks; --",
    "\u{0}",
    "\u{202e}",
    "🦀",
    "é",
    "null",
    "PENDING",
    "2026-11-27T00:00:00Z",
    "00000000-0000-0000-0000-000000000000",
];
const NUMBERS: [i64; 10] = [0, 1, -1, 2, 50, 250, 251, 2_147_483_647, -2_147_483_648, 4_294_967_296];

/// The body of a request for one operation: its text and its variables.
pub(super) fn operation(schema: &Schema, rng: &mut Rng) -> Value {
    let is_mutation = rng.one_in(3);
    let root = if is_mutation { &schema.mutation } else { &schema.query };
    let mut variables = Variables::default();
    let selections: String = (0..1 + rng.below(3))
        .map(|number| field(schema, rng, root, &format!("f{number}: "), DEPTH, &mut variables))
        .collect();
    let kind = if is_mutation { "mutation" } else { "query" };
    let definitions = match variables.definitions.is_empty() {
        true => String::new(),
        false => format!("({})", variables.definitions.join(", ")),
    };
    json!({ "query": format!("{kind}{definitions} {{ {selections}}}"), "variables": variables.values })
}

#[derive(Default)]
struct Variables {
    definitions: Vec<String>,
    values: Map<String, Value>,
}

impl Variables {
    /// The variable that has a value for an argument.
    fn add(&mut self, input: &Input, value: Value) -> String {
        let name = format!("v{}", self.definitions.len());
        self.definitions.push(format!("${name}: {}", input.written));
        self.values.insert(name.clone(), value);
        name
    }
}

/// A field of a type, with what is below it.
fn field(schema: &Schema, rng: &mut Rng, ty: &str, alias: &str, depth: usize, variables: &mut Variables) -> String {
    let Some(fields) = schema.types.get(ty).map(|ty| &ty.fields).filter(|fields| !fields.is_empty()) else {
        return "__typename ".to_owned();
    };
    let field = rng.pick(fields);
    if field.name == KEY {
        return "__typename ".to_owned();
    }
    let mut arguments = Vec::new();
    for argument in &field.arguments {
        if argument.is_required || rng.one_in(3) {
            let value = input(schema, rng, argument, INPUT_DEPTH);
            arguments.push(format!("{}: ${}", argument.name, variables.add(argument, value)));
        }
    }
    let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
    let is_composite =
        schema.types.get(&field.ty).is_some_and(|ty| ["OBJECT", "INTERFACE", "UNION"].contains(&&*ty.kind));
    let below = match (is_composite, depth) {
        (false, _) => String::new(),
        (true, 0) => "{ __typename } ".to_owned(),
        (true, _) => {
            let number = 1 + rng.below(4);
            let fields = (0..number)
                .map(|number| self::field(schema, rng, &field.ty, &format!("g{number}: "), depth - 1, variables));
            format!("{{ {}}} ", fields.collect::<String>())
        }
    };
    format!("{alias}{}{arguments} {below}", field.name)
}

fn input(schema: &Schema, rng: &mut Rng, input: &Input, depth: usize) -> Value {
    if rng.one_in(40) {
        return anything(rng, 3);
    }
    if input.is_list {
        let number = if rng.one_in(50) { rng.below(2_000) } else { rng.below(4) };
        return (0..number).map(|_| value(schema, rng, &input.ty, depth)).collect();
    }
    value(schema, rng, &input.ty, depth)
}

fn value(schema: &Schema, rng: &mut Rng, name: &str, depth: usize) -> Value {
    let ty = schema.types.get(name);
    match (name, ty) {
        ("String", _) => text(rng),
        ("ID", _) => match rng.below(4) {
            0 => text(rng),
            _ => json!(format!("0194{:04x}-0000-7000-8000-{:012x}", rng.below(65_536), rng.below(200))),
        },
        ("Int", _) => json!(rng.pick(&NUMBERS)),
        ("Boolean", _) => json!(rng.one_in(2)),
        ("Decimal", _) => json!(*rng.pick(&["0", "1.5", "-1", "9999999999.99", "1e5", "0.001", "NaN", ""])),
        ("DateTime", _) => json!(*rng.pick(&[
            "2026-11-27T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "x",
            "2026-11-27"
        ])),
        ("Date", _) => json!(*rng.pick(&["2026-11-27", "0001-01-01", "9999-12-31", "2026-02-30"])),
        ("JSON", _) => anything(rng, 4),
        (_, Some(ty)) if ty.kind == "ENUM" && !ty.values.is_empty() => json!(rng.pick(&ty.values)),
        (_, Some(ty)) if ty.kind == "INPUT_OBJECT" => {
            let mut object = Map::new();
            for field in &ty.inputs {
                if depth > 0 && (field.is_required || rng.one_in(ty.inputs.len().max(2))) {
                    object.insert(field.name.clone(), input(schema, rng, field, depth - 1));
                }
            }
            Value::Object(object)
        }
        _ => anything(rng, 2),
    }
}

fn text(rng: &mut Rng) -> Value {
    match rng.below(30) {
        0 => json!("x".repeat(rng.below(70_000))),
        1 => json!(rng.next().to_string()),
        _ => json!(*rng.pick(&TEXTS)),
    }
}

/// Any JSON.
fn anything(rng: &mut Rng, depth: usize) -> Value {
    match rng.below(if depth == 0 { 5 } else { 7 }) {
        0 => Value::Null,
        1 => json!(rng.one_in(2)),
        2 => json!(rng.pick(&NUMBERS)),
        3 => json!(1.5e300 * rng.below(3) as f64),
        4 => text(rng),
        5 => (0..rng.below(5)).map(|_| anything(rng, depth - 1)).collect(),
        _ => {
            Value::Object((0..rng.below(5)).map(|_| (rng.pick(&TEXTS).to_string(), anything(rng, depth - 1))).collect())
        }
    }
}
