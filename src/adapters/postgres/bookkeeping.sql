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

-- Where snapshots stood before records were kept in pages.
drop table if exists bookkeeping.stream_cores, bookkeeping.stream_records,
  bookkeeping.snapshots, bookkeeping.snapshot_records;

create table if not exists bookkeeping.archived_cores (
  number bigint generated always as identity unique,
  stream text collate "C" not null,
  version integer not null,
  revision integer not null,
  core text not null,
  runs integer not null,
  primary key (stream, version)
);
-- Nobody asks it any more where in the log a snapshot stood. To look first takes no lock.
do $$ begin
  if exists (select from pg_attribute where attrelid = 'bookkeeping.archived_cores'::regclass
      and attname = 'position' and not attisdropped) then
    alter table bookkeeping.archived_cores drop column position;
  end if;
end $$;

-- Each save adds runs, in which the pages stand in the order of their hashes. To compress the
-- records would take as long as all the rest of a save.
do $$ begin
  if to_regclass('bookkeeping.archived_pages') is null then
    create table bookkeeping.archived_pages (
      core bigint not null,
      run integer not null,
      first_hash integer not null,
      hashes bytea not null,
      records bytea not null,
      primary key (core, run, first_hash)
    );
    alter table bookkeeping.archived_pages alter column records set storage external;
  end if;
end $$;
