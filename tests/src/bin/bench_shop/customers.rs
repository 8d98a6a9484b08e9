//! The customers to whom messages are sent. They are written straight into the server's database: by calls, a great
//! many of them would take longer than what is measured.
//!
//! All of them accept e-mails. Each has one of ten tags, `bench-0` to `bench-9`, and was made a second after the one
//! before, so that criteria find as many of them as are wanted.

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbErr};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::runtime::Builder;
use uuid::Uuid;

use super::{
    limit::Act,
    options::Options,
    shop::{Shop, total},
};

/// How many are written in a transaction.
const CHUNK: usize = 10_000;
/// What all their addresses end with.
const HOST: &str = "@bench.example";

const COUNT: &str =
    "query($input: String!) { customers(first: 0, filter: { email: { endsWith: $input } }) { totalCount } }";

/// `$2` are the customers: id, address, its hash, tag and time of each.
const CUSTOMERS: Act = Act {
    postgres: "WITH wanted AS (
            SELECT CAST(k.value ->> 0 AS uuid) AS id, k.value ->> 1 AS email, k.value ->> 2 AS hash,
                k.value ->> 3 AS tag, CAST(k.value ->> 4 AS timestamptz) AS moment
            FROM json_array_elements(CAST($2 AS json)) AS k(value)
        ), made AS (
            INSERT INTO customers (id, email, email_hash, first_name, tags, accepts_marketing, created_at, updated_at)
            SELECT id, email, hash, 'Bench', jsonb_build_array(tag), TRUE, moment, $1 FROM wanted
        )
        INSERT INTO consents (id, channel, address_hash, customer_id, state, source, principal, occurred_at, created_at)
        SELECT gen_random_uuid(), CAST('email' AS consent_channel), hash, id, CAST('granted' AS consent_state), 'api',
            'bench', moment, $1 FROM wanted",
    sqlite: &[
        "INSERT INTO customers (id, email, email_hash, first_name, tags, accepts_marketing, created_at, updated_at)
            SELECT unhex(value ->> 0), value ->> 1, value ->> 2, 'Bench', json_array(value ->> 3), TRUE, value ->> 4, $1
            FROM json_each($2)",
        "INSERT INTO consents (id, channel, address_hash, customer_id, state, source, principal, occurred_at,
                created_at)
            SELECT randomblob(16), 'email', value ->> 2, unhex(value ->> 0), 'granted', 'api', 'bench', value ->> 4, $1
            FROM json_each($2)",
    ],
};

/// Adds customers until there are as many as are wanted.
pub(crate) fn fill(shop: &Shop, options: &Options, wanted: usize) -> Result<(), String> {
    let there = total(shop.connect().ask(COUNT, &format!(r#""{HOST}""#)));
    let there = usize::try_from(there).unwrap_or_default();
    if there >= wanted {
        return Ok(());
    }
    let Some(url) = options.database.as_deref() else {
        return Err(format!(
            "{wanted} customers of the bench are needed, and there are {there}: name the server's database with \
             `--database`, and the others are written into it"
        ));
    };
    let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let written = runtime.block_on(write(url, there, wanted));
    written.map_err(|error| format!("the customers cannot be written: {error}"))
}

/// The time before which this number of them was made.
pub(crate) fn made_before(number: usize) -> String {
    moment(number).to_rfc3339()
}

async fn write(url: &str, there: usize, wanted: usize) -> Result<(), DbErr> {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).max_connections(1);
    let connection = Database::connect(options).await?;
    let numbers: Vec<usize> = (there..wanted).collect();
    for numbers in numbers.chunks(CHUNK) {
        let rows: Vec<_> = numbers.iter().map(|number| row(*number)).collect();
        CUSTOMERS.run(&connection, [json!(rows).to_string().into()]).await?;
    }
    for table in ["customers", "consents"] {
        connection.execute_unprepared(&format!("ANALYZE {table}")).await?;
    }
    connection.close().await
}

fn row(number: usize) -> [String; 5] {
    let email = format!("buyer-{number:06}{HOST}");
    let hash = hash(&email);
    [Uuid::now_v7().simple().to_string(), email, hash, format!("bench-{}", number % 10), made_before(number)]
}

/// The hash of an address, as the server has it.
fn hash(email: &str) -> String {
    Sha256::digest(format!("email:{email}")).iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

fn moment(number: usize) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(i64::try_from(number).unwrap_or_default())
}
