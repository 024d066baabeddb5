-- What happened on each business day, by all that reports are told by. Empty text: the dimension
-- doesn't apply to the measure, or nobody said.
create table if not exists facts (
  day date not null,
  measure text collate "C" not null,
  brand text collate "C" not null,
  currency text collate "C" not null,
  chain text collate "C" not null,
  provider text collate "C" not null,
  game text collate "C" not null,
  kind text collate "C" not null,
  events bigint not null,
  amount numeric not null,
  primary key (day, measure, brand, currency, chain, provider, game, kind)
);

-- Who bet on what: a row for the first bet of a day, not for each.
create table if not exists player_days (
  day date not null,
  brand text collate "C" not null,
  player text collate "C" not null,
  currency text collate "C" not null,
  provider text collate "C" not null,
  game text collate "C" not null,
  kind text collate "C" not null,
  primary key (day, brand, player, currency, provider, game, kind)
);

-- What a player did for the first time, and when: registration, first-deposit, first-bet.
create table if not exists firsts (
  brand text collate "C" not null,
  player text collate "C" not null,
  measure text collate "C" not null,
  day date not null,
  currency text collate "C" not null,
  chain text collate "C" not null,
  provider text collate "C" not null,
  game text collate "C" not null,
  kind text collate "C" not null,
  amount numeric not null,
  primary key (brand, player, measure)
);

create index if not exists firsts_by_day on firsts (day, measure);

-- How long things took, in buckets of milliseconds (durations.ts); `amount` is their sum.
create table if not exists durations (
  day date not null,
  measure text collate "C" not null,
  brand text collate "C" not null,
  currency text collate "C" not null,
  chain text collate "C" not null,
  bucket int not null,
  events bigint not null,
  amount numeric not null,
  primary key (day, measure, brand, currency, chain, bucket)
);

-- What has begun and not ended: deposits seen and not credited, withdrawals asked for and not paid.
create table if not exists waiting (
  id text collate "C" not null primary key,
  chain text collate "C" not null,
  since_ms bigint not null
);

-- From which event on which offset from UTC makes the business date.
create table if not exists business_days (
  position text collate "C" not null primary key,
  offset_minutes int not null
);

-- Every rate that was ever recorded; of one day the newest counts.
create table if not exists rates (
  quote text collate "C" not null,
  base text collate "C" not null,
  day date not null,
  position text collate "C" not null,
  time timestamptz(3) not null,
  rate text not null,
  base_decimals int not null,
  quote_decimals int not null,
  source text not null,
  primary key (quote, base, day, position)
);
