//! What the checks know of the schema.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, ObjectType, SubscriptionType,
    parser::types::{BaseType, Type},
    registry::{MetaField, MetaInputValue, MetaType, Registry},
};

use super::introspection;

/// The types of a schema, reduced to what a document is checked against.
#[derive(Debug)]
pub struct Shape {
    pub(super) query: String,
    pub(super) mutation: Option<String>,
    pub(super) subscription: Option<String>,
    outputs: HashMap<String, Output>,
    inputs: HashMap<String, Input>,
    /// Selected of any type.
    typename: Field,
    /// The argument of `@include` and of `@skip`.
    condition: InputValues,
}

/// A type with fields, or a union.
#[derive(Debug)]
struct Output {
    fields: HashMap<String, Field>,
    /// The object types that a value can have.
    possible: HashSet<String>,
    is_abstract: bool,
}

/// A field of an output type.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) kind: Type,
    /// The named type within lists and non-nulls.
    pub(super) target: String,
    pub(super) many: Multiplicity,
    /// It is worked out for each row.
    pub(super) is_computed: bool,
    pub(super) arguments: InputValues,
}

/// The arguments of a field, or the fields of an input object, by name.
pub(super) type InputValues = HashMap<String, InputValue>;

/// An argument or an input field.
#[derive(Clone, Debug)]
pub(super) struct InputValue {
    pub(super) kind: Type,
    /// A default stands in when it is left out.
    pub(super) has_default: bool,
}

impl InputValue {
    /// Whether it cannot be left out.
    pub(super) fn is_required(&self) -> bool {
        !self.kind.nullable && !self.has_default
    }
}

/// How many values a field gives for one parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Multiplicity {
    /// At most one, or a list that its connection has already counted.
    One,
    /// A list without paging.
    List,
    /// A page, or a list that is cut: as large as `first` or `last` says.
    Connection,
}

/// A type that a variable can have.
#[derive(Debug)]
pub(super) enum Input {
    /// The names of its values.
    Enum(Vec<String>),
    /// Its fields, and whether exactly one of them is given.
    Object { fields: InputValues, one_of: bool },
    /// A scalar; those of the schema's own check their values themselves.
    Scalar,
}

