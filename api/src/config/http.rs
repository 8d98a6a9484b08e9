//! What the server does with requests.

use std::{net::SocketAddr, time::Duration};

use axum::http::HeaderValue;
use clap::{Args, ValueEnum};

use super::{AdminListen, Secret, value};
use crate::{
    document::Limits,
    http::{Bounds, Settings, Watch},
    memory,
};

/// Where the server listens and what it lets through.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Server")]
pub struct HttpArgs {
    /// Where to listen: an address and a port, or a port of this machine, such as `0.0.0.0:4000`, `localhost:4001` or `4001`; port 0 takes a free one
    #[arg(long, env = "VIVIDWALLS_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:4000", value_parser = value::address)]
    pub listen: SocketAddr,

    /// Where metrics and health are served for monitoring, without a key; `off` for nowhere. If the port is in use, the server warns and goes on without
    #[arg(long, env = "VIVIDWALLS_ADMIN_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:9400", value_parser = value::address_or_off)]
    pub admin_listen: AdminListen,

    /// Who may send requests without an API key, until the first one is created; ignored when other machines can reach the server
    #[arg(long, env = "VIVIDWALLS_OPEN", value_name = "WHO", default_value = "loopback")]
    pub open: Open,

    /// Where people reach the server, such as `https://shop.example`: for links in messages, which are refused without it
    #[arg(long, env = "VIVIDWALLS_PUBLIC_URL", value_name = "URL", value_parser = value::public_url)]
    pub public_url: Option<String>,

    /// Secret that signs links in messages, at least 32 characters, the same for all servers of a database; on SQLite a file beside the database has one by default
    #[arg(long, env = "VIVIDWALLS_SECRET", value_name = "SECRET", hide_env_values = true)]
    pub secret: Option<Secret>,

