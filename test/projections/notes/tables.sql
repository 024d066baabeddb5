-- One row for each stream, and one for each event.
create table if not exists notes (
  stream text primary key,
  events int not null,
  last int not null check (last < 1000000)
);

create table if not exists lines (
  position text collate "C" primary key,
  stream text not null
);
