create schema if not exists projections;

-- How far each schema of each read model is, committed with its rows.
create table if not exists projections.checkpoints (
  schema text primary key,
  -- Opaque, and compared as text: no locale may order it.
  position text collate "C" not null,
  reached_at timestamptz(3) not null
);

alter table projections.checkpoints
  add column if not exists name text,
  add column if not exists version int,
  -- building, live, old; scratch is nobody's but its maker's.
  add column if not exists state text not null default 'scratch',
  -- Goes up whenever others than its runner change rows: what the runner has in memory is old then.
  add column if not exists generation int not null default 0,
  -- Why nothing may be applied any more until it is built anew.
  add column if not exists stopped text,
  -- When the newest event was decided that it reflects.
  add column if not exists newest_at timestamptz(3);

-- Which schema answers for a version of a read model.
create table if not exists projections.live (
  name text not null,
  version int not null,
  schema text not null,
  primary key (name, version)
);

-- Events that wait: the first of a key could not be applied, and the others stand behind it.
create table if not exists projections.parked (
  schema text not null,
  position text collate "C" not null,
  key text not null,
  stream text not null,
  revision int not null,
  event_id uuid not null,
  type text not null,
  -- Null: it only waits for one before it.
  error text,
  parked_at timestamptz(3) not null,
  attempts int not null,
  primary key (schema, position)
);

create index if not exists parked_by_key on projections.parked (schema, key, position);

-- The newest comparison of each read model with one that was built anew from event 1.
create table if not exists projections.checks (
  schema text primary key,
  position text collate "C" not null,
  digest text not null,
  rebuilt text not null,
  checked_at timestamptz(3) not null
);
