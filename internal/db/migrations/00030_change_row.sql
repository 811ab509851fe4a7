-- Which rows the latest transactions wrote that wrote few, by the number of the change: added and changed together. What
-- is kept in memory is brought up to date by these alone.

create table change_row (
	space bytea not null,
	part text not null, -- the table
	number bigint not null,
	ids bytea not null, -- of the row
	primary key (space, part, number, ids)
) without rowid;
