//! How much memory the process may use.

use std::{fs, path::Path};

/// Taken where nobody says.
const UNKNOWN: u64 = 4 << 30;

/// The bytes that the process may use: what its control group allows, or what the machine has.
pub fn total() -> u64 {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| of_machine(&text));
    [machine, of_group()].into_iter().flatten().min().unwrap_or(UNKNOWN)
}

/// The least that the process's control group and those around it allow.
fn of_group() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let limit = |folder: &Path| fs::read_to_string(folder.join("memory.max")).ok()?.trim().parse().ok();
    let root = Path::new("/sys/fs/cgroup");
    root.join(own).ancestors().take_while(|folder| folder.starts_with(root)).filter_map(limit).min()
}

fn of_machine(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_says_what_it_has() {
        assert_eq!(of_machine("MemTotal:        8041536 kB\nMemFree: 1 kB\n"), Some(8_041_536 * 1024));
        assert_eq!((of_machine(""), of_machine("MemTotal: many")), (None, None));
        assert!(total() > 0);
    }
}
