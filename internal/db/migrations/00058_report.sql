-- Reports of how an organisation runs, in a space with others: what holds for them, who takes part, which groups stand
-- fast, what was told, and who saw it.

create table report_setting (
	space bytea primary key references space (id) on delete cascade,
	employer smallint not null, -- 1 while there are reports in this space
	threshold bigint not null, -- how many people a group needs to be spoken of
	months bigint not null, -- for how long reports and the trail of who saw them are kept
	withdrawn bigint not null, -- how many took back since the last report that they take part
	at bigint not null
) without rowid;

create table report_consent (
	space bytea not null references space (id) on delete cascade,
	person bytea not null,
	member bytea not null,
	found smallint not null, -- 1 for who wants to meet more colleagues, and may be named as such
	offers smallint not null, -- 1 for who offers to pass word on, and may be named as such
	at bigint not null,
	primary key (space, person),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create table report_group (
	space bytea not null references space (id) on delete cascade,
	person bytea not null,
	manager bytea not null, -- none for who is at the top
	level bigint not null, -- 1 at the top; 0 when not known
	department text not null,
	at bigint not null,
	primary key (space, person),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index report_group_manager on report_group (space, manager);

create table report_release (
	space bytea not null references space (id) on delete cascade,
	id bytea not null,
	author bytea not null,
	at bigint not null,
	figures text not null, -- JSON of what is told: groups alone, rounded
	primary key (space, id)
) without rowid;

create table report_view (
	space bytea not null,
	id bytea not null,
	release bytea not null,
	member bytea not null,
	form text not null, -- page, api, csv, graphml, gexf, svg
	at bigint not null,
	primary key (space, id),
	foreign key (space, release) references report_release (space, id) on delete cascade
) without rowid;

create index report_view_release on report_view (space, release);

-- Who had rather not be together, sealed with a key that is not in the database. Rows of rather_not move here when the
-- program next touches them.
create table apart_note (
	space bytea not null references space (id) on delete cascade,
	owner bytea not null,
	mark bytea not null, -- keyed digest of the pair, for its owner alone
	sealed bytea not null, -- the pair, sealed with the key of its owner
	at bigint not null,
	primary key (space, owner, mark)
) without rowid;
