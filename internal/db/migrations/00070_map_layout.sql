-- Where people lie on the map of a member, so that it is the same picture after a restart; sealed with a key of the
-- member that is not in the database.

create table map_layout (
	space bytea not null references space (id) on delete cascade,
	owner bytea not null,
	sealed bytea not null, -- the ids of people with their places and circles
	at bigint not null, -- when the map was made
	primary key (space, owner)
) without rowid;
