//! What statements need that fill the rows which are there.

use super::Engine;

impl Engine {
    /// A time plus a number of minutes.
    pub(crate) fn minutes_after(self, moment: &str, minutes: &str) -> String {
        match self {
            Self::Postgres => format!("{moment} + {minutes} * INTERVAL '1 minute'"),
            // Seconds and their fractions stay as they are written.
            Self::Sqlite => format!(
                "strftime('%Y-%m-%dT%H:%M', {moment}, {minutes} || ' minutes') || substr({moment}, {})",
                "2026-05-04T03:02".len() + 1
            ),
        }
    }

    /// A new id for each row.
    pub(crate) fn new_uuid(self) -> &'static str {
        match self {
            Self::Postgres => "gen_random_uuid()",
            // Version 4: random but for two digits.
            Self::Sqlite => {
                "unhex(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) || \
                 '8' || substr(hex(randomblob(8)), 2))"
            }
        }
    }

    /// An id as text, as it is written everywhere.
    pub(crate) fn uuid_text(self, id: &str) -> String {
        let digits = |from: u8, length: u8| format!("substr(hex({id}), {from}, {length})");
        match self {
            Self::Postgres => format!("CAST({id} AS text)"),
            Self::Sqlite => {
                let parts = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)].map(|(from, length)| digits(from, length));
                format!("lower({})", parts.join(" || '-' || "))
            }
        }
    }

    /// A JSON array of texts.
    pub(crate) fn json_list(self, texts: &str) -> String {
        match self {
            Self::Postgres => format!("jsonb_build_array({texts})"),
            Self::Sqlite => format!("json_array({texts})"),
        }
    }

    /// The larger of two numbers.
    pub(crate) fn larger(self, one: &str, other: &str) -> String {
        match self {
            Self::Postgres => format!("GREATEST({one}, {other})"),
            Self::Sqlite => format!("MAX({one}, {other})"),
        }
    }

    /// The smaller of two numbers.
    pub(crate) fn smaller(self, one: &str, other: &str) -> String {
        match self {
            Self::Postgres => format!("LEAST({one}, {other})"),
            Self::Sqlite => format!("MIN({one}, {other})"),
        }
    }

    /// Has a counter go on behind a number, which a query answers.
    pub(crate) fn count_behind(self, table: &str, counter: &str, number: &str) -> String {
        match self {
            Self::Postgres => format!("SELECT setval(pg_get_serial_sequence('{table}', '{counter}'), ({number}))"),
            Self::Sqlite => format!("INSERT INTO sqlite_sequence (name, seq) SELECT '{table}', ({number})"),
        }
    }
}
