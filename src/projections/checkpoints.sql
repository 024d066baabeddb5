-- How far each version of each read model is, committed with its rows.
create table if not exists projections.checkpoints (
  schema text primary key,
  -- Opaque, and compared as text: no locale may order it.
  position text collate "C" not null,
  reached_at timestamptz(3) not null
);
