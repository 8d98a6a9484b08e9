//! Bulk jobs: long work on many rows, with its progress.
//!
//! - [`create`], [`start`], [`cancel`]: what can be done with jobs. `kind`: what they do; `rights`: who may, and with
//!   whose rights they work; `state`: how they move; `row`: their rows.
//! - [`upload`], [`download`]: the files of jobs, which are kept in pieces (`chunk`), so that servers need no folder
//!   that all of them share. `forget`, `retention`: when files go.
//! - [`keep`], [`run_due`]: running them. `running`: a job that this server runs, and what it writes down after each
//!   unit of its work (`checkpoint`). `together`: jobs whose work is one unit.
//! - `rows`: changes that stand in a file, one a line. `export`: files that are written. Files of other sorts are read
//!   by [`import`](crate::import).

pub mod cancel;
mod checkpoint;
mod chunk;
pub mod create;
pub mod download;
mod export;
mod forget;
mod kind;
mod retention;
mod rights;
mod row;
mod rows;
mod runner;
mod running;
pub mod start;
mod state;
mod together;
pub mod upload;

pub(crate) use forget::forget_people;
pub(crate) use retention::{PIECES, write_file_removal, write_old_files};
pub use runner::{keep, run_due};
pub(crate) use running::{Finished, Running};
