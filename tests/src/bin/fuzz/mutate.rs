//! Breaking what was well formed.

use serde_json::Value;

use super::rng::Rng;

const TOKENS: [&str; 20] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "$",
    "!",
    "@",
    "...",
    "\"",
    "\"\"\"",
    "on",
    "fragment",
    "query",
    "@include(if: true)",
    "__typename",
    "null",
    "\\u0000",
];

/// Changes some bytes, whatever they are.
pub(super) fn bytes(mut bytes: Vec<u8>, rng: &mut Rng) -> Vec<u8> {
    for _ in 0..1 + rng.below(4) {
        if bytes.is_empty() {
            break;
        }
        let at = rng.below(bytes.len());
        match rng.below(4) {
            0 => bytes[at] = rng.next() as u8,
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, rng.next() as u8),
            _ => bytes.truncate(at),
        }
    }
    bytes
}

/// Changes the text of the operation, within JSON that stays well formed.
pub(super) fn document(body: &[u8], rng: &mut Rng) -> Vec<u8> {
    let Ok(mut request) = serde_json::from_slice::<Value>(body) else { return body.to_vec() };
    let text = request["query"].as_str().unwrap_or_default();
    let mut words: Vec<&str> = text.split_inclusive([' ', '(', ')', '{', '}', ':']).collect();
    for _ in 0..1 + rng.below(3) {
        if words.is_empty() {
            break;
        }
        let (at, other) = (rng.below(words.len()), rng.below(words.len()));
        match rng.below(4) {
            0 => drop(words.remove(at)),
            1 => words.insert(at, *rng.pick(&TOKENS)),
            2 => words.swap(at, other),
            _ => words.insert(at, words[other]),
        }
    }
    request["query"] = words.concat().into();
    request.to_string().into_bytes()
}
