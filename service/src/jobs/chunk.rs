//! The files of jobs, in pieces.

use entity::sea_orm_active_enums::BulkPart;
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    database::{Database, Sql},
};

/// The most bytes of a piece.
pub(super) const SIZE: usize = 1 << 20;

/// Adds a piece to a file of a job that is locked.
pub(super) fn write(unit: &UnitOfWork, job: Uuid, part: BulkPart, number: i32, content: &str) {
    unit.write(|sql| {
        sql.push("INSERT INTO bulk_chunks (job_id, part, number, content, created_at) SELECT ").bind(job);
        sql.push(", ").literal(&part).push(", ").bind(number).push(", ").bind(content).push(", ").now();
    });
}

/// The pieces of a file with these numbers, one behind the other; none if one is missing.
pub(super) async fn read(
    database: &Database,
    job: Uuid,
    part: BulkPart,
    numbers: std::ops::Range<i32>,
) -> Result<Option<String>> {
    let mut sql = Sql::new(database.engine());
    sql.push("SELECT content FROM bulk_chunks WHERE job_id = ").bind(job).push(" AND part = ").literal(&part);
    sql.push(" AND number >= ").bind(numbers.start).push(" AND number < ").bind(numbers.end).push(" ORDER BY number");
    let rows = database.read(sql).await?;
    if rows.len() < numbers.len() {
        return Ok(None);
    }
    let mut whole = String::new();
    for row in rows {
        whole.push_str(&row.try_get_by::<String, _>("content")?);
    }
    Ok(Some(whole))
}

/// Removes a file of a job.
pub(super) async fn remove(unit: &UnitOfWork, job: Uuid, part: BulkPart) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("DELETE FROM bulk_chunks WHERE job_id = ").bind(job).push(" AND part = ").literal(&part);
    unit.execute(sql).await.map(drop)
}

/// Where the first piece of some bytes ends: with them if they fit into one, else behind a line, else behind a
/// character.
pub(super) fn end(bytes: &[u8]) -> usize {
    let Some(first) = bytes.get(..SIZE).filter(|_| bytes.len() > SIZE) else { return bytes.len() };
    if let Some(line) = first.iter().rposition(|byte| *byte == b'\n') {
        return line + 1;
    }
    // A byte that begins with 10 goes on with a character.
    let goes_on = |place: &usize| bytes.get(*place).is_some_and(|byte| byte & 0xC0 == 0x80);
    (SIZE.saturating_sub(3)..=SIZE).rev().find(|place| !goes_on(place)).unwrap_or(SIZE)
}

#[cfg(test)]
mod tests {
    use super::{SIZE, end};

    #[test]
    fn a_piece_ends_behind_a_line_or_a_character() {
        assert_eq!(end(b"a\nbc"), 4);
        assert_eq!(end(&vec![b'x'; SIZE + 10]), SIZE);
        assert_eq!(end(format!("a\nbc\n{}", "x".repeat(SIZE)).as_bytes()), 5);
        for before in 0..4 {
            let text = format!("{}{}", "x".repeat(SIZE - before), "🎨".repeat(3));
            let end = end(text.as_bytes());
            assert!(end <= SIZE && text.is_char_boundary(end), "{before}");
        }
    }
}
