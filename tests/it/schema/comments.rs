//! PostgreSQL says what its tables and columns are for.

use tests::{Engine, TestDatabase};

use super::catalog::texts;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_and_column_has_a_comment() {
    tests::run(Engine::Postgres, async |db| {
        let is_sentence = |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase()) && text.ends_with('.');
        // A database may have an encoding that knows only ASCII.
        let is_wrong = |text: &str| !is_sentence(text) || !text.is_ascii();
        let wrong: Vec<_> = comments(db).await.into_iter().filter(|(_, text)| is_wrong(text)).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn comments_are_as_they_were_written() {
    tests::run(Engine::Postgres, async |db| {
        let comments = comments(db).await;
        for (name, text) in [
            ("tasks", "A piece of work for one agent."),
            ("workflows.name", "Name; unique among its owner's workflows."),
            ("api_keys.updated_at", "When the row was last changed; using the key does not count."),
            ("tasks.id", "Primary key."),
            ("events.created_at", "When the row was created."),
        ] {
            assert!(comments.contains(&(name.to_owned(), text.to_owned())), "{name}: {text}");
        }
    })
    .await;
}

/// The tables and the columns, each with its comment, which is empty if there is none.
async fn comments(db: &TestDatabase) -> Vec<(String, String)> {
    let own = "relkind IN ('r', 'p', 'v', 'm') AND relnamespace = 'public'::regnamespace \
               AND relname <> 'seaql_migrations'";
    let sql = format!(
        "SELECT relname::text || ':' || COALESCE(obj_description(oid, 'pg_class'), '') FROM pg_class WHERE {own} \
         UNION ALL SELECT relname::text || '.' || attname || ':' || COALESCE(col_description(attrelid, attnum), '') \
         FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE attnum > 0 AND NOT attisdropped AND {own} \
         ORDER BY 1"
    );
    let found = texts(db, &sql).await;
    let split = |line: &String| line.split_once(':').map(|(name, text)| (name.to_owned(), text.to_owned()));
    found.iter().filter_map(split).collect()
}
