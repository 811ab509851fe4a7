-- For which places a member asked today whether a colleague may know somebody there: only so many in a day.
create table hint_asked (
	space bytea not null references space (id) on delete cascade,
	owner bytea not null,
	day bigint not null, -- days since 1970, UTC
	place bytea not null, -- a digest of what was asked
	primary key (space, owner, day, place)
) without rowid;
