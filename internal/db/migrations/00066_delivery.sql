-- What one member brought to another on purpose: which thing of which room, never its words. It is told once for each
-- thing and author.
create table delivery (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null, -- the member whom it was brought to
	author bytea not null, -- the member who brought it; none for somebody without an account
	kind text not null, -- what it is, in the words of its room
	item bytea not null, -- the thing of the room
	at bigint not null,
	waits smallint not null, -- 1 while it waits for an answer
	seen bigint not null, -- 0 until the member said so, or answered
	primary key (space, id)
) without rowid;

create unique index delivery_once on delivery (space, owner, kind, item, author);
create index delivery_item on delivery (space, item);

-- What a member said to an ask of another: the last word counts.
create table ask_answer (
	space bytea not null,
	ask bytea not null,
	member bytea not null, -- who answered
	person bytea not null, -- who that is in the network
	answer smallint not null, -- 1 yes, 2 no, 3 knows somebody
	note text not null,
	at bigint not null,
	primary key (space, ask, member),
	foreign key (space, ask) references ask (space, id) on delete cascade,
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index ask_answer_person on ask_answer (space, person);

-- When what came of an introduction was brought to who was in the middle and whom it led to; 0 until then.
alter table introduction add column told bigint not null default 0;
