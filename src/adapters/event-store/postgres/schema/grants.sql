-- The interface of the log: read and add. The owner is bound too, until it grants itself more.
revoke all on events, log_head from public, current_user;
grant select, insert on events to current_user;
grant select, update on log_head to current_user;
