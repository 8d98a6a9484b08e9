# syntax=docker/dockerfile:1

# The version of rust-toolchain.toml.
FROM rust:1.95.0-slim-trixie AS build
# SQLite and the allocator are C.
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev make && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --release --locked --package api && cp target/release/vividwalls /vividwalls

FROM debian:trixie-slim
# For PostgreSQL over TLS.
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /var/lib/vividwalls --create-home vividwalls
COPY --from=build /vividwalls /usr/local/bin/vividwalls
USER vividwalls
# Where the SQLite file goes when no DATABASE_URL is said.
WORKDIR /var/lib/vividwalls
VOLUME /var/lib/vividwalls/data
# Whoever reaches the port needs an API key, also when it is published on this machine only.
ENV VIVIDWALLS_LISTEN=0.0.0.0:4000 VIVIDWALLS_OPEN=never
EXPOSE 4000
ENTRYPOINT ["vividwalls"]
CMD ["serve"]
