//! The grammar, by recursive descent. What recurses is bounded by [`NESTING`].

use std::collections::{HashMap, hash_map::Entry};

use async_graphql::{
    Name, Pos, Positioned,
    indexmap::{IndexMap, map},
    parser::types::{
        BaseType, Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, FragmentSpread,
        InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet, Type, TypeCondition,
        VariableDefinition,
    },
};
use async_graphql_value::Value;

use super::{
    NESTING, Parsed, Position, Positions,
    lexer::{Lexer, Token},
};
use crate::document::Rejection;

type Result<T> = std::result::Result<T, Rejection>;
type Arguments = Vec<(Positioned<Name>, Positioned<Value>)>;

/// Reads a document of at most `tokens` tokens.
pub(in crate::document) fn parse(text: &str, tokens: usize) -> Result<Parsed> {
    let mut lexer = Lexer::new(text, tokens);
    let (token, position) = lexer.next()?;
    Parser { lexer, token, position, depth: 0, positions: Positions::new() }.document()
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The token that is read next, and where it stands.
    token: Token<'a>,
    position: Pos,
    depth: usize,
    positions: Positions,
}

impl<'a> Parser<'a> {
    fn document(mut self) -> Result<Parsed> {
        let mut anonymous = None;
        let mut operations = HashMap::new();
        let mut fragments = HashMap::new();
        while self.token != Token::End || (anonymous.is_none() && operations.is_empty()) {
            let is_described = matches!(self.token, Token::String(_));
            self.description()?;
            let start = self.position;
            match self.token {
                Token::Mark("{") if !is_described => {
                    let set = self.selection_set()?;
                    let operation = OperationDefinition {
                        ty: OperationType::Query,
                        variable_definitions: Vec::new(),
                        directives: Vec::new(),
                        selection_set: set,
                    };
                    lone_anonymous(&mut anonymous, Positioned::new(operation, start))?;
                }
                Token::Name("fragment") => {
                    let (name, fragment) = self.fragment()?;
                    once(&mut fragments, name, Positioned::new(fragment, start), "fragments")?;
                }
                Token::Name(word @ ("query" | "mutation" | "subscription")) => {
                    let (name, operation) = self.operation(word)?;
                    let operation = Positioned::new(operation, start);
                    match name {
                        Some(name) => once(&mut operations, name, operation, "operations")?,
                        None => lone_anonymous(&mut anonymous, operation)?,
                    }
                }
                Token::End if !is_described && !fragments.is_empty() => {
                    return Err(Rejection::at("the document has fragments only: there is nothing to execute", start));
                }
                _ => return Err(self.expected("an operation or a fragment")),
            }
        }
        let operations = match anonymous {
            None => DocumentOperations::Multiple(operations),
            Some(operation) if operations.is_empty() => DocumentOperations::Single(operation),
            Some(operation) => return Err(not_lone_anonymous(operation.pos)),
        };
        Ok(Parsed { document: ExecutableDocument { operations, fragments }, positions: self.positions })
    }

    fn operation(&mut self, word: &str) -> Result<(Option<Positioned<Name>>, OperationDefinition)> {
        self.advance()?;
        let ty = match word {
            "mutation" => OperationType::Mutation,
            "subscription" => OperationType::Subscription,
            _ => OperationType::Query,
        };
        let name = matches!(self.token, Token::Name(_)).then(|| self.name("a name")).transpose()?;
        let variable_definitions = self.list("(", ")", "a variable, as in `$name: String`", Self::variable)?;
        let directives = self.directives(false)?;
        let selection_set = self.selection_set()?;
        Ok((name, OperationDefinition { ty, variable_definitions, directives, selection_set }))
    }

    fn variable(&mut self) -> Result<Positioned<VariableDefinition>> {
        self.description()?;
        let start = self.position;
        self.expect("$")?;
        let name = self.name("the name of a variable")?;
        self.expect(":")?;
        let var_type = self.kind()?;
        let mut default_value = None;
        if self.is("=")? {
            let (value, position) = self.value(true)?;
            let start = position.value;
            self.positions.insert(start, position);
            // No variable can be in it.
            default_value = value.into_const().map(|value| Positioned::new(value, start));
        }
        let directives = self.directives(true)?;
        Ok(Positioned::new(VariableDefinition { name, var_type, directives, default_value }, start))
    }

