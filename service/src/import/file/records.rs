//! Splitting a CSV file into records.
//!
//! By hand, because three things are needed that parsers hide: the line on which a record begins, a
//! quote that is never closed (it swallows the rest of a file), and a bound on a record's memory.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

/// The longest record that is kept; Shopify's longest description has a sixteenth of it.
const LONGEST: usize = 8 << 20;
const BOM: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// Reads records one by one.
pub(in crate::import) struct Records<R> {
    input: BufReader<R>,
    state: State,
    /// The line on which the next byte stands.
    line: u64,
    /// Bytes read so far.
    offset: u64,
    after_return: bool,
    record: Record,
}

/// One record; its memory is used again for the next.
#[derive(Default)]
pub(in crate::import) struct Record {
    /// The line on which it begins, from 1.
    pub(in crate::import) line: u64,
    /// Why its fields cannot be trusted.
    pub(in crate::import) fault: Option<&'static str>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    size: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Before a record: line ends are empty lines.
    Between,
    FieldStart,
    Plain,
    Quoted,
    /// After a quote inside quotes: the field's end, or half of a doubled quote.
    Quote,
}

impl<R: Read> Records<R> {
    pub(in crate::import) fn new(input: R) -> Self {
        let input = BufReader::with_capacity(64 << 10, input);
        Self { input, state: State::Between, line: 1, offset: 0, after_return: false, record: Record::default() }
    }

    /// How many bytes were read.
    pub(in crate::import) fn offset(&self) -> u64 {
        self.offset
    }

    /// The next record that is not an empty line. After an error it goes on where it was, as when there is nothing to
    /// read for now.
    pub(in crate::import) fn next(&mut self) -> io::Result<Option<&Record>> {
        if self.state == State::Between {
            self.record.clear();
        }
        loop {
            let buffer = match self.input.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            if buffer.is_empty() {
                return Ok(self.finish());
            }
            let mut used = 0;
            let mut complete = false;
            for &byte in buffer {
                used += 1;
                self.offset += 1;
                complete = step(&mut self.state, &mut self.record, self.line, self.offset, byte);
                let half_of_crlf = byte == b'\n' && self.after_return;
                self.line += u64::from((byte == b'\n' || byte == b'\r') && !half_of_crlf);
                self.after_return = byte == b'\r';
                if complete {
                    break;
                }
            }
            self.input.consume(used);
            if complete {
                return Ok(Some(&self.record));
            }
        }
    }

    /// The record that the end of the file ends.
    fn finish(&mut self) -> Option<&Record> {
        match std::mem::replace(&mut self.state, State::Between) {
            State::Between => return None,
            State::Quoted => self.record.fault = Some("a quote is opened here and never closed"),
            State::FieldStart | State::Plain | State::Quote => {}
        }
        self.record.end_field();
        Some(&self.record)
    }
}

/// Takes one byte; true when it ends the record.
fn step(state: &mut State, record: &mut Record, line: u64, offset: u64, byte: u8) -> bool {
    if *state == State::Between {
        let is_bom = usize::try_from(offset - 1).ok().and_then(|index| BOM.get(index)) == Some(&byte);
        if is_bom || matches!(byte, b'\r' | b'\n') {
            return false;
        }
        record.line = line;
        *state = State::FieldStart;
    }
    *state = match (*state, byte) {
        (State::Quoted, b'"') => State::Quote,
        (State::Quoted, _) => {
            record.push(byte);
            State::Quoted
        }
        (_, b',') => {
            record.end_field();
            State::FieldStart
        }
        (_, b'\r' | b'\n') => {
            record.end_field();
            *state = State::Between;
            return true;
        }
        (State::FieldStart, b'"') => State::Quoted,
        (State::Quote, b'"') => {
            record.push(byte);
            State::Quoted
        }
        (State::Quote, _) => {
            record.fault = Some("there is text after a closing quote");
            State::Plain
        }
        (_, _) => {
            record.push(byte);
            State::Plain
        }
    };
    false
}

impl Record {
    /// The fields' bytes, without quotes.
    pub(in crate::import) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| self.bytes.get(start..end).unwrap_or_default())
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.size = 0;
        self.fault = None;
    }

    fn push(&mut self, byte: u8) {
        if self.has_room() {
            self.bytes.push(byte);
        }
    }

    fn end_field(&mut self) {
        if self.has_room() {
            self.ends.push(self.bytes.len());
        }
    }

    fn has_room(&mut self) -> bool {
        self.size += 1;
        if self.size > LONGEST && self.fault.is_none() {
            self.fault = Some("the row is longer than 8 MiB; a quote may be missing");
        }
        self.size <= LONGEST
    }
}

#[cfg(test)]
mod tests {
    use super::Records;

