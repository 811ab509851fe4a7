-- Members who allow that others of the space are told that a colleague may know somebody somewhere, and since when.

create table horizon_hint (
	space bytea not null references space (id) on delete cascade,
	owner bytea not null,
	at bigint not null, -- when they allowed it
	primary key (space, owner)
) without rowid;
