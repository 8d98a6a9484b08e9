//! What somebody may have meant.

/// Longer names are not compared with others.
const LONGEST: usize = 60;

/// The most values of an enum that a message lists.
const LISTED: usize = 12;

/// The closest of some names, as the end of a message; nothing when none is close.
pub(super) fn suggest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    if name.len() > LONGEST {
        return String::new();
    }
    let name = name.to_ascii_lowercase();
    let furthest = (name.len() / 3).max(1);
    let distance = |other: &&str| strsim::osa_distance(&name, &other.to_ascii_lowercase());
    let mut close: Vec<_> = names.map(|other| (distance(&other), other)).filter(|(far, _)| *far <= furthest).collect();
    close.sort_unstable();
    let close: Vec<_> = close.iter().take(3).map(|(_, other)| format!("\"{other}\"")).collect();
    if close.is_empty() { String::new() } else { format!("; did you mean {}?", close.join(" or ")) }
}

/// The closest values of an enum, as the end of a message; all values when none is close and they are few.
pub(super) fn suggest_value(name: &str, values: &[String]) -> String {
    let close = suggest(name, values.iter().map(String::as_str));
    if close.is_empty() && values.len() <= LISTED { format!("; the values are {}", values.join(", ")) } else { close }
}