    fn kind(&mut self) -> Result<Positioned<Type>> {
        let start = self.position;
        let base = if self.is("[")? {
            let item = self.nested(Self::kind)?;
            self.expect("]")?;
            BaseType::List(Box::new(item.node))
        } else {
            BaseType::Named(self.name("a type, as in `String` or `[ID!]!`")?.node)
        };
        let nullable = !self.is("!")?;
        Ok(Positioned::new(Type { base, nullable }, start))
    }

    fn fragment(&mut self) -> Result<(Positioned<Name>, FragmentDefinition)> {
        self.advance()?;
        if self.token == Token::Name("on") {
            return Err(self.expected("the name of the fragment"));
        }
        let name = self.name("the name of the fragment")?;
        let type_condition = match self.condition()? {
            Some(condition) => condition,
            None => return Err(self.expected("`on` and a type")),
        };
        let directives = self.directives(false)?;
        let selection_set = self.selection_set()?;
        Ok((name, FragmentDefinition { type_condition, directives, selection_set }))
    }

    fn condition(&mut self) -> Result<Option<Positioned<TypeCondition>>> {
        let start = self.position;
        if self.token != Token::Name("on") {
            return Ok(None);
        }
        self.advance()?;
        let on = self.name("a type")?;
        Ok(Some(Positioned::new(TypeCondition { on }, start)))
    }

    fn selection_set(&mut self) -> Result<Positioned<SelectionSet>> {
        let start = self.position;
        if self.token != Token::Mark("{") {
            return Err(self.expected("`{`"));
        }
        let items = self.nested(|parser| parser.list("{", "}", "a field", Self::selection))?;
        Ok(Positioned::new(SelectionSet { items }, start))
    }

    fn selection(&mut self) -> Result<Positioned<Selection>> {
        let start = self.position;
        let selection = if self.is("...")? {
            match self.token {
                Token::Name(name) if name != "on" => {
                    let fragment_name = self.name("the name of a fragment")?;
                    let directives = self.directives(false)?;
                    Selection::FragmentSpread(Positioned::new(FragmentSpread { fragment_name, directives }, start))
                }
                _ => {
                    let type_condition = self.condition()?;
                    let directives = self.directives(false)?;
                    let selection_set = self.selection_set()?;
                    let inline = InlineFragment { type_condition, directives, selection_set };
                    Selection::InlineFragment(Positioned::new(inline, start))
                }
            }
        } else {
            Selection::Field(Positioned::new(self.field()?, start))
        };
        Ok(Positioned::new(selection, start))
    }

    fn field(&mut self) -> Result<Field> {
        let mut name = self.name("a field")?;
        let mut alias = None;
        if self.is(":")? {
            alias = Some(std::mem::replace(&mut name, self.name("a field")?));
        }
        let arguments = self.arguments(false)?;
        let directives = self.directives(false)?;
        let selection_set = match self.token {
            Token::Mark("{") => self.selection_set()?,
            _ => Positioned::default(),
        };
        Ok(Field { alias, name, arguments, directives, selection_set })
    }

    fn directives(&mut self, is_const: bool) -> Result<Vec<Positioned<Directive>>> {
        let mut directives = Vec::new();
        loop {
            let start = self.position;
            if !self.is("@")? {
                return Ok(directives);
            }
            let name = self.name("the name of a directive")?;
            let arguments = self.arguments(is_const)?;
            directives.push(Positioned::new(Directive { name, arguments }, start));
        }
    }

    fn arguments(&mut self, is_const: bool) -> Result<Arguments> {
        self.list("(", ")", "an argument", |parser| {
            let name = parser.name("an argument")?;
            parser.expect(":")?;
            let (value, position) = parser.value(is_const)?;
            let start = position.value;
            parser.positions.insert(start, position);
            Ok((name, Positioned::new(value, start)))
        })
    }

