//! The figures that metrics are made of: which are read together, and by which statements.

use futures::future::try_join_all;
use sea_orm::QueryResult;

use super::{Metric, Spans, Window, books, budgets, credit, ever, goods, messages, people, sales, work};
use crate::{
    Error, Result,
    database::{Source, Sql},
};

/// The columns of figures in a statement of several parts.
pub(super) trait Columns: Default {
    const NAMES: &'static [&'static str];

    /// Reads those of the part with a number.
    fn read(row: &QueryResult, part: usize) -> Result<Self>;
}

/// Figures that are read together.
pub(super) trait Figure: Columns {
    /// Writes a statement that yields a row for each period with something to count: its number `n`, and the figures.
    fn write(sql: &mut Sql, spans: &Spans<'_>);
}

/// Declares the parts: `Part: field of Type`, over which periods if not the own ones.
macro_rules! parts {
    ($($part:ident: $field:ident of $ty:ty $(, $over:ident)?;)+) => {
        /// Figures that are read together.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Part {
            $($part,)+
        }

        /// What metrics are made of; a part that was not read has no figures.
        #[derive(Clone, Debug, Default)]
        pub(super) struct Figures {
            $(pub(super) $field: $ty,)+
        }

        impl Part {
            fn names(self) -> &'static [&'static str] {
                match self {
                    $(Self::$part => <$ty>::NAMES,)+
                }
            }

            fn write(self, sql: &mut Sql, windows: &[Window]) {
                let spans = Spans::of(windows);
                match self {
                    $(Self::$part => <$ty>::write(sql, &spans$(.$over())?),)+
                }
            }

            fn read(self, row: &QueryResult, number: usize, figures: &mut Figures) -> Result<()> {
                match self {
                    $(Self::$part => figures.$field = <$ty>::read(row, number)?,)+
                }
                Ok(())
            }
        }
    };
}

parts! {
    Books: books of books::Books;
    BooksBefore: books_before of books::Books, before;
    Credit: credit of credit::Credit;
    Sales: sales of sales::Sales;
    Ever: ever of ever::Ever;
    Margin: margin of goods::Margin;
    Stock: stock of goods::Stock;
    Views: views of goods::Views;
    Pieces: pieces of goods::Pieces;
    People: people of people::People;
    Newcomers: newcomers of people::Newcomers;
    Moods: moods of people::Moods;
    Messages: messages of messages::Messages;
    Budgets: budgets of budgets::Budgets;
    Attempts: attempts of work::Attempts;
    Executions: executions of work::Executions;
}

/// Parts of one statement. Those of different statements are read at once where that is possible.
const TOGETHER: usize = 3;

/// The parts of each statement. What looks at all orders is read beside the others.
fn statements(parts: &[Part]) -> Vec<Vec<Part>> {
    let (whole, others): (Vec<Part>, Vec<Part>) = parts.iter().partition(|part| **part == Part::Ever);
    whole.chunks(1).chain(others.chunks(TOGETHER)).map(<[Part]>::to_vec).collect()
}

/// Reads the parts of metrics for each of some periods, several parts by one statement.
pub(super) async fn read_parts(source: &impl Source, metrics: &[Metric], windows: &[Window]) -> Result<Vec<Figures>> {
    let parts = parts_of(metrics.iter().filter(|metric| windows.iter().any(|window| metric.reaches(window))));
    let statements = statements(&parts);
    let read = |parts: &Vec<Part>| source.rows(statement(source.sql(), parts, windows));
    let rows = try_join_all(statements.iter().map(read)).await?;
    let mut figures = vec![Figures::default(); windows.len()];
    for (parts, rows) in statements.iter().zip(rows) {
        for row in &rows {
            let number: i64 = row.try_get_by("n")?;
            let place = usize::try_from(number - 1).ok().and_then(|place| figures.get_mut(place));
            let place = place.ok_or_else(|| Error::internal("figures of no period that was asked for"))?;
            for (number, part) in parts.iter().enumerate() {
                part.read(row, number, place)?;
            }
        }
    }
    Ok(figures)
}

/// What metrics are made of, each part once.
fn parts_of<'a>(metrics: impl Iterator<Item = &'a Metric>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for part in metrics.flat_map(|metric| metric.parts) {
        if !parts.contains(part) {
            parts.push(*part);
        }
    }
    parts
}

/// Writes a statement of several parts: 0 where a period has nothing to count.
fn statement(mut sql: Sql, parts: &[Part], windows: &[Window]) -> Sql {
    sql.push("SELECT k.n");
    for (number, part) in parts.iter().enumerate() {
        for name in part.names() {
            sql.write(format_args!(", COALESCE(p{number}.{name}, 0) AS p{number}_{name}"));
        }
    }
    sql.push(" FROM ");
    Spans::of(windows).write(&mut sql);
    for (number, part) in parts.iter().enumerate() {
        sql.push(" LEFT JOIN (");
        part.write(&mut sql, windows);
        sql.write(format_args!(") AS p{number} ON p{number}.n = k.n"));
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::{super::Named, *};

    #[test]
    fn a_summary_takes_at_most_eight_statements() {
        let metrics: Vec<Metric> = Named::ALL.iter().map(|name| name.metric()).collect();
        let parts = parts_of(metrics.iter());
        // Two more, for the settings and the targets.
        assert!(statements(&parts).len() + 2 <= 8, "{parts:?}");
    }
}
