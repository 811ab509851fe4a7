-- Calendars that are read every day from their own address. Each has one import, which is read again.

create table calendar (
	space bytea not null,
	id bytea not null,
	owner bytea not null,
	import bytea not null,
	name text not null, -- what the calendar calls itself, or where it lies
	address text not null, -- whoever has it reads the calendar
	came bigint not null, -- when it last came
	looked bigint not null, -- when it was last asked for
	trouble text not null, -- why that failed; empty when it did not
	primary key (space, id),
	foreign key (space, import) references import (space, id) on delete cascade
) without rowid;

create index calendar_looked on calendar (looked);
