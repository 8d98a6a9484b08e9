//! What the checks know of the schema.

use std::collections::HashMap;

use async_graphql::{
    ObjectType, Schema, SubscriptionType,
    parser::types::{BaseType, Type},
    registry::{MetaField, MetaType, Registry},
};

/// The types of a schema, reduced to what a document is checked against.
#[derive(Debug)]
pub struct Shape {
    pub(super) query: String,
    pub(super) mutation: Option<String>,
    pub(super) subscription: Option<String>,
    outputs: HashMap<String, HashMap<String, Field>>,
    inputs: HashMap<String, Input>,
}

/// A field of an output type.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// The named type within lists and non-nulls.
    pub(super) target: String,
    pub(super) many: Many,
}

/// How many values a field gives for one parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Many {
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
    /// Its fields: type, and whether a default stands in when it is left out.
    Object { fields: HashMap<String, (Type, bool)>, one_of: bool },
    /// A scalar; those of the schema's own check their values themselves.
    Scalar,
}

impl Shape {
    /// The shape of a schema of these roots.
    pub fn of<Q, M, S>(_: &Schema<Q, M, S>) -> Self
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
            inputs: ["Boolean", "Float", "ID", "Int", "String"].map(|name| (name.to_owned(), Input::Scalar)).into(),
        };
        for (name, meta) in &registry.types {
            shape.add(name, meta);
        }
        shape
    }

    fn add(&mut self, name: &str, meta: &MetaType) {
        match meta {
            MetaType::Object { fields, .. } | MetaType::Interface { fields, .. } => {
                let fields = fields.values().map(|field| (field.name.clone(), Field::new(name, field))).collect();
                self.outputs.insert(name.to_owned(), fields);
            }
            MetaType::Enum { enum_values, .. } => {
                self.inputs.insert(name.to_owned(), Input::Enum(enum_values.keys().cloned().collect()));
            }
            MetaType::InputObject { input_fields, oneof, .. } => {
                let fields = input_fields
                    .values()
                    .filter_map(|field| {
                        let kind = Type::new(&field.ty)?;
                        Some((field.name.clone(), (kind, field.default_value.is_some())))
                    })
                    .collect();
                self.inputs.insert(name.to_owned(), Input::Object { fields, one_of: *oneof });
            }
            MetaType::Scalar { .. } => {
                self.inputs.insert(name.to_owned(), Input::Scalar);
            }
            MetaType::Union { .. } => {}
        }
    }

    /// A field of a type; nothing when either does not exist.
    pub(super) fn field(&self, parent: &str, name: &str) -> Option<&Field> {
        self.outputs.get(parent)?.get(name)
    }

    /// A type for variables.
    pub(super) fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.get(name)
    }
}

impl Field {
    fn new(parent: &str, field: &MetaField) -> Self {
        let (target, list) = Type::new(&field.ty).map_or((field.ty.clone(), false), |kind| named(&kind));
        let many = match () {
            () if target.ends_with("Connection") => Many::Connection,
            () if list && field.args.contains_key("first") => Many::Connection,
            // `edges` and `nodes` are the page that the connection counts.
            () if list && !parent.ends_with("Connection") => Many::List,
            () => Many::One,
        };
        Self { target, many }
    }
}

fn named(kind: &Type) -> (String, bool) {
    match &kind.base {
        BaseType::Named(name) => (name.to_string(), false),
        BaseType::List(item) => (named(item).0, true),
    }
}
