-- Each address of ours by currency: what the books say and what the chain says.
create table if not exists wallets (
  chain text collate "C" not null,
  address text collate "C" not null,
  currency text collate "C" not null,
  -- Null: a wallet of the house, or nobody's yet.
  brand text,
  player text,
  -- The custody account.
  booked numeric not null,
  -- Booked, and not final on chain yet; final, and not booked yet; final, and never to be booked.
  ahead numeric not null,
  behind numeric not null,
  unbooked numeric not null,
  -- What the chain said at that final block. Null: never asked, or there never was anything.
  observed numeric,
  observed_height bigint,
  observed_hash text,
  observed_at text,
  -- Observed less what the books and what is on its way explain; since when it isn't zero.
  unexplained numeric not null,
  unexplained_since text,
  position text collate "C" not null,
  primary key (chain, address, currency)
);

create index if not exists wallets_unexplained on wallets (chain, address, currency)
  where unexplained <> 0;

-- Deposits that are not both booked and final: what explains a difference.
create table if not exists wallet_deposits (
  deposit text collate "C" not null,
  epoch int not null,
  address text not null,
  currency text not null,
  amount numeric not null,
  booking text not null,
  booked boolean not null,
  final boolean not null,
  primary key (deposit, epoch)
);
