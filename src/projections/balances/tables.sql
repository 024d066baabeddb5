-- What each player has, by currency.
create table if not exists balances (
  brand text not null,
  player text not null,
  currency text not null,
  available numeric not null check (available >= 0),
  held numeric not null check (held >= 0),
  receivable numeric not null check (receivable >= 0),
  position text collate "C" not null,
  primary key (brand, player, currency)
) with (fillfactor = 70);
