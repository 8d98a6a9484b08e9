//! The memory of a process, as Linux tells it.

use std::{fs, thread, time::Duration};

/// The resident memory of a process, in MB.
pub fn resident(process: usize) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("SERVER is the number of a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") / 1024
}

/// What a call returns, and the most resident memory of a process during it, in MB: it is read every 5 ms.
pub fn resident_during<T: Send>(process: usize, call: impl FnOnce() -> T + Send) -> (T, usize) {
    thread::scope(|scope| {
        let call = scope.spawn(call);
        let mut most = resident(process);
        while !call.is_finished() {
            thread::sleep(Duration::from_millis(5));
            most = most.max(resident(process));
        }
        (call.join().expect("the call"), most)
    })
}