    /// How many connections there may be
    #[arg(
        long,
        env = "VIVIDWALLS_MAX_CONNECTIONS",
        value_name = "COUNT",
        default_value_t = Bounds::default().connections,
        value_parser = value::count
    )]
    pub max_connections: usize,

    /// How many connections one address may have (of IPv6 one /64 network); behind a proxy all have the proxy's address
    #[arg(
        long,
        env = "VIVIDWALLS_MAX_CONNECTIONS_PER_ADDRESS",
        value_name = "COUNT",
        default_value_t = Bounds::default().connections_per_address,
        value_parser = value::count
    )]
    pub max_connections_per_address: usize,

    /// How many connections one address may open a second (of IPv6 one /64 network), after four quiet seconds four times as many at once
    #[arg(
        long,
        env = "VIVIDWALLS_MAX_CONNECTION_RATE",
        value_name = "COUNT",
        default_value_t = Bounds::default().connection_rate,
        value_parser = value::count
    )]
    pub max_connection_rate: usize,

    /// Time limit for the head of a request: from its first byte on, for the first request from the start of the connection on
    #[arg(
        long,
        env = "VIVIDWALLS_HEAD_TIMEOUT",
        value_name = "TIME",
        default_value = "10s",
        value_parser = value::positive_duration
    )]
    pub head_timeout: Duration,

    /// How long a connection without a request stays open
    #[arg(
        long,
        env = "VIVIDWALLS_IDLE_TIMEOUT",
        value_name = "TIME",
        default_value = "60s",
        value_parser = value::positive_duration
    )]
    pub idle_timeout: Duration,

    /// Time limit for one request, from its head to its response
    #[arg(
        long,
        env = "VIVIDWALLS_REQUEST_TIMEOUT",
        value_name = "TIME",
        default_value = "30s",
        value_parser = value::positive_duration
    )]
    pub request_timeout: Duration,

    /// How long the server still accepts connections after SIGTERM, while `/readyz` answers 503 so that load balancers stop sending; not after Ctrl-C
    #[arg(
        long,
        env = "VIVIDWALLS_DRAIN_DELAY",
        value_name = "TIME",
        default_value = "5s",
        value_parser = value::duration
    )]
    pub drain_delay: Duration,

    /// How long running requests may continue when the server no longer accepts connections
    #[arg(
        long,
        env = "VIVIDWALLS_DRAIN_TIME",
        value_name = "TIME",
        default_value = "10s",
        value_parser = value::duration
    )]
    pub drain_time: Duration,

    /// Memory for all answers that are being built at the same time; a quarter of the machine's memory by default
    #[arg(long, env = "VIVIDWALLS_ANSWER_MEMORY", value_name = "BYTES", value_parser = value::size)]
    pub answer_memory: Option<usize>,

    /// The largest request body
    #[arg(
        long,
        env = "VIVIDWALLS_BODY_LIMIT",
        value_name = "BYTES",
        default_value = "1MiB",
        value_parser = value::size
    )]
    pub body_limit: usize,

    /// Other origins whose web pages may call the API (CORS), separated by commas, or `*`; none by default
    #[arg(long, env = "VIVIDWALLS_ALLOWED_ORIGINS", value_name = "ORIGINS", value_delimiter = ',', value_parser = value::origin)]
    pub allowed_origins: Vec<HeaderValue>,

    /// Write one log line for each request
    #[arg(
        long,
        env = "VIVIDWALLS_LOG_REQUESTS",
        value_name = "BOOL",
        default_value_t = true,
        value_parser = value::switch,
        action = clap::ArgAction::Set
    )]
    pub log_requests: bool,

    /// Write another log line for each request that takes this long; 0 for none
    #[arg(
        long,
        env = "VIVIDWALLS_SLOW_REQUEST",
        value_name = "TIME",
        default_value = "500ms",
        value_parser = value::duration
    )]
    pub slow_request: Duration,

    /// Compress responses for clients that accept gzip; introspection responses always are
    #[arg(
        long,
        env = "VIVIDWALLS_COMPRESSION",
        value_name = "BOOL",
        default_value_t = false,
        value_parser = value::switch,
        action = clap::ArgAction::Set
    )]
    pub compression: bool,

    /// How long a WebSocket may take to authenticate
    #[arg(
        long,
        env = "VIVIDWALLS_SOCKET_INIT_TIMEOUT",
        value_name = "TIME",
        default_value = "3s",
        value_parser = value::positive_duration,
        help_heading = "Watching"
    )]
    pub socket_init_timeout: Duration,

    /// Keep-alive interval of WebSockets and event streams; a client that reads nothing for this long is disconnected
    #[arg(
        long,
        env = "VIVIDWALLS_KEEPALIVE",
        value_name = "TIME",
        default_value = "12s",
        value_parser = value::positive_duration,
        help_heading = "Watching"
    )]
    pub keepalive: Duration,

    /// How many operations a WebSocket may run at once
    #[arg(
        long,
        env = "VIVIDWALLS_SOCKET_OPERATIONS",
        value_name = "COUNT",
        default_value_t = Watch::default().operations,
        help_heading = "Watching"
    )]
    pub socket_operations: usize,

    /// How many WebSockets and event streams one key, or all keys of an agent, may have open
    #[arg(
        long,
        env = "VIVIDWALLS_MAX_SOCKETS",
        value_name = "COUNT",
        default_value_t = Watch::default().sockets,
        help_heading = "Watching"
    )]
    pub max_sockets: usize,

    /// How many subscriptions one key, or all keys of an agent, may have, over all WebSockets and event streams
    #[arg(
        long,
        env = "VIVIDWALLS_MAX_SUBSCRIPTIONS",
        value_name = "COUNT",
        default_value_t = Watch::default().subscriptions,
        help_heading = "Watching"
    )]
    pub max_subscriptions: usize,

    /// How often to poll the event log for events without a notification
    #[arg(
        long,
        env = "VIVIDWALLS_EVENT_POLL_INTERVAL",
        value_name = "TIME",
        default_value = "1s",
        value_parser = value::positive_duration,
        help_heading = "Watching"
    )]
    pub event_poll_interval: Duration,

    /// How many fields deep a query may be
    #[arg(
        long,
        env = "VIVIDWALLS_MAX_DEPTH",
        value_name = "COUNT",
        default_value_t = Limits::default().depth,
        help_heading = "Query limits"
    )]
    pub max_depth: usize,

    /// How many fields a query may select, its fragments expanded
    #[arg(
        long,
        env = "VIVIDWALLS_MAX_FIELDS",
        value_name = "COUNT",
        default_value_t = Limits::default().fields,
        help_heading = "Query limits"
    )]
    pub max_fields: u64,

    /// How many rows the lists of a query could return together
    #[arg(
        long,
        env = "VIVIDWALLS_MAX_ROWS",
        value_name = "COUNT",
        default_value_t = Limits::default().rows,
        help_heading = "Query limits"
    )]
    pub max_rows: u64,

    /// How many points an operation could cost; less for keys, by their roles
    #[arg(
        long,
        env = "VIVIDWALLS_MAX_POINTS",
        value_name = "COUNT",
        default_value_t = Limits::default().points,
        help_heading = "Query limits"
    )]
    pub max_points: u64,

    /// How many tokens (names, punctuators and values) a query may have
    #[arg(
        long,
        env = "VIVIDWALLS_MAX_TOKENS",
        value_name = "COUNT",
        default_value_t = Limits::default().tokens,
        help_heading = "Query limits"
    )]
    pub max_tokens: usize,
}

/// Who needs no key while none was ever created.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Open {
    /// Programs of this machine, and the server's own pages.
    Loopback,
    /// Nobody.
    Never,
}

impl HttpArgs {
    /// Whether requests of this machine need no key while none was ever created.
    pub fn is_open(&self) -> bool {
        self.open == Open::Loopback && self.listen.ip().is_loopback()
    }

    /// What the router is built with.
    pub fn settings(&self) -> Settings {
        Settings {
            limits: Limits {
                tokens: self.max_tokens,
                depth: self.max_depth,
                fields: self.max_fields,
                rows: self.max_rows,
                points: self.max_points,
            },
            answer_memory: self.answer_memory.map_or_else(|| memory::total() / 4, |bytes| bytes as u64),
            body_limit: self.body_limit,
            request_timeout: self.request_timeout,
            log_requests: self.log_requests,
            slow_request: self.slow_request,
            compression: self.compression,
            watch: Watch {
                init_timeout: self.socket_init_timeout,
                keepalive: self.keepalive,
                operations: self.socket_operations,
                sockets: self.max_sockets,
                subscriptions: self.max_subscriptions,
                ..Watch::default()
            },
            allowed_origins: self.allowed_origins.clone(),
            keyless: self.is_open(),
            ..Settings::default()
        }
    }

    /// What the server's connections may do.
    pub fn bounds(&self) -> Bounds {
        Bounds {
            connections: self.max_connections,
            connections_per_address: self.max_connections_per_address,
            connection_rate: self.max_connection_rate,
            head_timeout: self.head_timeout,
            idle_timeout: self.idle_timeout,
        }
    }
}