    fn value(&mut self, is_const: bool) -> Result<(Value, Position)> {
        let start = self.position;
        let mut inside = Vec::new();
        let value = match std::mem::replace(&mut self.token, Token::End) {
            Token::Mark("[") => {
                self.advance()?;
                let mut items = Vec::new();
                while !self.is("]")? {
                    let (item, position) = self.nested(|parser| parser.value(is_const))?;
                    items.push(item);
                    inside.push(position);
                }
                Value::List(items)
            }
            Token::Mark("{") => {
                self.advance()?;
                let mut fields = IndexMap::new();
                while !self.is("}")? {
                    let name = self.name("the name of an input field")?;
                    self.expect(":")?;
                    let (value, position) = self.nested(|parser| parser.value(is_const))?;
                    match fields.entry(name.node) {
                        map::Entry::Vacant(free) => free.insert(value),
                        map::Entry::Occupied(taken) => {
                            let message = format!("the input field \"{}\" is given twice", taken.key());
                            return Err(Rejection::at(message, name.pos));
                        }
                    };
                    inside.push(Position { key: name.pos, ..position });
                }
                Value::Object(fields)
            }
            Token::Mark("$") if !is_const => {
                self.advance()?;
                Value::Variable(self.name("the name of a variable")?.node)
            }
            Token::Mark("$") => return Err(Rejection::at("syntax error: no variable is allowed here", start)),
            token @ (Token::Name(_) | Token::Int(_) | Token::Float(_) | Token::String(_)) => {
                self.advance()?;
                literal(token, start)?
            }
            other => {
                self.token = other;
                return Err(self.expected("a value"));
            }
        };
        Ok((value, Position { value: start, key: start, inside }))
    }

    /// What stands in brackets, once at least; nothing when the bracket does not follow.
    fn list<T>(
        &mut self,
        open: &'static str,
        close: &'static str,
        item: &str,
        mut read: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut items = Vec::new();
        if !self.is(open)? {
            return Ok(items);
        }
        if self.token == Token::Mark(close) {
            return Err(self.expected(item));
        }
        while !self.is(close)? {
            items.push(read(self)?);
        }
        Ok(items)
    }

    /// Reads something that stands within brackets.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == NESTING {
            return Err(Rejection::limit(format!("the query nests brackets more than {NESTING} deep")));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// A description is for people, and not kept.
    fn description(&mut self) -> Result<()> {
        if matches!(self.token, Token::String(_)) { self.advance() } else { Ok(()) }
    }

    fn name(&mut self, what: &str) -> Result<Positioned<Name>> {
        let Token::Name(name) = self.token else { return Err(self.expected(what)) };
        let name = Positioned::new(Name::new(name), self.position);
        self.advance()?;
        Ok(name)
    }

    /// Passes over a punctuator, if it comes next.
    fn is(&mut self, mark: &'static str) -> Result<bool> {
        let is = self.token == Token::Mark(mark);
        if is {
            self.advance()?;
        }
        Ok(is)
    }

    fn expect(&mut self, mark: &'static str) -> Result<()> {
        if self.is(mark)? { Ok(()) } else { Err(self.expected(&format!("`{mark}`"))) }
    }

    fn advance(&mut self) -> Result<()> {
        (self.token, self.position) = self.lexer.next()?;
        Ok(())
    }

    fn expected(&self, what: &str) -> Rejection {
        let found = match &self.token {
            Token::Mark(text) | Token::Name(text) | Token::Int(text) | Token::Float(text) => {
                format!("`{}`", text.chars().take(40).collect::<String>())
            }
            Token::String(_) => "a string".to_owned(),
            Token::End => "the end of the text".to_owned(),
        };
        Rejection::at(format!("syntax error: expected {what}, found {found}"), self.position)
    }
}

fn literal(token: Token<'_>, position: Pos) -> Result<Value> {
    Ok(match token {
        Token::Name("true") => Value::Boolean(true),
        Token::Name("false") => Value::Boolean(false),
        Token::Name("null") => Value::Null,
        Token::Name(name) => Value::Enum(Name::new(name)),
        Token::String(text) => Value::String(text),
        // JSON's numbers have a negative zero, integers have not.
        Token::Int("-0") => Value::Number(0.into()),
        Token::Int(text) | Token::Float(text) => match serde_json::from_str(text) {
            Ok(number) => Value::Number(number),
            Err(_) => return Err(Rejection::at("the number is too large", position)),
        },
        Token::Mark(_) | Token::End => Value::Null,
    })
}

fn once<T>(all: &mut HashMap<Name, T>, name: Positioned<Name>, one: T, kind: &str) -> Result<()> {
    match all.entry(name.node) {
        Entry::Vacant(free) => {
            free.insert(one);
            Ok(())
        }
        Entry::Occupied(taken) => {
            Err(Rejection::at(format!("the document has two {kind} named \"{}\"", taken.key()), name.pos))
        }
    }
}

fn lone_anonymous<T>(anonymous: &mut Option<Positioned<T>>, operation: Positioned<T>) -> Result<()> {
    match anonymous.replace(operation) {
        None => Ok(()),
        Some(first) => Err(not_lone_anonymous(first.pos)),
    }
}

fn not_lone_anonymous(position: Pos) -> Rejection {
    Rejection::at("an anonymous operation must be the only operation in the document", position)
}
