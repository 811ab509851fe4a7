-- Proposals that somebody keeps: who decided, where they were thought to stand, and how they voted in the end.

create table decision (
	space bytea not null references space (id) on delete cascade,
	id bytea not null,
	owner bytea not null,
	title text not null,
	quorum double precision not null,
	chance double precision not null, -- that it would carry after the talks, as it was reckoned
	outcome text not null, -- open, carried, failed
	created bigint not null,
	closed bigint not null, -- 0 while it is open
	primary key (space, id)
) without rowid;

create index decision_owner on decision (space, owner);

create table decision_voice (
	space bytea not null,
	decision bytea not null,
	place bigint not null,
	person bytea not null, -- none for who is not in the network
	name text not null, -- of who is not in the network
	votes double precision not null,
	known smallint not null, -- whether the stance was known
	stance double precision not null,
	talk bigint not null, -- which of the talks, from 1; 0 for none
	talked smallint not null, -- whether it was had
	vote text not null, -- for, against, or nothing
	primary key (space, decision, place),
	foreign key (space, decision) references decision (space, id) on delete cascade
) without rowid;

create index decision_voice_person on decision_voice (space, person);
