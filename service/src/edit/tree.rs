//! Hierarchies: rows that stand below each other.

use uuid::Uuid;

use crate::{
    Error, Result, UnitOfWork,
    limits::LEVELS_ABOVE,
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
    /// Refuses to put a row below another one, if that stands below it or too deep.
    pub(crate) async fn check_move(&self, unit: &UnitOfWork, row: Uuid, below: Uuid, field: &str) -> Result<()> {
        let path = self.path(unit, below, field).await?;
        let Some(end) = path.iter().position(|(id, _)| *id == row) else {
            return self.check_depth(path.len() + self.height(unit, row).await?, field);
        };
        let mut circle = vec![path[end].1.clone()];
        circle.extend(path[..=end].iter().map(|(_, name)| name.clone()));
        let message = format!("the {} would become its own ancestor: {}", self.noun, circle.join(" → "));
        Err(Refusal::new(Code::Cycle, message).at([field]).with(Facts::Cycle(circle)).into())
    }

    /// Refuses to put a new row below another one that stands too deep.
    pub(crate) async fn check_new(&self, unit: &UnitOfWork, below: Uuid, field: &str) -> Result<()> {
        let path = self.path(unit, below, field).await?;
        self.check_depth(path.len(), field)
    }

    fn check_depth(&self, above: usize, field: &str) -> Result<()> {
        match above > usize::try_from(LEVELS_ABOVE).unwrap_or(usize::MAX) {
            true => {
                let message = format!("{}s can have at most {LEVELS_ABOVE} ancestors", self.noun);
                Err(Refusal::new(Code::LimitReached, message).at([field]).into())
            }
            false => Ok(()),
        }
    }

    /// A row and those above it, with their names. One change at a time: two moves that each are right could make a
    /// circle together, or a hierarchy that is too deep.
    async fn path(&self, unit: &UnitOfWork, row: Uuid, field: &str) -> Result<Vec<(Uuid, String)>> {
        unit.lock_name(self.table).await?;
        let path = self.upwards(unit, row).await?;
        if path.is_empty() {
            return Err(Error::NotFound(self.noun, row).located([field]));
        }
        Ok(path)
    }

    /// How many levels there are below a row.
    async fn height(&self, unit: &UnitOfWork, row: Uuid) -> Result<usize> {
        let Self { table, up, .. } = self;
        let mut sql = unit.sql();
        sql.push("WITH RECURSIVE tree(id, depth) AS (SELECT id, 0 ");
        sql.write(format_args!("FROM {table} WHERE id = ")).bind(row);
        sql.write(format_args!(
            " UNION ALL SELECT r.id, tree.depth + 1 FROM {table} AS r JOIN tree ON r.{up} = tree.id \
             WHERE tree.depth <= {LEVELS_ABOVE}) SELECT CAST(max(depth) AS bigint) AS height FROM tree"
        ));
        let rows = unit.rows(sql).await?;
        let height: Option<i64> = rows.first().map(|row| row.try_get_by("height")).transpose()?.flatten();
        Ok(usize::try_from(height.unwrap_or_default()).unwrap_or_default())
    }

    /// A row and those above it, with their names.
    async fn upwards(&self, unit: &UnitOfWork, row: Uuid) -> Result<Vec<(Uuid, String)>> {
        let Self { table, up, .. } = self;
        let mut sql = unit.sql();
        sql.write(format_args!("WITH RECURSIVE path(id, name, up, depth) AS (SELECT id, name, {up}, 0 FROM {table} "));
        sql.push("WHERE id = ").bind(row);
        sql.write(format_args!(
            " UNION ALL SELECT r.id, r.name, r.{up}, path.depth + 1 FROM {table} AS r JOIN path ON r.id = path.up \
             WHERE path.depth < {MAX_DEPTH}) SELECT id, name FROM path ORDER BY depth"
        ));
        unit.rows(sql).await?.iter().map(|row| Ok((row.try_get_by("id")?, row.try_get_by("name")?))).collect()
    }
}

/// How deep a hierarchy is followed: a broken one must end.
const MAX_DEPTH: u32 = 10_000;
