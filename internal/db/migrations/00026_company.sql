-- Companies of address books are organisations: what is said of them beside their name is kept with them, a line each. An organisation
-- that is named only as somebody's employer has none.
alter table organisation add column rest text not null default '';

alter table import_file add column organisations bigint not null default 0;
