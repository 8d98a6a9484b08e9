//! What stands between quotation marks.

/// Reads the string that a text begins with: how many bytes it takes, and what it says.
pub(super) fn read(text: &str) -> Result<(usize, String), String> {
    match text.strip_prefix(r#"""""#) {
        Some(inside) => block(inside).map(|(length, value)| (3 + length, value)),
        None => line(text),
    }
}

const UNCLOSED: &str = "a string is not closed";

fn line(text: &str) -> Result<(usize, String), String> {
    let mut value = String::new();
    let mut rest = text.get(1..).unwrap_or_default();
    loop {
        let special = rest.find(['"', '\\', '\r', '\n']).ok_or(UNCLOSED)?;
        let (plain, from) = rest.split_at(special);
        value.push_str(plain);
        if let Some(end) = from.strip_prefix('"') {
            return Ok((text.len() - end.len(), value));
        }
        let Some(escape) = from.strip_prefix('\\') else { return Err(UNCLOSED.to_owned()) };
        let (character, after) = unescape(escape)?;
        value.push(character);
        rest = after;
    }
}

/// The character that an escape stands for, and what follows it.
fn unescape(text: &str) -> Result<(char, &str), String> {
    let mut characters = text.chars();
    let character = match characters.next().ok_or(UNCLOSED)? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        same @ ('"' | '\\' | '/') => same,
        'u' => return unicode(characters.as_str()),
        other => return Err(format!("`\\{}` is not an escape sequence", other.escape_debug())),
    };
    Ok((character, characters.as_str()))
}

/// `1F600` in braces, four digits, or a pair of surrogates: two times four digits that are one character.
fn unicode(text: &str) -> Result<(char, &str), String> {
    let wrong =
        || "an escape `\\u` names no character: write `\\u00e9`, `\\u{1F600}` or both halves of a pair".to_owned();
    if let Some(braced) = text.strip_prefix('{') {
        let (digits, after) = braced.split_once('}').ok_or_else(wrong)?;
        let is_hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex).ok_or_else(wrong)?;
        return Ok((char::from_u32(code).ok_or_else(wrong)?, after));
    }
    let (first, after) = four(text).ok_or_else(wrong)?;
    if let Some(character) = char::from_u32(u32::from(first)) {
        return Ok((character, after));
    }
    let (second, after) = after.strip_prefix("\\u").and_then(four).ok_or_else(wrong)?;
    match char::decode_utf16([first, second]).next() {
        Some(Ok(character)) => Ok((character, after)),
        _ => Err(wrong()),
    }
}

fn four(text: &str) -> Option<(u16, &str)> {
    let (digits, after) = text.split_at_checked(4)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some((u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)?, after))
}

/// Reads what follows three quotation marks: its only escape is that of three more.
fn block(text: &str) -> Result<(usize, String), String> {
    let mut raw = String::new();
    let mut rest = text;
    loop {
        let quotes = rest.find(r#"""""#).ok_or(UNCLOSED)?;
        let (before, from) = rest.split_at(quotes);
        let after = from.get(3..).unwrap_or_default();
        match before.strip_suffix('\\') {
            Some(before) => {
                raw.push_str(before);
                raw.push_str(r#"""""#);
                rest = after;
            }
            None => {
                raw.push_str(before);
                return Ok((text.len() - after.len(), dedent(&raw)));
            }
        }
    }
}

/// Without the indentation that its lines share, and without empty lines at either end.
fn dedent(raw: &str) -> String {
    let unified = raw.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = unified.split('\n').collect();
    let blank = |line: &&str| line.trim_start_matches([' ', '\t']).is_empty();
    let indent = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = lines.iter().skip(1).filter(|line| !blank(line)).map(indent).min().unwrap_or_default();
    let Some(first) = lines.iter().position(|line| !blank(line)) else { return String::new() };
    let last = lines.iter().rposition(|line| !blank(line)).unwrap_or(first);
    let kept = lines.iter().enumerate().take(last + 1).skip(first);
    let stripped = kept.map(|(number, line)| if number == 0 { line } else { line.get(common..).unwrap_or_default() });
    stripped.collect::<Vec<_>>().join("\n")
}
