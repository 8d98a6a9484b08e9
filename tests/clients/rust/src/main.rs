//! The crate `graphql_client` over our schema: the requests that it makes, and whether it reads their answers.
//!
//! `vividwalls-client-test NAME` prints a request; `… NAME read` reads the answer to it from standard input.

use std::{error::Error, io::stdin};

use graphql_client::{GraphQLQuery, Response};

type Date = String;
type DateTime = String;
type Decimal = String;
type JSON = serde_json::Value;

/// Makes a query of an operation beside this.
macro_rules! operation {
    ($name:ident) => {
        #[derive(GraphQLQuery)]
        #[graphql(
            schema_path = "../../../schema.graphql",
            query_path = "../documents.graphql",
            response_derives = "Debug",
            skip_serializing_none
        )]
        struct $name;
    };
}

operation!(Tasks);
operation!(Products);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["tasks"] => {
            print(&Tasks::build_query(tasks::Variables { first: Some(3), after: None, filter: None, order_by: None }))
        }
        ["tasks", "read"] => {
            let tasks = read::<tasks::ResponseData>()?.tasks;
            assert_eq!(tasks.nodes.len(), 3, "{tasks:?}");
            Ok(())
        }
        ["products"] => print(&Products::build_query(products::Variables { first: 2, after: None })),
        ["products", "read"] => {
            let products = read::<products::ResponseData>()?.products;
            assert_eq!(products.nodes.len(), 2, "{products:?}");
            Ok(())
        }
        _ => Err("usage: vividwalls-client-test tasks|products [read]".into()),
    }
}

fn print(request: &impl serde::Serialize) -> Result<(), Box<dyn Error>> {
    println!("{}", serde_json::to_string(request)?);
    Ok(())
}

fn read<T: serde::de::DeserializeOwned>() -> Result<T, Box<dyn Error>> {
    let answer: Response<T> = serde_json::from_reader(stdin())?;
    answer.data.ok_or_else(|| format!("{:?}", answer.errors).into())
}