impl Shape {
    /// The shape of a schema of these roots.
    pub fn of<Q, M, S>() -> Self
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        let mut registry = Registry::default();
        Q::create_type_info(&mut registry);
        let mutation = (!M::is_empty()).then(|| {
            M::create_type_info(&mut registry);
            M::type_name().into_owned()
        });
        let subscription = (!S::is_empty()).then(|| {
            S::create_type_info(&mut registry);
            S::type_name().into_owned()
        });
        let mut shape = Self {
            query: Q::type_name().into_owned(),
            mutation,
            subscription,
            outputs: HashMap::new(),
            inputs: SCALARS.map(|name| (name.to_owned(), Input::Scalar)).into(),
            typename: Field::of("String!", Multiplicity::One, InputValues::new()),
            condition: [("if".to_owned(), InputValue { kind: kind("Boolean!"), has_default: false })].into(),
        };
        for (name, meta) in &registry.types {
            shape.add(name, meta);
        }
        shape.add_introspection();
        shape
    }

    /// Says which fields of which types are worked out for each row.
    pub fn computed(mut self, fields: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        for (object, name) in fields {
            if let Some(field) = self.outputs.get_mut(object).and_then(|output| output.fields.get_mut(&name)) {
                field.is_computed = true;
            }
        }
        self
    }

    fn add(&mut self, name: &str, meta: &MetaType) {
        let own = || HashSet::from([name.to_owned()]);
        match meta {
            MetaType::Object { fields, .. } => self.add_output(name, fields.values(), own(), false),
            MetaType::Interface { fields, possible_types, .. } => {
                self.add_output(name, fields.values(), possible_types.iter().cloned().collect(), true);
            }
            MetaType::Union { possible_types, .. } => {
                self.add_output(name, std::iter::empty(), possible_types.iter().cloned().collect(), true);
            }
            MetaType::Enum { enum_values, .. } => {
                self.inputs.insert(name.to_owned(), Input::Enum(enum_values.keys().cloned().collect()));
            }
            MetaType::InputObject { input_fields, oneof, .. } => {
                let fields = input_values(input_fields.values());
                self.inputs.insert(name.to_owned(), Input::Object { fields, one_of: *oneof });
            }
            MetaType::Scalar { .. } => {
                self.inputs.insert(name.to_owned(), Input::Scalar);
            }
        }
    }

    fn add_output<'a>(
        &mut self,
        name: &str,
        fields: impl Iterator<Item = &'a MetaField>,
        possible: HashSet<String>,
        is_abstract: bool,
    ) {
        let fields = fields.map(|field| (field.name.clone(), Field::new(name, field))).collect();
        self.outputs.insert(name.to_owned(), Output { fields, possible, is_abstract });
    }

    /// The types by which the schema describes itself; the library adds them to its own registry only.
    fn add_introspection(&mut self) {
        for (name, fields) in introspection::TYPES {
            let fields = fields.iter().map(|(name, kind)| {
                let arguments = introspection::arguments(name);
                ((*name).to_owned(), Field::of(kind, Multiplicity::One, input_values_of(arguments)))
            });
            let output =
                Output { fields: fields.collect(), possible: HashSet::from([(*name).to_owned()]), is_abstract: false };
            self.outputs.insert((*name).to_owned(), output);
        }
        if let Some(query) = self.outputs.get_mut(&self.query) {
            for (name, kind, arguments) in introspection::ROOTS {
                query.fields.insert(name.to_owned(), Field::of(kind, Multiplicity::One, input_values_of(arguments)));
            }
        }
        for (name, values) in introspection::ENUMS {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            self.inputs.insert((*name).to_owned(), Input::Enum(values));
        }
    }

    /// A field of a type; nothing when either does not exist.
    pub(super) fn field(&self, parent: &str, name: &str) -> Option<&Field> {
        let output = self.outputs.get(parent)?;
        if name == TYPENAME { Some(&self.typename) } else { output.fields.get(name) }
    }

    /// The names of a type's fields.
    pub(super) fn fields(&self, parent: &str) -> impl Iterator<Item = &str> {
        self.outputs.get(parent).into_iter().flat_map(|output| output.fields.keys().map(String::as_str))
    }

    /// Whether a type has selections.
    pub(super) fn is_composite(&self, name: &str) -> bool {
        self.outputs.contains_key(name)
    }

    /// Whether a value can be of this type or of another: an interface or a union.
    pub(super) fn is_abstract(&self, name: &str) -> bool {
        self.outputs.get(name).is_some_and(|output| output.is_abstract)
    }

    /// Whether one value can be of both types.
    pub(super) fn overlap(&self, one: &str, other: &str) -> bool {
        match (self.outputs.get(one), self.outputs.get(other)) {
            (Some(one), Some(other)) => !one.possible.is_disjoint(&other.possible),
            _ => false,
        }
    }

    /// The arguments of a directive that operations can have.
    pub(super) fn directive(&self, name: &str) -> Option<&InputValues> {
        ["include", "skip"].contains(&name).then_some(&self.condition)
    }

    /// A type for variables.
    pub(super) fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.get(name)
    }

    /// The names of all types.
    pub(super) fn types(&self) -> impl Iterator<Item = &str> {
        self.outputs.keys().chain(self.inputs.keys()).map(String::as_str)
    }
}

impl Field {
    fn new(parent: &str, field: &MetaField) -> Self {
        let arguments = input_values(field.args.values());
        let mut made = Self::of(&field.ty, Multiplicity::One, arguments);
        let list = is_list(&made.kind);
        made.many = match () {
            () if made.target.ends_with("Connection") => Multiplicity::Connection,
            () if list && field.args.contains_key("first") => Multiplicity::Connection,
            // `edges` and `nodes` are the page that the connection counts.
            () if list && !parent.ends_with("Connection") => Multiplicity::List,
            () => Multiplicity::One,
        };
        made
    }

    fn of(text: &str, many: Multiplicity, arguments: InputValues) -> Self {
        let kind = kind(text);
        Self { target: named(&kind).to_owned(), kind, many, is_computed: false, arguments }
    }
}

/// Of what every type has.
pub(super) const TYPENAME: &str = "__typename";

const SCALARS: [&str; 5] = ["Boolean", "Float", "ID", "Int", "String"];

fn input_values<'a>(values: impl Iterator<Item = &'a MetaInputValue>) -> InputValues {
    let value =
        |value: &MetaInputValue| InputValue { kind: kind(&value.ty), has_default: value.default_value.is_some() };
    values.map(|meta| (meta.name.clone(), value(meta))).collect()
}

fn input_values_of(pairs: &[(&str, &str)]) -> InputValues {
    let value = |text: &str| InputValue { kind: kind(text), has_default: false };
    pairs.iter().map(|(name, text)| ((*name).to_owned(), value(text))).collect()
}

/// A type as the library writes it.
fn kind(text: &str) -> Type {
    Type::new(text).unwrap_or_else(|| Type { base: BaseType::Named(Name::new(text)), nullable: true })
}

fn is_list(kind: &Type) -> bool {
    matches!(kind.base, BaseType::List(_))
}

/// The named type within lists and non-nulls.
pub(super) fn named(kind: &Type) -> &str {
    match &kind.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}
