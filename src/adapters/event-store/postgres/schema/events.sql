-- The log. `json`, not `jsonb`: the bytes that were decided on must come back exactly.
-- The event id has no index: what is a repeat is decided by the id at its place in the stream.
create table events (
  position bigint primary key,
  stream text not null,
  revision integer not null,
  id uuid not null,
  type text not null,
  data json not null,
  metadata json not null,
  unique (stream, revision)
);
