-- The ledger that many would write: a balance for each account, a row for each transaction, both
-- changed by one statement. In its favour: amounts are bigint, room is left in each page of
-- accounts so that an update stays in it, and there is no index but the two that it can't be
-- without (so no account's history can be read).
create table accounts (
  account text primary key,
  balance bigint not null check (balance >= 0)
) with (fillfactor = 50);

create table transactions (
  id bigint generated always as identity,
  provider text not null,
  transaction text not null,
  account text not null,
  kind text not null,
  round text not null,
  game text not null,
  amount bigint not null,
  balance bigint not null,
  time timestamptz not null default now(),
  primary key (provider, transaction)
);
