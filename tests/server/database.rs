//! Which database a command uses, and what it says when it cannot.

use std::{
    fs::{self, Permissions},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Stdio,
};

use sea_orm::ConnectionTrait;
use serde_json::json;
use tests::{Engine, TestDatabase, cluster::Cluster, tokio};

use crate::process::{Folder, Server, finish, output, vividwalls};

/// Runs a command to its end on the default database of a folder.
fn by_default(folder: &Folder, arguments: &[&str]) -> (i32, String, String) {
    let mut command = vividwalls(folder, arguments);
    finish(command.env_remove("DATABASE_URL"))
}

#[test]
fn only_serve_and_migrate_up_create_a_file() {
    let folder = Folder::new();
    fs::write(folder.path().join("products.csv"), "").expect("a file");
    for command in [
        &["migrate", "status"][..],
        &["migrate", "down", "--all", "--yes"],
        &["check"],
        &["keys", "list"],
        &["keys", "create", "--name", "me", "--role", "admin"],
        &["keys", "revoke", "vw_none"],
        &["retention", "--dry-run"],
        &["seed", "demo"],
        &["import", "shopify-products", "products.csv", "--dry-run"],
    ] {
        let (code, out, error) = by_default(&folder, command);
        assert_eq!((code, out.as_str()), (1, ""), "{command:?}: {error}");
        assert!(error.contains("there is no database file ./data/vividwalls.db: `vividwalls migrate up`"), "{error}");
        assert!(error.starts_with("database: sqlite://./data/vividwalls.db\n"), "{error}");
        let elsewhere = [command, &["--database-url", "sqlite://other.db"]].concat();
        let (_, _, error) = by_default(&folder, &elsewhere);
        assert!(error.contains("`vividwalls migrate up --database-url sqlite://other.db`"), "{error}");
    }
    let names: Vec<_> =
        fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("a file").file_name()).collect();
    assert_eq!(names, ["products.csv"]);
    assert_eq!(by_default(&folder, &["migrate", "up"]).0, 0);
    let (code, out, error) = by_default(&folder, &["keys", "list"]);
    assert_eq!(
        (code, out.as_str(), error.as_str()),
        (0, "There are no keys.\n", "database: sqlite://./data/vividwalls.db\n")
    );
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode() & 0o777
}

#[test]
fn the_files_are_for_their_owner_alone() {
    let folder = Folder::new();
    let data = folder.path().join("data");
    let file = data.join("vividwalls.db");
    assert_eq!(by_default(&folder, &["migrate", "up"]).0, 0);
    assert_eq!((mode(&data), mode(&file)), (0o700, 0o600));

    // As earlier versions made them; the folder may be shared with others.
    fs::set_permissions(&data, Permissions::from_mode(0o755)).expect("set");
    fs::set_permissions(&file, Permissions::from_mode(0o644)).expect("set");
    let mut command = vividwalls(&folder, &["serve", "--listen", "127.0.0.1:0"]);
    command.env_remove("DATABASE_URL");
    let server = Server::spawn(command, folder);
    assert_eq!(server.query("{ __typename }").status, 200);
    assert_eq!((mode(&data), mode(&file)), (0o755, 0o600));
    assert_eq!(mode(&data.join("vividwalls.db-wal")), 0o600);
}

#[test]
fn a_secret_is_made_beside_the_file_when_links_need_it() {
    for (arguments, expected) in [
        (&[][..], None),
        (&["--public-url", "https://shop.example"], Some(0o600)),
        (&["--public-url", "https://shop.example", "--secret", "0123456789abcdef0123456789abcdef"], None),
    ] {
        let folder = Folder::new();
        let file = folder.path().join("vividwalls.db-secret");
        let _server = Server::start_in(folder, arguments);
        let made = file.exists().then(|| mode(&file));
        assert_eq!(made, expected, "{arguments:?}");
    }
}

