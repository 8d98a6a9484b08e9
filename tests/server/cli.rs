//! The command line.

use std::{net::TcpListener, process::Stdio};

use crate::process::{Folder, output, vividwalls};

#[test]
fn a_wrong_setting_is_named() {
    let folder = Folder::migrated();
    for (arguments, name) in [
        (&["--listen", "here"][..], "--listen"),
        (&["serve", "--request-timeout", "5"], "--request-timeout"),
        (&["--admin-listen", "on"], "--admin-listen"),
        (&["--slow-request", "fast"], "--slow-request"),
        (&["--body-limit", "0"], "--body-limit"),
        (&["--max-connections", "0"], "--max-connections"),
        (&["--max-depth=-1"], "--max-depth"),
        (&["--database-connections", "0"], "--database-connections"),
        (&["--system-info-retention", "29d"], "--system-info-retention"),
        (&["retention", "--audit-retention", "399d"], "--audit-retention"),
        (&["--work-retention", "29d", "--archive", "archive"], "must be at least 30d"),
        (&["--work-retention", "30d"], "--archive"),
        (&["retention", "--dry-run", "--work-retention", "30d"], "VIVIDWALLS_ARCHIVE"),
        (&["--log", "info,=x=y"], "--log"),
        (&["--log-format", "xml"], "--log-format"),
        (&["--open", "always"], "--open"),
        (&["--public-url", "shop.example"], "--public-url"),
        (&["--allowed-origins", "\n"], "--allowed-origins"),
        (&["--webhook-allow", "10.0.0.0/8,10.0.0.0/33"], "--webhook-allow"),
        (&["--webhook-body-limit", "4MB"], "--webhook-body-limit"),
        (&["--bulk-limit", "0"], "--bulk-limit"),
        (&["--database-url", "mysql://x"], "DATABASE_URL"),
        (&["keys", "list", "--database-url", "sqlite://"], "names no file"),
        (&["--demo", "--no-demo"], "--no-demo"),
        (&["migrate", "status", "--database-url", "postgres://u:secret@h:notaport/x"], "DATABASE_URL"),
        (&["migrate", "down"], "--yes"),
        (&["nonsense"], "nonsense"),
        (&["import", "shopify-orders", "x.csv"], "shopify-orders"),
        (&["keys"], "create"),
        (&["keys", "create", "--name", "me"], "--role"),
        (&["keys", "create", "--name", "me", "--role", "king"], "viewer"),
        (&["keys", "create", "--name", "me", "--role", "agent"], "--agent"),
        (&["keys", "create", "--name", "me", "--role", "agent", "--agent", "Nobody"], "no agent with the name"),
        (&["keys", "create", "--name", "me", "--role", "admin", "--agent", "Nobody"], "Nobody"),
        (&["keys", "create", "--name", " ", "--role", "admin"], "--name"),
        (&["keys", "create", "--name", "server", "--role", "admin"], "--name"),
        (&["keys", "create", "--name", "stripe", "--role", "admin"], "--name"),
        (&["keys", "create", "--name", "me", "--role", "admin", "--expires-in", "soon"], "--expires-in"),
        (&["keys", "create", "--name", "me", "--role", "admin", "--expires-in", "9999999d"], "--expires-in"),
    ] {
        let (code, out, error) = output(&folder, arguments);
        assert_eq!(code, 2, "{arguments:?}: {error}");
        assert!(error.contains(name), "{arguments:?}: {error}");
        assert!(out.is_empty() && !error.contains("panicked") && !error.contains("secret"), "{arguments:?}: {error}");
    }
    let mut command = vividwalls(&folder, &["config"]);
    let failed = command.env("VIVIDWALLS_MAX_ROWS", "many").output().expect("it starts");
    assert_eq!(failed.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&failed.stderr).contains("invalid value 'many' for 'VIVIDWALLS_MAX_ROWS'"));
    for (name, value) in [
        ("VIVIDWALLS_NO_DEMO", "maybe"),
        ("VIVIDWALLS_NO_MIGRATE", "2"),
        ("VIVIDWALLS_COMPRESSION", "gzip"),
        ("VIVIDWALLS_LISTEN", "here"),
        ("VIVIDWALLS_KEEPALIVE", "0"),
    ] {
        let failed = vividwalls(&folder, &["serve"]).env(name, value).output().expect("it starts");
        let error = String::from_utf8_lossy(&failed.stderr).into_owned();
        assert_eq!(failed.status.code(), Some(2), "{error}");
        assert!(error.contains(&format!("invalid value '{value}' for '{name}'")), "{error}");
    }
    // A secret is not shown.
    for (name, value) in [
        ("VIVIDWALLS_SECRET", "too short"),
        ("VIVIDWALLS_SHOPIFY_SECRET", "too short"),
        ("VIVIDWALLS_STRIPE_SECRET", "0123456789abcdef0123456789abcdef, too short"),
    ] {
        let failed = vividwalls(&folder, &["serve"]).env(name, value).output().expect("it starts");
        let error = String::from_utf8_lossy(&failed.stderr).into_owned();
        assert_eq!(failed.status.code(), Some(2), "{error}");
        assert!(error.contains(name) && !error.contains("too short"), "{error}");
    }
    // A flag that is wrong is to blame itself.
    let mut command = vividwalls(&folder, &["config", "--max-rows=few"]);
    let failed = command.env("VIVIDWALLS_MAX_ROWS", "many").output().expect("it starts");
    assert!(String::from_utf8_lossy(&failed.stderr).contains("invalid value 'few' for '--max-rows"));
}

