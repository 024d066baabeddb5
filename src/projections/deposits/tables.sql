-- One row for each deposit, and the events that made it.
create table if not exists deposits (
  id text primary key,
  -- Position of the event that made the row: the cursor of lists.
  opened text collate "C" not null unique,
  brand text,
  player text,
  status text not null,
  row json not null
);

create index if not exists deposits_by_player on deposits (brand, player, opened);
create index if not exists deposits_by_status on deposits (status, opened);

create table if not exists deposit_timeline (
  id text not null,
  position text collate "C" not null,
  type text not null,
  time timestamptz(3) not null,
  actor text not null,
  data json not null,
  primary key (id, position)
);
