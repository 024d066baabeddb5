-- Every leg of every money event, with the balance of its account right after it.
create table if not exists postings (
  position text collate "C" not null,
  leg int not null,
  event_id uuid not null,
  stream text not null,
  type text not null,
  time timestamptz(3) not null,
  account text collate "C" not null,
  currency text not null,
  amount numeric not null,
  balance numeric not null,
  primary key (position, leg)
);

create index if not exists postings_by_account on postings (account, currency, position, leg);

-- Debits above zero, credits below.
create table if not exists ledger_accounts (
  account text collate "C" not null,
  currency text not null,
  balance numeric not null,
  primary key (account, currency)
);
