//! Sending a message: one attempt, and its outcome.

use std::{error::Error, fmt, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    HeaderMap, Request, StatusCode,
    body::{Bytes, Incoming},
    header,
};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};
use service::{
    Result,
    webhooks::outbox::{outcome::Answer, secret::Secret},
};
use tokio::time::timeout;
use uuid::Uuid;

use super::{
    connector::{Secure, connector},
    guard::Guard,
    target::Target,
};

/// How long an attempt may take.
const LONGEST: Duration = Duration::from_secs(15);
/// How long a connection is kept for the next message.
const IDLE: Duration = Duration::from_secs(30);
/// How many are kept.
const KEPT: usize = 4;
/// The most bytes of the head of an answer.
const HEAD: usize = 64 << 10;
/// The most bytes of an answer that are read, which nobody needs: a longer one ends its connection.
const ANSWER: usize = 16 << 10;
/// How long reading it may take.
const LONGEST_ANSWER: Duration = Duration::from_secs(1);

/// A message to an endpoint.
pub(crate) struct Message {
    /// The same however often it is sent.
    pub(crate) id: Uuid,
    /// When it is sent.
    pub(crate) at: DateTime<Utc>,
    pub(crate) body: Vec<u8>,
    /// What it is signed with.
    pub(crate) secrets: Vec<Secret>,
}

/// Sends messages to one endpoint.
pub(crate) struct Sender {
    client: Client<Secure, Full<Bytes>>,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

impl Sender {
    /// Sends where the guard lets it. Connections are kept for the next messages to the same server.
    pub(crate) fn new(guard: Guard) -> Self {
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE).pool_max_idle_per_host(KEPT);
        Self { client: builder.http1_max_buf_size(HEAD).build(connector(guard)) }
    }

    /// Sends a message once. Redirects are not followed.
    pub(crate) async fn send(&self, url: &str, message: Message) -> Answer {
        let request = match request(url, &message) {
            Ok(request) => request,
            Err(error) => return failed(error),
        };
        match timeout(LONGEST, self.attempt(request, message.at)).await {
            Ok(answer) => answer,
            Err(_) => failed(format!("there was no answer within {LONGEST:?}")),
        }
    }

    async fn attempt(&self, request: Request<Full<Bytes>>, at: DateTime<Utc>) -> Answer {
        match self.client.request(request).await {
            Ok(response) => {
                let (head, body) = response.into_parts();
                drain(body).await;
                answer(head.status, &head.headers, at)
            }
            Err(error) => failed(format!("the message could not be delivered: {}", cause(&error))),
        }
    }
}

/// What the receiver's status means.
fn answer(status: StatusCode, headers: &HeaderMap, at: DateTime<Utc>) -> Answer {
    let code = status.as_u16();
    match status {
        StatusCode::GONE => Answer::Gone(code),
        _ if status.is_success() => Answer::Taken(code),
        _ => {
            let error = match status.is_redirection() {
                true => format!("the receiver answered {code}: redirects are not followed"),
                false => format!("the receiver answered {code}"),
            };
            Answer::Failed { status: Some(code), error, rest: rest(headers, at) }
        }
    }
}

fn failed(error: String) -> Answer {
    Answer::Failed { status: None, error, rest: None }
}

/// How long the receiver wants to be left alone: it says so in seconds, or by a time.
fn rest(headers: &HeaderMap, at: DateTime<Utc>) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => (DateTime::parse_from_rfc2822(text).ok()?.to_utc() - at).to_std().ok(),
    }
}

/// The request, signed as Standard Webhooks says.
fn request(url: &str, message: &Message) -> Result<Request<Full<Bytes>>, String> {
    let target = Target::read(url)?;
    let Message { id, at, body, secrets } = message;
    let signature = signature(*id, *at, body, secrets).map_err(|error| error.explained())?;
    let request = Request::post(target.uri)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, concat!("VividWalls-Webhooks/", env!("CARGO_PKG_VERSION")))
        .header("webhook-id", id.to_string())
        .header("webhook-timestamp", at.timestamp())
        .header("webhook-signature", signature)
        .body(Full::new(Bytes::from(body.clone())));
    request.map_err(|error| error.to_string())
}

/// A signature by each of the secrets.
fn signature(id: Uuid, at: DateTime<Utc>, body: &[u8], secrets: &[Secret]) -> Result<String> {
    let sign = |secret: &Secret| secret.sign(id, at, body).map(|bytes| format!("v1,{}", STANDARD.encode(bytes)));
    Ok(secrets.iter().map(sign).collect::<Result<Vec<_>>>()?.join(" "))
}

/// A secret as it is shown.
pub(crate) fn shown(secret: &Secret) -> String {
    format!("whsec_{}", STANDARD.encode(secret.reveal()))
}

/// Reads what is left of a short answer, so that its connection can be used again.
async fn drain(body: Incoming) {
    // What takes longer is not worth waiting for.
    let _ = timeout(LONGEST_ANSWER, Limited::new(body, ANSWER).collect()).await;
}

/// The innermost cause of an error: those around it say only where it was met. What is wrong with a certificate is left
/// out: it may name the host, which only administrators know.
fn cause(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    match innermost.to_string() {
        text if text.starts_with("invalid peer certificate") => "the receiver's certificate is not valid".to_owned(),
        text => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rests(text: &str) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, text.parse().expect("a header"));
        let at = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
        rest(&headers, at).map(|rest| rest.as_secs())
    }

    #[test]
    fn a_receiver_says_how_long_it_rests() {
        assert_eq!(rests("120"), Some(120));
        assert_eq!(rests(" 0 "), Some(0));
        assert_eq!(rests("Tue, 14 Nov 2023 22:15:20 GMT"), Some(120));
        assert_eq!(rests("Tue, 14 Nov 2023 22:00:00 GMT"), None);
        assert_eq!((rests("-1"), rests("soon"), rests("")), (None, None, None));
    }

    #[test]
    fn a_bad_certificate_does_not_tell_the_host() {
        let error = |text: &str| cause(&std::io::Error::other(std::io::Error::other(text.to_owned())));
        let bad = error("invalid peer certificate: certificate not valid for name \"inside.example\"");
        assert_eq!(bad, "the receiver's certificate is not valid");
        assert_eq!(error("connection refused"), "connection refused");
    }

    #[test]
    fn only_success_is_success() {
        let at = DateTime::UNIX_EPOCH;
        let answers = |code| answer(StatusCode::from_u16(code).expect("a status"), &HeaderMap::new(), at);
        assert_eq!(
            (answers(200), answers(204), answers(410)),
            (Answer::Taken(200), Answer::Taken(204), Answer::Gone(410))
        );
        for code in [101, 300, 301, 307, 400, 401, 404, 429, 500, 503] {
            assert!(matches!(answers(code), Answer::Failed { status: Some(status), .. } if status == code), "{code}");
        }
    }
}