    /// Line, fault and fields of every record.
    fn read(text: &str) -> Vec<(u64, Option<&'static str>, Vec<String>)> {
        let mut records = Records::new(text.as_bytes());
        let mut all = Vec::new();
        while let Some(record) = records.next().expect("memory can be read") {
            let fields = record.fields().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
            all.push((record.line, record.fault, fields));
        }
        all
    }

    fn fields(text: &str) -> Vec<Vec<String>> {
        read(text).into_iter().map(|(_, _, fields)| fields).collect()
    }

    #[test]
    fn splits_plain_and_quoted_fields() {
        assert_eq!(fields("a,\"b,\"\"c\"\"\",\n"), [["a", "b,\"c\"", ""]]);
        assert_eq!(fields("5\" wide,b"), [["5\" wide", "b"]]);
        assert_eq!(fields("\"\",x"), [["", "x"]]);
        assert_eq!(fields("x,\"\""), [["x", ""]]);
    }

    #[test]
    fn counts_lines_where_records_begin() {
        let lines = |text| read(text).into_iter().map(|(line, _, _)| line).collect::<Vec<_>>();
        assert_eq!(lines("a\n\n\nb\nc"), [1, 4, 5]);
        assert_eq!(lines("a\r\n\r\n\"b\r\nb\"\r\nc\r\n"), [1, 3, 5]);
        assert_eq!(lines("a\rb\r\rc"), [1, 2, 4]);
    }

    #[test]
    fn skips_a_byte_order_mark_even_before_a_quote() {
        assert_eq!(fields("\u{FEFF}\"a\",b"), [["a", "b"]]);
    }

    #[test]
    fn has_nothing_in_an_empty_file() {
        assert!(read("").is_empty());
        assert!(read("\u{FEFF}\r\n\n").is_empty());
    }

    #[test]
    fn finds_broken_quotes() {
        let faults =
            |text| read(text).into_iter().filter_map(|(line, fault, _)| fault.map(|_| line)).collect::<Vec<_>>();
        assert_eq!(faults("a\nb,\"c\nd,e\n"), [2]);
        assert_eq!(faults("a\n\"b\"c,d\ne\n"), [2]);
        assert_eq!(fields("\"b\"c,d\ne\n").len(), 2);
    }

    /// A reader that gives one byte at a time, as a pipe may.
    struct Drops<'a>(&'a [u8]);

    impl std::io::Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            buffer[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn reads_back_whatever_was_quoted() {
        let characters = ["a", "\"", ",", "\r", "\n"];
        let pieces = || std::iter::once("").chain(characters);
        let texts: Vec<String> =
            pieces().flat_map(|a| pieces().flat_map(move |b| pieces().map(move |c| format!("{a}{b}{c}")))).collect();
        for first in &texts {
            for second in &texts {
                let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
                let file = format!("{},{}\r\nend", quote(first), quote(second));
                let mut records = Records::new(Drops(file.as_bytes()));
                let record = records.next().expect("memory can be read").expect("a record");
                assert_eq!(record.fields().collect::<Vec<_>>(), [first.as_bytes(), second.as_bytes()]);
                assert_eq!(record.fault, None);
                let record = records.next().expect("memory can be read").expect("a record");
                assert_eq!(record.fields().collect::<Vec<_>>(), [b"end"]);
            }
        }
    }

    /// A reader that has nothing to give before each byte.
    struct OftenBlocked<'a>(&'a [u8], bool);

    impl std::io::Read for OftenBlocked<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(std::io::ErrorKind::WouldBlock.into());
            }
            let mut drops = Drops(self.0);
            let count = drops.read(buffer);
            self.0 = drops.0;
            count
        }
    }

    #[test]
    fn goes_on_in_the_middle_of_a_record() {
        let file = "\u{FEFF}a,\"b\r\n\"\"c\"\"\"\r\nend";
        let mut records = Records::new(OftenBlocked(file.as_bytes(), false));
        let mut found = Vec::new();
        loop {
            match records.next() {
                Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock),
                Ok(None) => break,
                Ok(Some(record)) => {
                    let fields = record.fields().map(|field| String::from_utf8_lossy(field).into_owned());
                    found.push((record.line, fields.collect::<Vec<_>>()));
                }
            }
        }
        assert_eq!(found, [(1, vec!["a".to_owned(), "b\r\n\"c\"".to_owned()]), (3, vec!["end".to_owned()])]);
    }

    #[test]
    fn keeps_no_more_than_it_may_of_a_record() {
        let text = format!("a\n\"{}\",b\nc\n", "x".repeat(super::LONGEST + 1));
        let all = read(&text);
        assert_eq!(all.len(), 3);
        assert!(all[1].1.is_some_and(|fault| fault.contains("longer")));
        assert_eq!(all[2].0, 3);
    }
}
