//! Load trials.
