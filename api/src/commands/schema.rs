//! `vividwalls schema`.

use std::process::ExitCode;

use async_graphql::{EmptyMutation, EmptySubscription, SDLExportOptions, Schema};

use super::{Outcome, output::print};
use crate::schema::Query;

pub(super) fn run() -> Outcome {
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    print(&schema.sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_arguments().sorted_enum_items()))?;
    Ok(ExitCode::SUCCESS)
}
