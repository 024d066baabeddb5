-- One row for each deposit, and the events that made it.
create table if not exists deposits (
  id text collate "C" primary key,
  -- Position of the event that made the row, and its time: the order and cursor of lists.
  opened text collate "C" not null unique,
  row json not null,
  opened_at timestamptz(3) not null,
  brand text,
  player text,
  status text not null,
  chain text not null,
  asset text,
  currency text,
  amount numeric not null
);

create index if not exists deposits_by_player on deposits (brand, player, opened);
create index if not exists deposits_by_status on deposits (status, opened);
create index if not exists deposits_by_amount on deposits (currency, amount, opened);

create table if not exists deposit_timeline (
  id text collate "C" not null,
  position text collate "C" not null,
  type text not null,
  time timestamptz(3) not null,
  actor text not null,
  data json not null,
  primary key (id, position)
);
