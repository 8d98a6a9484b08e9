//! Comments on tables and columns, written as text.
//!
//! ```text
//! tasks: What a row is.
//!   worker: What the column holds, and what NULL means.
//!   id, version, created_at, updated_at
//! ```
//!
//! The last line names columns that are the same in every table. `tasks:` alone is a table that has its comment.

use sea_orm_migration::DbErr;

/// A comment on a table, or on a column of it.
pub(crate) struct Comment<'a> {
    pub(crate) table: &'a str,
    pub(crate) column: Option<&'a str>,
    pub(crate) text: &'a str,
}

/// Reads them.
pub(super) fn comments(text: &str) -> Result<Vec<Comment<'_>>, DbErr> {
    let mut comments = Vec::new();
    let mut table = "";
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match (line.strip_prefix("  "), line.split_once(':')) {
            (None, Some((name, text))) => {
                table = name;
                if !text.is_empty() {
                    comments.push(Comment { table, column: None, text: text.trim() });
                }
            }
            (Some(_), Some((column, text))) => {
                comments.push(Comment { table, column: Some(column.trim()), text: text.trim() });
            }
            (Some(columns), None) => {
                for column in columns.split(',').map(str::trim) {
                    let text = common(column).ok_or_else(|| unreadable(line))?;
                    comments.push(Comment { table, column: Some(column), text });
                }
            }
            (None, None) => return Err(unreadable(line)),
        }
    }
    Ok(comments)
}

/// What a column is that is the same in every table.
fn common(column: &str) -> Option<&'static str> {
    Some(match column {
        "id" => "Primary key.",
        "version" => "Version, for optimistic locking; starts at 1 and grows by 1 with each change.",
        "created_at" => "When the row was created.",
        "updated_at" => "When the row was last changed.",
        _ => return None,
    })
}

fn unreadable(line: &str) -> DbErr {
    DbErr::Migration(format!("this is no comment: {line}"))
}
