//! Requests that nobody would think of: `cargo run -p tests --bin fuzz -- 127.0.0.1:4000 [KEY]`, against a server that runs
//! already, on a database that may be changed.
//!
//! Operations are made from the schema that the server describes, with values of all sorts (`generate`), and half of them
//! are broken (`mutate`). `ROUNDS` of them are sent by `THREADS` clients, from the numbers that `SEED` begins. It fails,
//! and shows the request, if an answer says that the server is at fault, or is none.

mod generate;
mod mutate;
mod rng;
mod schema;

use std::{
    collections::BTreeMap,
    env,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rng::Rng;
use schema::Schema;

/// Longer bodies are refused before they are read, which this client does not understand.
const LONGEST: usize = 1_000_000;
/// Requests that are shown at most.
const SHOWN: usize = 10;

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let Some(address) = arguments.next() else {
        eprintln!("fuzz ADDRESS [KEY]");
        return ExitCode::FAILURE;
    };
    let key = arguments.next();
    let (rounds, threads, seed) = (number("ROUNDS", 20_000), number("THREADS", 4), number("SEED", 1));
    let schema = match ask(&mut connect(&address), key.as_deref(), &schema::question()) {
        Ok((200, body)) => Schema::read(&body),
        other => panic!("the server does not describe its schema: {other:?}"),
    };
    let (done, faults) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let (answers, longest) = (Mutex::new(BTreeMap::<String, usize>::new()), Mutex::new(Duration::ZERO));
    thread::scope(|scope| {
        for number in 0..threads {
            let (schema, address, key) = (&schema, &address, key.as_deref());
            let (done, faults, answers, longest) = (&done, &faults, &answers, &longest);
            scope.spawn(move || {
                let mut rng = Rng::new((seed * 1_000 + number) as u64);
                let mut connection = connect(address);
                while done.fetch_add(1, Ordering::Relaxed) < rounds {
                    let request = request(schema, &mut rng);
                    let asked = Instant::now();
                    let answer = ask(&mut connection, key, &request);
                    let took = asked.elapsed();
                    let (told, is_fault) = judge(&answer);
                    // Who is refused may have to come again.
                    if !matches!(answer, Ok((200, _))) {
                        connection = connect(address);
                    }
                    *answers.lock().expect("nobody panics").entry(told.clone()).or_default() += 1;
                    let mut longest = longest.lock().expect("nobody panics");
                    *longest = took.max(*longest);
                    if is_fault {
                        faults
                            .lock()
                            .expect("nobody panics")
                            .push(format!("{told}: {}", String::from_utf8_lossy(&request)));
                    }
                }
            });
        }
    });
    let (faults, answers) = (faults.into_inner().expect("nobody panics"), answers.into_inner().expect("nobody panics"));
    for (answer, count) in &answers {
        println!("{count:>9} {answer}");
    }
    println!("{rounds} requests, the longest took {:?}", longest.into_inner().expect("nobody panics"));
    for fault in faults.iter().take(SHOWN) {
        eprintln!("{}", fault.chars().take(3_000).collect::<String>());
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn number(name: &str, usual: usize) -> usize {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The body of a request.
fn request(schema: &Schema, rng: &mut Rng) -> Vec<u8> {
    let body = generate::operation(schema, rng).to_string().into_bytes();
    if body.len() > LONGEST {
        return b"{}".to_vec();
    }
    match rng.below(4) {
        0 => mutate::bytes(body, rng),
        1 => mutate::document(&body, rng),
        _ => body,
    }
}

/// What an answer is counted as, and whether the server is at fault.
fn judge(answer: &io::Result<(u16, String)>) -> (String, bool) {
    match answer {
        Err(error) => (format!("no answer: {:?}", error.kind()), true),
        Ok((status, body)) => {
            let code = body.split("\"code\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("OK");
            let is_json = serde_json::from_str::<serde_json::Value>(body).is_ok();
            // Mutations may wait for rows that others hold.
            let is_fault = *status == 500 || code == "INTERNAL" || !is_json || body.contains("\"INTERNAL\"");
            (format!("{status} {code}"), is_fault)
        }
    }
}

fn connect(address: &str) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).expect("the server accepts");
    stream.set_nodelay(true).expect("a socket");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    BufReader::new(stream)
}

/// Sends a request, and reads the answer: status and body.
fn ask(connection: &mut BufReader<TcpStream>, key: Option<&str>, body: &[u8]) -> io::Result<(u16, String)> {
    let authorization = key.map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         accept: application/graphql-response+json\r\n{authorization}content-length: {}\r\n\r\n",
        body.len()
    );
    connection.get_mut().write_all(&[head.as_bytes(), body].concat())?;
    let (mut line, mut status, mut length) = (String::new(), 0, 0);
    loop {
        line.clear();
        if connection.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = line.trim_end().to_ascii_lowercase();
        if let Some(rest) = text.strip_prefix("http/1.1 ") {
            status = rest.get(..3).and_then(|status| status.parse().ok()).unwrap_or_default();
        } else if let Some(value) = text.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        } else if text.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body)?;
    Ok((status, String::from_utf8_lossy(&body).into_owned()))
}