#[test]
fn demo_data_goes_into_the_default_file_or_where_it_is_wanted() {
    let agents =
        |server: &Server| server.query("{ agents { totalCount } }").json()["data"]["agents"]["totalCount"].clone();
    for (by_default, arguments, expected) in
        [(true, &[][..], 11), (true, &["--no-demo"], 0), (false, &[], 0), (false, &["--demo"], 11)]
    {
        let folder = Folder::new();
        let mut command = vividwalls(&folder, &["serve", "--listen", "127.0.0.1:0"]);
        command.args(arguments);
        if by_default {
            command.env_remove("DATABASE_URL");
        }
        let server = Server::spawn(command, folder);
        assert_eq!(agents(&server), json!(expected), "{by_default} {arguments:?}");
    }
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let folder = Folder::new();
    fs::write(folder.path().join("notes.txt"), "no database at all, but text".repeat(100)).expect("a file");
    fs::write(folder.path().join("empty.db"), "").expect("a file");
    for (url, reason) in [
        ("sqlite://notes.txt", "file is not a database"),
        ("sqlite://.", "it is a folder"),
        (
            "sqlite://empty.db",
            "the database has no tables yet: run `vividwalls migrate up --database-url sqlite://empty.db`",
        ),
    ] {
        let (code, _, error) = by_default(&folder, &["keys", "list", "--database-url", url]);
        assert_eq!(code, 1, "{error}");
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn a_server_that_is_not_there_is_named_at_once() {
    let folder = Folder::new();
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let url = format!("postgres://me@127.0.0.1:{port}/shop");
    for command in [&["keys", "list"][..], &["migrate", "up"], &["serve", "--listen", "127.0.0.1:0"]] {
        let (code, _, error) = by_default(&folder, &[command, &["--database-url", &url]].concat());
        assert_eq!(code, 1, "{error}");
        let said = format!("no PostgreSQL server answers at 127.0.0.1:{port}: connection refused");
        assert!(error.contains(&said) && error.contains(&url), "{error}");
        assert!(!error.contains("***"), "{error}");
    }
    // Accepts, and never says anything.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port();
    let url = format!("postgres://me:secret@127.0.0.1:{port}/shop?sslmode=disable");
    let (code, _, error) = by_default(&folder, &["keys", "list", "--database-url", &url]);
    assert_eq!(code, 1, "{error}");
    assert!(error.contains("did not answer within 2 seconds") && !error.contains("secret"), "{error}");
}

async fn tables_of_another_program(engine: Engine) {
    let Some(db) = TestDatabase::bare(engine).await else { return };
    db.connection().execute_unprepared("CREATE TABLE orders (id INTEGER)").await.expect("a table");
    let folder = Folder::new();
    for command in [&["migrate", "up"][..], &["keys", "list"], &["serve", "--listen", "127.0.0.1:0"]] {
        let (code, _, error) = output(&folder, &[command, &["--database-url", db.url()]].concat());
        assert_eq!(code, 1, "{error}");
        assert!(error.contains("it holds tables of another program, such as \"orders\""), "{error}");
    }
    db.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_of_another_program_are_left_alone_on_sqlite() {
    tables_of_another_program(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_of_another_program_are_left_alone_on_postgres() {
    tables_of_another_program(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_that_cannot_be_used_says_why() {
    let Some(db) = TestDatabase::bare(Engine::Postgres).await else { return };
    let folder = Folder::new();
    let said = |url: &str| {
        let (code, _, error) = output(&folder, &["migrate", "up", "--database-url", url]);
        assert_eq!(code, 1, "{error}");
        assert!(!error.contains("at line"), "{error}");
        error
    };
    let cluster = Cluster::shared().await.expect("it is there");
    let error = said(&cluster.url("nowhere"));
    assert!(error.contains("has no database \"nowhere\""), "{error}");
    let error = said(&cluster.url("nowhere").replace("vividwalls@", "stranger@"));
    assert!(error.contains("role \"stranger\" does not exist"), "{error}");

    let name = format!("guest_{}", std::process::id());
    db.connection().execute_unprepared(&format!("CREATE ROLE {name} LOGIN")).await.expect("a role");
    db.connection().execute_unprepared("REVOKE CREATE ON SCHEMA public FROM PUBLIC").await.expect("revoked");
    let error = said(&db.url().replace("vividwalls@", &format!("{name}@")));
    assert!(error.contains(&format!("GRANT CREATE ON SCHEMA \"public\" TO \"{name}\"")), "{error}");
    let (code, _, error) = output(&folder, &["keys", "list", "--database-url", db.url()]);
    assert_eq!(code, 1);
    assert!(error.contains("the database has no tables yet: run `vividwalls migrate up --database-url '"), "{error}");
    db.remove().await;
}

#[test]
fn nothing_is_added_before_the_server_may_listen() {
    let folder = Folder::new();
    let mut command = vividwalls(&folder, &["--listen", "0.0.0.0:0", "--database-url", "sqlite://shop.db", "--demo"]);
    let (code, _, error) = finish(command.stdout(Stdio::null()));
    assert_eq!(code, 1, "{error}");
    let hint = "vividwalls keys create --name me --role admin --database-url sqlite://shop.db";
    assert!(error.contains(hint), "{error}");
    let agent = ["keys", "create", "--name", "me", "--role", "agent", "--agent", "Sales Specialist"];
    let (_, _, error) = by_default(&folder, &[&agent[..], &["--database-url", "sqlite://shop.db"]].concat());
    assert!(error.contains("no agent with the name"), "{error}");
}
