-- How often the rows of a table changed in a space, so that what is kept in memory is used only while it holds. The
-- zero space stands for all.

create table change (
	space bytea not null,
	part text not null, -- the table
	added bigint not null, -- transactions that only added rows
	changed bigint not null, -- transactions that did anything else
	primary key (space, part)
) without rowid;
