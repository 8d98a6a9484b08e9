//! The types by which a schema describes itself, as the specification has them.

use async_graphql::parser::types::{Selection, SelectionSet};

type Fields = &'static [(&'static str, &'static str)];

/// The object types: their fields with their types.
pub(super) const TYPES: &[(&str, Fields)] = &[
    (
        "__Schema",
        &[
            ("description", "String"),
            ("types", "[__Type!]!"),
            ("queryType", "__Type!"),
            ("mutationType", "__Type"),
            ("subscriptionType", "__Type"),
            ("directives", "[__Directive!]!"),
        ],
    ),
    (
        "__Type",
        &[
            ("kind", "__TypeKind!"),
            ("name", "String"),
            ("description", "String"),
            ("specifiedByURL", "String"),
            ("fields", "[__Field!]"),
            ("interfaces", "[__Type!]"),
            ("possibleTypes", "[__Type!]"),
            ("enumValues", "[__EnumValue!]"),
            ("inputFields", "[__InputValue!]"),
            ("ofType", "__Type"),
            ("isOneOf", "Boolean"),
        ],
    ),
    (
        "__Field",
        &[
            ("name", "String!"),
            ("description", "String"),
            ("args", "[__InputValue!]!"),
            ("type", "__Type!"),
            ("isDeprecated", "Boolean!"),
            ("deprecationReason", "String"),
        ],
    ),
    (
        "__InputValue",
        &[
            ("name", "String!"),
            ("description", "String"),
            ("type", "__Type!"),
            ("defaultValue", "String"),
            ("isDeprecated", "Boolean!"),
            ("deprecationReason", "String"),
        ],
    ),
    (
        "__EnumValue",
        &[
            ("name", "String!"),
            ("description", "String"),
            ("isDeprecated", "Boolean!"),
            ("deprecationReason", "String"),
        ],
    ),
    (
        "__Directive",
        &[
            ("name", "String!"),
            ("description", "String"),
            ("isRepeatable", "Boolean!"),
            ("locations", "[__DirectiveLocation!]!"),
            ("args", "[__InputValue!]!"),
        ],
    ),
];

/// The enums, which no input has; their values are not asked for.
pub(super) const ENUMS: &[(&str, &[&str])] = &[("__TypeKind", &[]), ("__DirectiveLocation", &[])];

/// The fields that every query has: their types and arguments.
pub(super) const ROOTS: [(&str, &str, Fields); 2] =
    [("__schema", "__Schema!", &[]), ("__type", "__Type", &[("name", "String!")])];

/// Whether a query asks for these fields alone.
pub(super) fn is_all(set: &SelectionSet) -> bool {
    set.items.iter().all(|item| match &item.node {
        Selection::Field(field) => ROOTS.iter().any(|(name, ..)| field.node.name.node == *name),
        _ => false,
    })
}

/// The arguments of a field of these types.
pub(super) fn arguments(field: &str) -> Fields {
    match field {
        "fields" | "args" | "enumValues" | "inputFields" => &[("includeDeprecated", "Boolean")],
        _ => &[],
    }
}
