//! The secret beside a database.

use tests::{Engine, on_both_engines};

use crate::client::connect;

on_both_engines! {
    async fn a_database_with_a_file_has_one_secret(db: &TestDatabase) {
        let database = connect(db).await;
        let secret = database.secret().expect("it can be read");
        assert_eq!(secret.is_some(), db.engine() == Engine::Sqlite);
        assert_eq!(connect(db).await.secret().expect("it can be read"), secret);
        assert!(secret.is_none_or(|secret| secret.len() == 64));
    }
}
