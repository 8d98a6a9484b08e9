#!/bin/sh
# Serves $DATABASE_URL on 127.0.0.1:$PORT for the side-by-side measurement.
set -eu
cd "$(dirname "$0")/../.."
unset CARGO_TARGET_DIR
cargo build --release --quiet
exec target/release/vividwalls serve --listen "127.0.0.1:$PORT" --database-connections "${CONNECTIONS:-4}" --log-requests "${LOG_REQUESTS:-true}"
