//! The tokens of a text.

use async_graphql::Pos;

use super::string;
use crate::document::Rejection;

/// What a text consists of; white space, commas, comments and byte order marks are passed over.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A punctuator.
    Mark(&'a str),
    Name(&'a str),
    Int(&'a str),
    Float(&'a str),
    String(String),
    End,
}

/// Reads the tokens of a text, one after the other.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// Tokens that may still come.
    left: usize,
    limit: usize,
    /// Up to where lines and columns are counted, and the position there.
    counted: usize,
    position: Pos,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, limit: usize) -> Self {
        Self { text, at: 0, left: limit, limit, counted: 0, position: Pos { line: 1, column: 1 } }
    }

    /// The next token and where it begins.
    pub(super) fn next(&mut self) -> Result<(Token<'a>, Pos), Rejection> {
        self.skip_ignored();
        let position = self.position();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok((Token::End, position)) };
        if self.left == 0 {
            let limit = self.limit;
            return Err(Rejection::limit(format!("the query has more than {limit} tokens, the most that is read")));
        }
        self.left -= 1;
        let token = match first {
            '{' | '}' | '(' | ')' | '[' | ']' | ':' | '=' | '!' | '$' | '&' | '|' | '@' => Token::Mark(self.take(1)),
            '.' if rest.starts_with("...") => Token::Mark(self.take(3)),
            '_' | 'a'..='z' | 'A'..='Z' => Token::Name(self.take(word(rest))),
            '-' | '0'..='9' => self.number(position)?,
            '"' => {
                let (length, text) = string::read(rest).map_err(|reason| self.error(&reason))?;
                self.take(length);
                Token::String(text)
            }
            other => return Err(self.error(&format!("unexpected character `{}`", other.escape_debug()))),
        };
        Ok((token, position))
    }

    fn number(&mut self, position: Pos) -> Result<Token<'a>, Rejection> {
        let rest = self.rest().as_bytes();
        let wrong =
            || Rejection::at("syntax error: not a valid number; examples of numbers: 12, -3, 0.5, 1e6", position);
        let digits = |from: usize| rest.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
        let mut length = usize::from(rest.first() == Some(&b'-'));
        let whole = digits(length);
        if whole == 0 || (whole > 1 && rest.get(length) == Some(&b'0')) {
            return Err(wrong());
        }
        length += whole;
        let mut is_float = false;
        if rest.get(length) == Some(&b'.') {
            is_float = true;
            let fraction = digits(length + 1);
            if fraction == 0 {
                return Err(wrong());
            }
            length += 1 + fraction;
        }
        if matches!(rest.get(length), Some(b'e' | b'E')) {
            is_float = true;
            let sign = usize::from(matches!(rest.get(length + 1), Some(b'+' | b'-')));
            let exponent = digits(length + 1 + sign);
            if exponent == 0 {
                return Err(wrong());
            }
            length += 1 + sign + exponent;
        }
        if rest.get(length).is_some_and(|byte| *byte == b'.' || *byte == b'_' || byte.is_ascii_alphanumeric()) {
            return Err(wrong());
        }
        let text = self.take(length);
        Ok(if is_float { Token::Float(text) } else { Token::Int(text) })
    }

    fn skip_ignored(&mut self) {
        let mut rest = self.rest();
        loop {
            rest = rest.trim_start_matches([' ', '\t', '\r', '\n', ',', '\u{feff}']);
            match rest.strip_prefix('#') {
                Some(comment) => rest = comment.trim_start_matches(|character| !matches!(character, '\r' | '\n')),
                None => break,
            }
        }
        self.at = self.text.len() - rest.len();
    }

    /// Where the next character stands. Each is counted once.
    fn position(&mut self) -> Pos {
        let mut before = self.text.get(self.counted..self.at).unwrap_or_default().chars().peekable();
        while let Some(character) = before.next() {
            match character {
                // Two characters, one end of a line.
                '\r' if before.peek() == Some(&'\n') => {}
                '\r' | '\n' => self.position = Pos { line: self.position.line + 1, column: 1 },
                _ => self.position.column += 1,
            }
        }
        self.counted = self.at;
        self.position
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, _) = self.rest().split_at_checked(length).unwrap_or_default();
        self.at += taken.len();
        taken
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&mut self, reason: &str) -> Rejection {
        Rejection::at(format!("syntax error: {reason}"), self.position())
    }
}

fn word(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}