#[test]
fn a_variable_that_is_no_setting_is_named() {
    let folder = Folder::new();
    let mut command = vividwalls(&folder, &["schema"]);
    let done = command.env("VIVIDWALLS_LISTENS", "4001").env("VIVIDWALLS_LISTEN", "4001").output().expect("it starts");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(0));
    assert!(said.contains("VIVIDWALLS_LISTENS is not a setting") && said.lines().count() == 1, "{said}");
}

#[test]
fn settings_are_printed_with_their_source_and_without_secrets() {
    let folder = Folder::new();
    let mut command = vividwalls(&folder, &["config", "--max-depth", "9"]);
    command.env("DATABASE_URL", "postgres://me:secret@db/shop").env("VIVIDWALLS_MAX_ROWS", "77");
    command.env("VIVIDWALLS_SECRET", "0123456789abcdef").env("VIVIDWALLS_STRIPE_SECRET", "0123456789,abcdef");
    let printed = command.output().expect("it starts");
    let text = String::from_utf8(printed.stdout).expect("UTF-8");
    let line = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {text}"));
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("VIVIDWALLS_MAX_DEPTH"), "VIVIDWALLS_MAX_DEPTH=9 # command line");
    assert_eq!(line("VIVIDWALLS_MAX_ROWS"), "VIVIDWALLS_MAX_ROWS=77 # environment");
    assert_eq!(line("VIVIDWALLS_LISTEN"), "VIVIDWALLS_LISTEN=127.0.0.1:4000 # default");
    assert_eq!(line("DATABASE_URL"), "DATABASE_URL=postgres://me:***@db:5432/shop # environment");
    assert_eq!(line("VIVIDWALLS_SECRET"), "VIVIDWALLS_SECRET=*** # environment");
    assert_eq!(line("VIVIDWALLS_STRIPE_SECRET"), "VIVIDWALLS_STRIPE_SECRET=*** # environment");
    assert_eq!(line("VIVIDWALLS_SHOPIFY_SECRET"), "VIVIDWALLS_SHOPIFY_SECRET= # default");
    assert_eq!(line("VIVIDWALLS_BULK_LIMIT"), "VIVIDWALLS_BULK_LIMIT=100MiB # default");
}

#[test]
fn help_names_every_command_and_setting() {
    let folder = Folder::new();
    let (code, out, _) = output(&folder, &["--help"]);
    assert_eq!(code, 0);
    for command in ["serve", "migrate", "import", "export", "seed", "keys", "check", "retention", "schema", "config"] {
        assert!(out.contains(command), "{command}");
    }
    let (_, settings, _) = output(&folder, &["config"]);
    let (_, help, _) = output(&folder, &["serve", "--help"]);
    for name in settings.lines().filter_map(|line| line.split('=').next()) {
        assert!(help.contains(name), "{name}");
    }
}

#[test]
fn what_is_old_is_reported() {
    let folder = Folder::migrated();
    for arguments in [&["retention", "--dry-run"][..], &["retention"]] {
        let (code, out, error) = output(&folder, arguments);
        assert_eq!(code, 0, "{error}");
        assert_eq!(out.lines().count(), 13, "{out}");
        assert!(out.contains("         0  audit entries\n"), "{out}");
        assert!(out.contains("         0  rows of finished work\n"), "{out}");
    }
}

#[test]
fn an_archive_is_made_when_something_may_go_there() {
    let folder = Folder::migrated();
    let archive = folder.path().join("archive");
    let settings = ["--work-retention", "30d", "--archive", "archive"];
    for (command, made) in [(&["retention", "--dry-run"][..], false), (&["retention"], true)] {
        let (code, _, error) = output(&folder, &[command, &settings].concat());
        assert_eq!((code, archive.is_dir()), (0, made), "{error}");
    }
    std::fs::write(folder.path().join("file"), "").expect("a file");
    let taken = ["--work-retention", "30d", "--archive", "file"];
    for command in [&["retention"][..], &["serve", "--listen", "0"]] {
        let (code, _, error) = output(&folder, &[command, &taken].concat());
        assert_eq!(code, 1, "{error}");
        assert!(error.contains("the archive file cannot be written to"), "{error}");
    }
}

#[test]
fn rows_are_checked() {
    let folder = Folder::migrated();
    assert_eq!(output(&folder, &["seed", "demo"]).0, 0);
    let (code, out, error) = output(&folder, &["check"]);
    assert_eq!((code, out.as_str()), (0, "0 violations\n"), "{error}");
}

