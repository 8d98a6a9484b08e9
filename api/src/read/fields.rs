//! The fields of a table's type in the schema.

use async_graphql::{
    InputType, ObjectType, OutputType,
    indexmap::IndexMap,
    registry::{MetaField, MetaInputValue, MetaType, ObjectBuilder, Registry},
};

use super::{
    connection::Connection,
    resource::{Resource, camel, plain},
    row::Row,
};

/// The fields of an object type, as they are declared.
#[derive(Default)]
pub struct Fields(IndexMap<String, MetaField>);

impl Fields {
    fn add(&mut self, name: &'static str, ty: String, docs: &[&str]) -> &mut MetaField {
        let name = camel(plain(name));
        let field = MetaField { description: description(docs), ..MetaField::new(name.as_str(), ty) };
        self.0.entry(name).insert_entry(field).into_mut()
    }

    /// A column.
    pub fn column<T: OutputType>(&mut self, registry: &mut Registry, name: &'static str, docs: &[&str]) {
        let ty = T::create_type_info(registry);
        self.add(name, ty, docs);
    }

    /// The row that a column points at.
    pub fn to_one<T: Resource>(&mut self, registry: &mut Registry, name: &'static str, docs: &[&str]) {
        let ty = Row::<T>::create_type_info(registry);
        self.add(name, ty, docs);
    }

    /// The same, where there may be none.
    pub fn to_one_or_none<T: Resource>(&mut self, registry: &mut Registry, name: &'static str, docs: &[&str]) {
        let ty = Option::<Row<T>>::create_type_info(registry);
        self.add(name, ty, docs);
    }

    /// The rows that point at it.
    pub fn to_many<T: Resource>(&mut self, registry: &mut Registry, name: &'static str, docs: &[&str]) {
        let ty = Connection::<T>::create_type_info(registry);
        let arguments = arguments::<T>(registry);
        self.add(name, ty, docs).args.extend(arguments);
    }

    /// The rows above and below it.
    pub fn hierarchy<T: Resource>(&mut self, registry: &mut Registry) {
        let ancestors = Vec::<Row<T>>::create_type_info(registry);
        self.add("ancestors", ancestors, &["The rows above it in the hierarchy, nearest first."]);
        let descendants = Connection::<T>::create_type_info(registry);
        let depth = "Number of levels: 1 means children only. Default: all.";
        let depth = argument("maxDepth", <Option<i32> as InputType>::create_type_info(registry), depth);
        let others = arguments::<T>(registry);
        let field = self.add("descendants", descendants, &["All rows below it in the hierarchy, at any depth."]);
        field.args.extend([depth]);
        field.args.extend(others);
    }

    /// What is made of columns: the fields of another type.
    pub fn computed<T: ObjectType>(&mut self, registry: &mut Registry) {
        if let MetaType::Object { fields, .. } = registry.create_fake_output_type::<T>() {
            self.0.extend(fields);
        }
    }

    /// The type.
    pub fn object<T: OutputType>(self, docs: &[&str]) -> MetaType {
        ObjectBuilder::new(T::type_name(), self.0)
            .description(description(docs))
            .rust_typename(std::any::type_name::<T>())
            .build()
    }
}

fn description(docs: &[&str]) -> Option<String> {
    let lines: Vec<&str> = docs.iter().map(|line| line.trim()).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn argument(name: &str, ty: String, description: &str) -> (String, MetaInputValue) {
    let value = MetaInputValue { description: Some(description.to_owned()), ..MetaInputValue::new(name, ty) };
    (name.to_owned(), value)
}

/// The arguments of a list.
fn arguments<T: Resource>(registry: &mut Registry) -> [(String, MetaInputValue); 6] {
    let filter = <Option<T::Filter> as InputType>::create_type_info(registry);
    let order = <Option<Vec<T::OrderBy>> as InputType>::create_type_info(registry);
    let number = <Option<i32> as InputType>::create_type_info(registry);
    let text = <Option<String> as InputType>::create_type_info(registry);
    let from_start = "Page size, at most 250. Default 50.";
    [
        argument("filter", filter, "Only rows that match."),
        argument("orderBy", order, "Sort order, most significant key first."),
        argument("first", number.clone(), from_start),
        argument("after", text.clone(), "Only rows after this cursor."),
        argument("last", number, "Page size counted from the end, at most 250."),
        argument("before", text, "Only rows before this cursor."),
    ]
}
