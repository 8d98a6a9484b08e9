//! A look at the text before it is parsed.
//!
//! The parser recurses into every bracket and remembers every token, so both are bounded first.
//! Strings and comments end here exactly where the grammar ends them; what the grammar could read
//! in two ways (a string that is never closed) is refused.

use super::Refusal;

/// Brackets within brackets: deeper than any useful query, shallow enough for the parser's stack.
pub(super) const NESTING: usize = 64;

/// Refuses a text of too many tokens or too deep a nesting.
pub(super) fn scan(text: &str, limit: usize) -> Result<(), Refusal> {
    let bytes = text.as_bytes();
    let (mut at, mut tokens, mut depth) = (0, 0_usize, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = end_of_line(bytes, at);
                continue;
            }
            b'"' => at = end_of_string(bytes, at)?,
            b'{' | b'[' | b'(' => {
                depth += 1;
                at += 1;
                if depth > NESTING {
                    return Err(Refusal::limit(format!("the query nests brackets more than {NESTING} deep")));
                }
            }
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b'.' if bytes.get(at..).is_some_and(|rest| rest.starts_with(b"...")) => at += 3,
            byte if is_word(byte) => {
                let length = bytes.iter().skip(at).take_while(|byte| is_word(**byte)).count();
                at += length;
                if byte.is_ascii_digit() {
                    // The grammar reads `000` as three numbers.
                    tokens += length - 1;
                }
            }
            _ => at += 1,
        }
        tokens += 1;
        if tokens > limit {
            return Err(Refusal::limit(format!("the query has more than {limit} tokens, the most that is read")));
        }
    }
    Ok(())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

fn end_of_line(bytes: &[u8], from: usize) -> usize {
    from + bytes.iter().skip(from).take_while(|byte| !is_line_end(**byte)).count()
}

/// The position after the string that begins at `from`.
fn end_of_string(bytes: &[u8], from: usize) -> Result<usize, Refusal> {
    let rest = bytes.get(from..).unwrap_or_default();
    let block = rest.starts_with(br#"""""#);
    let mut at = if block { 3 } else { 1 };
    while let Some(tail) = rest.get(at..).filter(|tail| !tail.is_empty()) {
        if block {
            if tail.starts_with(br#"""""#) {
                return Ok(from + at + 3);
            }
            at += if tail.starts_with(br#"\""""#) { 4 } else { 1 };
        } else {
            match tail {
                [b'"', ..] => return Ok(from + at + 1),
                [b'\\', ..] => at += 2,
                [byte, ..] if is_line_end(*byte) => break,
                _ => at += 1,
            }
        }
    }
    Err(Refusal::invalid("syntax error: a string is not closed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> bool {
        scan(text, 100).is_err()
    }

    #[test]
    fn nesting_counts_outside_of_strings_and_comments_only() {
        let deep = "{".repeat(65);
        assert!(refused(&deep));
        assert!(refused(&"[".repeat(65)));
        assert!(!refused(&format!("# {deep}\n{{ a(b: \"{deep}\", c: \"\"\"{deep} \\\"\"\" {deep}\"\"\") }}")));
        // The comment and the string end at the line's end.
        assert!(refused(&format!("# \n{deep}")));
        assert!(refused(&format!("# \r{deep}")));
        assert!(refused("{ a(b: \"\n\") }"));
    }

    #[test]
    fn a_string_that_is_not_closed_hides_nothing() {
        assert!(refused(&format!("{{ a(b: [\"\"\"x\" {}", "{a:".repeat(100))));
        assert!(refused("{ a(b: \"x\\\") }"));
    }

    #[test]
    fn tokens_are_bounded() {
        assert!(!refused(&"a ".repeat(100)));
        assert!(refused(&"a ".repeat(101)));
        assert!(refused(&"!".repeat(101)));
        assert!(refused(&"a...".repeat(51)));
        assert!(refused(&"0".repeat(101)));
    }
}