#[test]
fn a_port_in_use_is_said() {
    let folder = Folder::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let (code, _, error) = output(&folder, &["--listen", &address]);
    assert_eq!(code, 1);
    assert!(error.contains(&address) && error.contains("VIVIDWALLS_LISTEN"), "{error}");
}

#[test]
fn migrations_go_up_and_down() {
    let folder = Folder::new();
    let applied = || {
        let (code, out, error) = output(&folder, &["migrate", "status"]);
        assert_eq!(code, 0, "{error}");
        (out.matches("applied").count(), out.lines().count())
    };
    assert_eq!(output(&folder, &["migrate", "status"]).0, 1, "there is no file yet");
    assert_eq!(output(&folder, &["migrate", "up"]).0, 0);
    let (some, all) = applied();
    assert_eq!(some, all);
    assert_eq!(output(&folder, &["migrate", "up"]).1, "nothing to do\n");
    assert_eq!(output(&folder, &["migrate", "down", "--yes"]).0, 0);
    assert_eq!(applied(), (all - 1, all));
    assert_eq!(output(&folder, &["migrate", "down", "--all", "--yes"]).0, 0);
    assert_eq!(applied(), (0, all));
}

#[test]
fn many_may_migrate_at_once() {
    let folder = Folder::new();
    let start = || vividwalls(&folder, &["migrate", "up"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let running: Vec<_> = (0..4).map(|_| start()).collect();
    for child in running {
        assert!(child.wait_with_output().expect("it ends").status.success());
    }
}

#[test]
fn a_reader_may_leave_early() {
    let folder = Folder::new();
    for command in ["schema", "config"] {
        let mut child =
            vividwalls(&folder, &[command]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        drop(child.stdout.take());
        let ended = child.wait_with_output().expect("it ends");
        assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
        assert!(ended.stderr.is_empty());
    }
}

#[test]
fn a_shop_is_imported_and_refusals_are_listed() {
    let folder = Folder::migrated();
    let file = folder.path().join("products.csv");
    let row =
        |handle: &str, price: &str| format!("{handle},A print,,,,TRUE,Size,24x36,,,,,{handle}-1,{price},,,,active,\n");
    let header = "Handle,Title,Body (HTML),Product Category,Tags,Published,Option1 Name,Option1 Value,Option2 Name,\
                  Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Price,Variant Compare At Price,Image Src,\
                  Cost per item,Status,Type\n";
    std::fs::write(&file, header.to_owned() + &row("leaf", "19.50") + &row("sea", "much")).expect("a file");
    let file = file.display().to_string();
    let (code, out, error) = output(&folder, &["import", "shopify-products", &file, "--dry-run"]);
    assert_eq!(code, 1, "{out}{error}");
    assert!(out.contains("line 3, Variant Price \"much\""), "{out}");
    let mut child = vividwalls(&folder, &["import", "shopify-products", "-", "--dry-run"])
        .stdin(Stdio::from(std::fs::File::open(&file).expect("the file")))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdin.take());
    let piped = child.wait_with_output().expect("it ends");
    assert_eq!((piped.status.code(), String::from_utf8_lossy(&piped.stdout).into_owned()), (Some(1), out));
    let (code, _, error) = output(&folder, &["import", "shopify-products", "absent.csv"]);
    assert_eq!(code, 1);
    assert!(error.contains("absent.csv cannot be read"), "{error}");
}

#[test]
fn a_shop_is_exported() {
    let folder = Folder::migrated();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (given, written) = (file("given.csv"), file("written.csv"));
    let rows = "Handle,Title,Variant Price\nleaf,\"A leaf, pressed\",19.50\n";
    std::fs::write(&given, rows).expect("a file");
    let (code, _, error) = output(&folder, &["import", "shopify-products", &given]);
    assert_eq!(code, 0, "{error}");
    let (code, out, error) = output(&folder, &["export", "products"]);
    assert_eq!(code, 0, "{error}");
    assert!(out.starts_with("Handle,Title,") && out.contains("\nleaf,\"A leaf, pressed\","), "{out}");
    let (code, none, error) = output(&folder, &["export", "products", &written]);
    assert_eq!((code, none.as_str()), (0, ""), "{error}");
    assert_eq!(std::fs::read_to_string(&written).expect("the file"), out);
    let (code, out, error) = output(&folder, &["import", "shopify-products", &written]);
    assert_eq!(code, 0, "{error}");
    assert!(out.contains("0 created         0 updated         1 unchanged"), "{out}");
    let (code, out, error) = output(&folder, &["export", "inventory", "-"]);
    assert_eq!((code, out.lines().count()), (0, 1), "{error}");
    let (code, _, error) = output(&folder, &["export", "products", &folder.path().display().to_string()]);
    assert_eq!(code, 1);
    assert!(error.contains("cannot be written"), "{error}");
}
