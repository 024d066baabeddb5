-- One row for each withdrawal, and the events that made it.
create table if not exists withdrawals (
  id text primary key,
  -- Position of the event that made the row: the cursor of lists.
  opened text collate "C" not null unique,
  brand text,
  player text,
  status text not null,
  row json not null
);

create index if not exists withdrawals_by_player on withdrawals (brand, player, opened);
create index if not exists withdrawals_by_status on withdrawals (status, opened);

create table if not exists withdrawal_timeline (
  id text not null,
  position text collate "C" not null,
  type text not null,
  time timestamptz(3) not null,
  actor text not null,
  data json not null,
  primary key (id, position)
);
