-- Sources that are read by themselves: mailboxes, and servers with address books and calendars. Each has one import,
-- which is filled again and again, and is work that one process does at a time.
create table source (
	space bytea not null,
	id bytea not null,
	owner bytea not null,
	import bytea not null,
	kind text not null,
	name text not null, -- what it is called to its owner
	address text not null, -- where the server is
	username text not null,
	secret bytea not null, -- the password, sealed with the key in the data directory
	certificate text not null, -- fingerprint of what the server showed last
	created bigint not null,
	due bigint not null, -- when it is to be read next
	worker text not null, -- which process reads it, and its last sign of life
	claimed bigint not null,
	done bigint not null, -- how much of what is new was fetched, and how much that is
	whole bigint not null,
	looked bigint not null, -- when it was last asked; 0 for never
	came bigint not null, -- when that last went well
	tries smallint not null, -- how often it failed since
	trouble text not null, -- why; empty when it did not
	people bigint not null, -- what the last reading that brought anything brought
	contacts bigint not null,
	news bigint not null, -- when that was
	ending smallint not null, -- 1 when it is to go and leave what it brought, 2 when it takes that along
	primary key (space, id),
	foreign key (space, import) references import (space, id) on delete cascade
) without rowid;

create index source_due on source (due);

-- What a source holds: address books, calendars and mailboxes.
create table source_box (
	space bytea not null,
	id bytea not null,
	source bytea not null,
	kind text not null,
	name text not null,
	address text not null, -- on the server
	chosen smallint not null, -- 0 when it is not to be read
	mark text not null, -- the state of the server up to which it was read
	reached bigint not null, -- and the number in it
	primary key (space, id),
	foreign key (space, source) references source (space, id) on delete cascade
) without rowid;

create index source_box_source on source_box (space, source);

-- The cards and events of a box as they were read last.
create table source_item (
	space bytea not null,
	box bytea not null,
	item bytea not null, -- which, as a digest of its address
	mark text not null, -- changes with it on the server
	handle text not null, -- of a card: by which its person is known
	ahead bytea not null, -- of an event: the meetings in it that had yet to happen
	again bigint not null, -- when it is to be read again though it did not change, as it repeats; 0 for never
	primary key (space, box, item),
	foreign key (space, box) references source_box (space, id) on delete cascade
) without rowid;
