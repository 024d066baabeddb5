-- An event is never changed or deleted. Grants don't bind a superuser: this does, also in a session
-- that calls itself a replica (enable always).
create function refuse_changes() returns trigger language plpgsql as $$
begin
  raise exception 'events are never changed or deleted: % refused', tg_op
    using errcode = 'restrict_violation';
end;
$$;

create trigger refuse_changes before update or delete or truncate on events
  for each statement execute function refuse_changes();
alter table events enable always trigger refuse_changes;

create trigger refuse_removal before delete or truncate on log_head
  for each statement execute function refuse_changes();
alter table log_head enable always trigger refuse_removal;
