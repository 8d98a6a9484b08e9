//! Writing CSV, which every reader of it takes: RFC 4180 with line feeds.

use std::fmt::{Display, Write};

use rust_decimal::Decimal;

use crate::money::{currency, stored};

/// A record that is being written.
pub(super) struct Record<'a> {
    out: &'a mut String,
    is_first: bool,
}

/// A column: its title, and how its cell is written for an item. Each writes one cell.
pub(super) type Column<F> = (&'static str, F);

/// Writes the line of titles.
pub(super) fn titles<F>(out: &mut String, columns: &[Column<F>]) {
    let mut record = Record::new(out);
    for (title, _) in columns {
        record.text(title);
    }
    record.end();
}

impl<'a> Record<'a> {
    /// Begins a record.
    pub(super) fn new(out: &'a mut String) -> Self {
        Self { out, is_first: true }
    }

    /// A text as it is.
    pub(super) fn text(&mut self, text: &str) {
        self.separate();
        // Readers cut blanks around a text that is not quoted.
        let is_plain = text.trim().len() == text.len() && !text.contains(['"', ',', '\r', '\n']);
        if is_plain {
            self.out.push_str(text);
            return;
        }
        self.out.push('"');
        for (place, part) in text.split('"').enumerate() {
            if place > 0 {
                self.out.push_str("\"\"");
            }
            self.out.push_str(part);
        }
        self.out.push('"');
    }

    /// A text, or nothing.
    pub(super) fn optional(&mut self, text: Option<&str>) {
        self.text(text.unwrap_or_default());
    }

    /// A whole number.
    pub(super) fn number(&mut self, number: impl Display) {
        self.separate();
        // Writing to a string cannot fail.
        let _ = write!(self.out, "{number}");
    }

    /// A price, without decimals where its currency has none.
    pub(super) fn price(&mut self, price: Decimal, code: &str) {
        let price = stored(price);
        let is_whole = currency::exponent(code) == Some(0) && price.is_integer();
        self.number(if is_whole { price.trunc() } else { price });
    }

    /// Yes or no.
    pub(super) fn truth(&mut self, truth: bool) {
        self.text(if truth { "TRUE" } else { "FALSE" });
    }

    /// Nothing.
    pub(super) fn blank(&mut self) {
        self.separate();
    }

    /// Ends it.
    pub(super) fn end(self) {
        self.out.push('\n');
    }

    fn separate(&mut self) {
        if !std::mem::replace(&mut self.is_first, false) {
            self.out.push(',');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Record<'_>)) -> String {
        let mut out = String::new();
        let mut record = Record::new(&mut out);
        write(&mut record);
        record.end();
        out
    }

    #[test]
    fn quotes_what_would_be_taken_apart() {
        let texts = ["", "plain", "a,b", "5\" wide", "two\r\nlines", " blank ", "=1+1", "🎨"];
        let line = written(|record| texts.iter().for_each(|text| record.text(text)));
        assert_eq!(line, ",plain,\"a,b\",\"5\"\" wide\",\"two\r\nlines\",\" blank \",=1+1,🎨\n");
    }

    #[test]
    fn writes_numbers_plainly() {
        let line = written(|record| {
            record.price(Decimal::new(3_442_500, 4), "USD");
            record.price(Decimal::new(50_000, 2), "JPY");
            record.price(Decimal::new(5, 1), "KWD");
            record.number(-3);
            record.truth(true);
            record.blank();
        });
        assert_eq!(line, "344.25,500,0.50,-3,TRUE,\n");
    }
}
