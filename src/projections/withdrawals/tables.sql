-- One row for each withdrawal, and the events that made it.
create table if not exists withdrawals (
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

create index if not exists withdrawals_by_player on withdrawals (brand, player, opened);
create index if not exists withdrawals_by_status on withdrawals (status, opened);
create index if not exists withdrawals_by_amount on withdrawals (currency, amount, opened);

create table if not exists withdrawal_timeline (
  id text collate "C" not null,
  position text collate "C" not null,
  type text not null,
  time timestamptz(3) not null,
  actor text not null,
  data json not null,
  primary key (id, position)
);
