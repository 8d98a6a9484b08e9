//! Root lists: a page of all rows of a table that pass a filter.

use std::sync::Arc;

use async_graphql::Context;
use sea_orm::QueryResult;
use service::{Error, Result};

use super::{Answer, Reader, check_access, loader, write_columns};
use crate::read::{
    any_row::AnyRow,
    column::Columns,
    connection::Page,
    figures::{Of, figures},
    list::{Arguments, List},
    plan::{Document, PagePlan},
};

/// The rows of a table that pass a filter, one page of them.
pub async fn list(ctx: &Context<'_>, name: &str, arguments: Arguments) -> Result<Page> {
    let table = arguments.table();
    check_access(ctx, table)?;
    let list = arguments.list(name, table.order)?;
    let plan = PagePlan::new(Document::of(ctx), table, [&ctx.item.node.selection_set.node]);
    let reader = loader(ctx)?.loader().reader();
    let rows = async {
        match plan.columns(list.key_columns()) {
            Some(columns) => reader.page(&list, columns).await.map(Some),
            None => Ok(None),
        }
    };
    let total = async {
        match plan.counts() {
            true => reader.total(&list).await.map(Some),
            false => Ok(None),
        }
    };
    let figures = figures(ctx, &plan, &list, Of::All);
    let (rows, total, figures) = futures::try_join!(rows, total, figures)?;
    let rows = rows.map(|answer| answer.seen(ctx)).transpose()?.unwrap_or_default();
    Ok(Page { list, rows, total: total.map(|answer| answer.seen(ctx)).transpose()?, figures })
}

impl Reader {
    async fn page(&self, list: &List, columns: Columns) -> Result<Answer<Vec<Arc<AnyRow>>>> {
        let mut sql = self.sql();
        let (of, table) = (list.table, sql.alias());
        sql.push("SELECT ");
        write_columns(&mut sql, of, table, columns);
        sql.write(format_args!(" FROM {} AS {table} WHERE TRUE", of.name));
        list.write_filter(&mut sql, table);
        list.write_seek(&mut sql, table)?;
        list.write_order(&mut sql, table);
        sql.write(format_args!(" LIMIT {}", list.limit()));
        let mut value = Vec::new();
        let read = |row: &QueryResult| {
            let row = AnyRow::read(of, row, 0, columns)?;
            let size = row.size();
            value.push(row);
            Ok(size)
        };
        let statement = self.read_bounded(sql, read).await?;
        Ok(Answer { statement, rows: value.len(), value })
    }

    async fn total(&self, list: &List) -> Result<Answer<i64>> {
        let mut sql = self.sql();
        let table = sql.alias();
        sql.write(format_args!("SELECT count(*) FROM {} AS {table} WHERE TRUE", list.table.name));
        list.write_filter(&mut sql, table);
        let (statement, rows) = self.rows(sql).await?;
        let value = rows.first().ok_or_else(|| Error::internal("a count without a row"))?.try_get_by(0)?;
        Ok(Answer { statement, rows: 1, value })
    }
}
