-- Who money moves between, numbered in the order in which the log names them.
create table if not exists ledger_accounts (
  id int primary key,
  account text collate "C" not null,
  currency text collate "C" not null,
  -- Of the event that named it first.
  opened text collate "C" not null,
  unique (account, currency)
);

create table if not exists event_types (
  id smallint primary key,
  type text not null unique
);

-- One row for each movement of money, numbered in the order of the log. The balances are those of
-- its two accounts right after it: debits above zero, credits below.
create table if not exists transfers (
  entry bigint primary key,
  time timestamptz(3) not null,
  debit int not null,
  credit int not null,
  type smallint not null,
  position text collate "C" not null,
  amount numeric not null,
  debit_balance numeric not null,
  credit_balance numeric not null
);

-- By account and stretch of 256 transfers, not by transfer: equal keys are stored once, which makes
-- the entries of a busy account a third as large. What lies in a stretch is sorted when asked for.
create index if not exists transfers_by_debit on transfers (debit, ((entry >> 8)::int));
create index if not exists transfers_by_credit on transfers (credit, ((entry >> 8)::int));

-- Marks of the log that a time was over: what follows one belongs to later times, whatever it says.
-- Only those that were later than all before them, transfers too.
create table if not exists ticks (
  time timestamptz(3) primary key,
  -- The transfer before it; 0 where there was none.
  entry bigint not null,
  position text collate "C" not null
);

-- What the books come to after every 250th transfer, so that no question about the past adds
-- up more than that: the totals by currency and class, and the latest time of any transfer
-- or tick so far.
create table if not exists marks (
  entry bigint primary key,
  position text collate "C" not null,
  clock timestamptz(3) not null,
  totals json not null
);

create index if not exists marks_by_position on marks (position, entry);
create index if not exists marks_by_clock on marks (clock, entry);
