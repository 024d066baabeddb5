-- What the shell remembers beside the log. All of it can be lost and is built again.
create schema if not exists bookkeeping;

create table if not exists bookkeeping.checkpoints (
  name text primary key,
  position text collate "C" not null
);

create table if not exists bookkeeping.scanned_blocks (
  chain text not null,
  height bigint not null,
  hash text not null,
  parent_hash text not null,
  primary key (chain, height)
);

create table if not exists bookkeeping.final_heights (
  chain text primary key,
  height bigint not null
);

create table if not exists bookkeeping.keys (
  key text collate "C" primary key,
  stream text not null
);

-- Where snapshots stood before records were kept under numbers.
drop table if exists bookkeeping.stream_cores, bookkeeping.stream_records;

create table if not exists bookkeeping.snapshots (
  number bigint generated always as identity unique,
  stream text collate "C" not null,
  version integer not null,
  revision integer not null,
  position text collate "C" not null,
  core text not null,
  primary key (stream, version)
);

-- Millions for one stream: under its snapshot's number, because its name is as long as a record.
create table if not exists bookkeeping.snapshot_records (
  snapshot bigint not null,
  key text collate "C" not null,
  record text not null,
  primary key (snapshot, key)
);
