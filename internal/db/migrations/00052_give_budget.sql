-- How much time members mean to give in a week, as they set it for themselves.

create table give_budget (
	space bytea not null references space (id) on delete cascade,
	owner bytea not null,
	minutes bigint not null,
	at bigint not null, -- when it was set
	primary key (space, owner)
) without rowid;
