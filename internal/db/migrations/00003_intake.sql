-- Imports: what came in, how far it got, and what could not be used.

create table import (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null,
	visibility smallint not null,
	state text not null, -- waiting, running, done, failed, undoing, undone
	message text not null, -- why it failed
	options text not null, -- JSON
	folder text not null, -- where uploaded files lie until the import is done; empty for files of the command line
	worker text not null, -- which process works on it: host/pid
	claimed bigint not null, -- when it last gave a sign of life
	started bigint not null,
	finished bigint not null,
	primary key (space, id)
) without rowid;

create index import_state on import (state, claimed);

create table import_file (
	space bytea not null,
	import bytea not null,
	path text not null,
	format text not null,
	size bigint not null,
	done bigint not null, -- bytes confirmed; reading can go on from here
	state text not null, -- waiting, running, done, failed
	message text not null,
	people_added bigint not null,
	people_matched bigint not null,
	interactions_added bigint not null,
	statements_added bigint not null,
	praise_added bigint not null,
	duplicates bigint not null,
	skipped bigint not null,
	rejected bigint not null,
	primary key (space, import, path),
	foreign key (space, import) references import (space, id) on delete cascade
) without rowid;

create table import_reject (
	space bytea not null,
	import bytea not null,
	id bytea not null,
	path text not null,
	line bigint not null,
	reason text not null,
	primary key (space, import, id),
	foreign key (space, import) references import (space, id) on delete cascade
) without rowid;

-- Recommendations and endorsements, kept for the praise room. An empty author or subject is the member self.
create table imported_praise (
	space bytea not null,
	id bytea not null,
	owner bytea not null,
	kind text not null,
	author bytea not null,
	subject bytea not null,
	body text not null,
	title text not null,
	time bigint not null,
	hidden boolean not null,
	source text not null,
	external bytea not null,
	import bytea not null,
	primary key (space, id),
	unique (space, owner, source, external)
) without rowid;

create index imported_praise_import on imported_praise (space, import);
