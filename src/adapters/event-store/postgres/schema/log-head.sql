-- The end of the log. Every append moves it by compare-and-set in the statement that inserts the
-- events, so that positions have no gaps and stand in commit order. The token is fresh at each
-- move: it tells a log that went on from one that went back and came to the same position again.
create table log_head (
  only_row boolean primary key default true check (only_row),
  position bigint not null,
  token uuid not null
);
insert into log_head (position, token) values (0, gen_random_uuid());
