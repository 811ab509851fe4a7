-- The first tables of the rooms give and goodwill, and what Today remembers.

create table gift (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null,
	visibility smallint not null,
	direction smallint not null, -- 1 given, -1 came in (a return)
	kind text not null,
	body text not null,
	link text not null,
	minutes integer not null,
	at bigint not null,
	source text not null,
	external bytea not null,
	created bigint not null,
	primary key (space, id)
) without rowid;

create unique index gift_external on gift (space, owner, source, external);
create index gift_at on gift (space, owner, at);

create table gift_person (
	space bytea not null,
	gift bytea not null,
	person bytea not null,
	primary key (space, gift, person),
	foreign key (space, gift) references gift (space, id) on delete cascade,
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index gift_person_person on gift_person (space, person);

-- What matters to people: needs, interests and facts, each with its source and date.
create table fact (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null,
	visibility smallint not null,
	person bytea not null,
	kind text not null, -- need, interest, fact
	body text not null,
	source text not null,
	at bigint not null,
	due text not null, -- a day such as 2026-05-03; empty when not known
	answered bigint not null, -- when a need was met; 0 until then
	created bigint not null,
	primary key (space, id),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index fact_person on fact (space, person);
create index fact_kind on fact (space, owner, kind, answered, at);

-- What the viewer said of a move: done, later (until a day), never.
create table move_answer (
	space bytea not null,
	owner bytea not null,
	move text not null, -- the move's key: kind and whom it is about
	answer text not null,
	until bigint not null, -- 0 for ever
	at bigint not null,
	primary key (space, owner, move)
) without rowid;
