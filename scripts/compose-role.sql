-- Runs once, when the Postgres of docker-compose.yml is new: the role that the service connects as.
-- It is no superuser, so that the grants that keep the log from being changed bind it.
create role countinghouse login password 'countinghouse';
create database countinghouse owner countinghouse;
