//! Keys at the command line, and what they are for at the start of a server.

use std::process::Stdio;

use crate::process::{Folder, Server, output, vividwalls};

/// Makes a key and gives what was printed.
fn create(folder: &Folder, arguments: &[&str]) -> String {
    let (code, out, error) = output(folder, &[&["keys", "create"], arguments].concat());
    assert_eq!(code, 0, "{error}");
    let key = out.trim_end().to_owned();
    assert!(key.starts_with("vw_") && key.len() == 39 && out.lines().count() == 1, "{out}");
    assert!(error.contains(&key[..13]) && !error.contains(&key), "{error}");
    key
}

#[test]
fn keys_are_made_listed_and_revoked() {
    let folder = Folder::migrated();
    assert_eq!(output(&folder, &["keys", "list"]).1, "There are no keys.\n");
    let anna = create(&folder, &["--name", "anna", "--role", "admin"]);
    output(&folder, &["seed", "demo"]);
    let agent = ["--name", "worker", "--role", "agent", "--agent", "Sales Specialist", "--expires-in", "30d"];
    let worker = create(&folder, &agent);

    let (code, list, _) = output(&folder, &["keys", "list"]);
    assert_eq!(code, 0);
    let lines: Vec<_> = list.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(lines[0], "KEY ROLE NAME LAST USED STATE");
    assert_eq!(lines[1], format!("{} admin anna never valid", &anna[..13]));
    assert!(lines[2].starts_with(&format!("{} agent Sales Specialist worker never until 20", &worker[..13])), "{list}");
    assert_eq!(lines.len(), 3);
    assert!(!list.contains(&anna) && !list.contains(&worker));

    let revoked = output(&folder, &["keys", "revoke", &anna[..13]]);
    assert_eq!((revoked.0, revoked.1), (0, format!("revoked  {}\n", &anna[..13])));
    assert_eq!(output(&folder, &["keys", "revoke", &worker]).1, format!("revoked  {}\n", &worker[..13]));
    assert_eq!(output(&folder, &["keys", "list"]).1.matches("revoked at").count(), 2);
    let (code, _, error) = output(&folder, &["keys", "revoke", "vw_nothing"]);
    assert_eq!(code, 1);
    assert!(error.contains("there is no key \"vw_nothing\""), "{error}");
}

#[test]
fn a_server_without_keys_says_who_acts() {
    let server = Server::start(&[]);
    assert_eq!(server.query("mutation { __typename }").status, 200);
    assert!(server.said().contains("local administrator"));
    server.signal("TERM");
    // Once is enough.
    let (_, log) = server.end();
    assert!(!log.contains("local administrator"), "{log}");
}

#[test]
fn a_server_can_ask_for_a_key_before_there_is_one() {
    let server = Server::start(&["--open", "never"]);
    assert!(server.said().contains("requests without one are refused (VIVIDWALLS_OPEN=never)"));
    assert_eq!(server.query("{ __typename }").status, 401);
    assert_eq!(server.send("GET /graphiql", &[], b"").status, 200);
}

#[test]
fn a_server_with_keys_asks_for_one() {
    let folder = Folder::migrated();
    let key = create(&folder, &["--name", "me", "--role", "viewer"]);
    // Listening for everybody is allowed then.
    let server = Server::start_in(folder, &["--listen", "0.0.0.0:0"]);
    assert_eq!(server.query("{ __typename }").status, 401);
    let headers = [("content-type", "application/json"), ("authorization", &format!("Bearer {key}"))];
    assert_eq!(server.send("POST /graphql", &headers, br#"{"query": "{ __typename }"}"#).status, 200);
    assert_eq!(server.send("GET /graphiql", &[], b"").status, 200);
}

#[test]
fn nobody_listens_elsewhere_without_keys() {
    let folder = Folder::new();
    for address in ["0.0.0.0:0", "[::]:0"] {
        let (code, out, error) = output(&folder, &["--listen", address, "--no-demo"]);
        // Where the machine has no such address, that is what is said.
        if error.contains("cannot listen") {
            continue;
        }
        assert_eq!((code, out.as_str()), (1, ""), "{error}");
        assert!(error.contains("vividwalls keys create --name me --role admin"), "{error}");
    }
    let mut command = vividwalls(&folder, &["--listen", "0.0.0.0:0", "--no-migrate"]);
    let ended = command.stdout(Stdio::null()).output().expect("it starts");
    assert_eq!(ended.status.code(), Some(1));
}
