//! Hierarchies: rows that stand below each other.

use uuid::Uuid;

use crate::{
    Error, Result, Unit,
    refusal::{Code, Facts, Located, Refusal},
};

/// A table whose rows have names and stand below each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tree {
    /// Its name.
    pub(crate) table: &'static str,
    /// The column with the row above.
    pub(crate) up: &'static str,
    /// What a row is called in a sentence.
    pub(crate) noun: &'static str,
}

impl Tree {
    /// Refuses to put a row below another one, if that stands below it. One move at a time: two that each are right
    /// could make a circle together.
    pub(crate) async fn check_move(&self, unit: &Unit, row: Uuid, below: Uuid, field: &str) -> Result<()> {
        unit.alone(self.table).await?;
        let path = self.upwards(unit, below).await?;
        if path.is_empty() {
            return Err(Error::NotFound(self.noun, below).located([field]));
        }
        let Some(end) = path.iter().position(|(id, _)| *id == row) else { return Ok(()) };
        let mut circle = vec![path[end].1.clone()];
        circle.extend(path[..=end].iter().map(|(_, name)| name.clone()));
        let message = format!("the {} would stand below itself: {}", self.noun, circle.join(" → "));
        Err(Refusal::new(Code::Cycle, message).at([field]).with(Facts::Cycle(circle)).into())
    }

    /// A row and those above it, with their names.
    async fn upwards(&self, unit: &Unit, row: Uuid) -> Result<Vec<(Uuid, String)>> {
        let Self { table, up, .. } = self;
        let mut sql = unit.sql();
        sql.write(format_args!("WITH RECURSIVE path(id, name, up, depth) AS (SELECT id, name, {up}, 0 FROM {table} "));
        sql.push("WHERE id = ").bind(row);
        sql.write(format_args!(
            " UNION ALL SELECT r.id, r.name, r.{up}, path.depth + 1 FROM {table} AS r JOIN path ON r.id = path.up \
             WHERE path.depth < {MAX_DEPTH}) SELECT id, name FROM path ORDER BY depth"
        ));
        unit.rows(sql).await?.iter().map(|row| Ok((row.try_get_by(0)?, row.try_get_by(1)?))).collect()
    }
}

/// How deep a hierarchy is followed: a broken one must end.
const MAX_DEPTH: u32 = 10_000;
