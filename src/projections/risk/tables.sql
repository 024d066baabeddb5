-- The risk of each withdrawal at the moment of its request. A row never changes.
create table if not exists risk_withdrawals (
  withdrawal uuid primary key,
  -- Position of the request: the cursor of lists.
  position text collate "C" not null unique,
  time timestamptz(3) not null,
  brand text not null,
  player text not null,
  currency text not null,
  score int not null,
  outcome text not null,
  -- 0: no rules were published yet.
  rule_set int not null,
  -- Null: there was no shadow.
  shadow_score int,
  shadow_outcome text,
  assessment json not null,
  facts json not null
);

create index if not exists risk_withdrawals_by_score on risk_withdrawals (score, position);
create index if not exists risk_withdrawals_by_player on risk_withdrawals (brand, player, position);

-- The risk of each player when they were last looked at.
create table if not exists risk_players (
  brand text collate "C" not null,
  player text collate "C" not null,
  -- Of the event at which that was, with its time in ISO 8601. Null: not looked at yet.
  position text collate "C",
  time text,
  score int not null,
  outcome text not null,
  rule_set int not null,
  shadow_score int,
  shadow_outcome text,
  assessment json,
  facts json,
  -- What the player used last, with how many had used it then.
  used json not null,
  primary key (brand, player)
);

create index if not exists risk_players_by_score on risk_players (score, brand, player);

-- What is remembered of a player's play: written with every bet, so it stands by itself.
create table if not exists risk_play (
  brand text collate "C" not null,
  player text collate "C" not null,
  play text not null,
  primary key (brand, player)
);

-- An address, a device or a network, and the players who used it: up to 50.
create table if not exists risk_links (
  link text collate "C" primary key,
  players json not null
);

-- Every rule set that was published, and what became of it.
create table if not exists risk_rule_sets (
  version int primary key,
  position text collate "C" not null,
  mode text not null,
  -- active, shadow or past.
  status text not null,
  -- Times in ISO 8601.
  published_at text not null,
  published_by text not null,
  reason text not null,
  ended_at text,
  ended_by text,
  end_reason text,
  rule_set json not null
);
