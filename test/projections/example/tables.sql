create table if not exists stakes (
  game text primary key,
  bets int not null,
  staked numeric not null
);
