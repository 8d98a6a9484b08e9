//! The names of columns, and what GraphQL makes of them.

/// The number of a column, found while compiling.
pub const fn column(names: &[&str], name: &str) -> usize {
    let mut index = 0;
    while index < names.len() {
        if same(names[index], name) {
            return index;
        }
        index += 1;
    }
    panic!("no such column")
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (plain_bytes(a), plain_bytes(b));
    if a.len() != b.len() {
        return false;
    }
    let mut index = 0;
    while index < a.len() {
        if a[index] != b[index] {
            return false;
        }
        index += 1;
    }
    true
}

const fn plain_bytes(name: &str) -> &[u8] {
    match name.as_bytes() {
        [b'r', b'#', rest @ ..] => rest,
        whole => whole,
    }
}

/// A column's name as GraphQL shows it.
pub fn camel(name: &str) -> String {
    let name = plain_name(name);
    let mut camel = String::with_capacity(name.len());
    for (index, word) in name.split('_').enumerate() {
        let (head, tail) = word.split_at(word.len().min(1));
        if index == 0 {
            camel.push_str(head)
        } else {
            camel.push_str(&head.to_ascii_uppercase())
        }
        camel.push_str(tail);
    }
    camel
}

/// Without what only the language and the database need: a column says how it keeps a rate, its field shows the rate.
fn plain_name(name: &str) -> &str {
    let name = name.strip_prefix("r#").unwrap_or(name);
    name.strip_suffix("_e10").unwrap_or(name)
}

/// A column's name as a value of an enum.
pub fn screaming_snake_case(name: &str) -> String {
    plain_name(name).to_ascii_uppercase()
}
