-- After how many months what is old is thrown away: a rule of the space, or of a member for what is theirs.
create table retention (
	space bytea not null references space (id) on delete cascade,
	owner bytea not null, -- the member; none for a rule of the space
	kind text not null, -- what it is about: see room.Age
	months integer not null,
	author bytea not null, -- who made the rule
	at bigint not null, -- when it was made
	begins bigint not null, -- from when on it holds
	done bigint not null, -- when it was last carried out; 0 for never
	primary key (space, owner, kind)
) without rowid;

-- Whom a member told that they are kept here.
create table notice_given (
	space bytea not null,
	owner bytea not null,
	person bytea not null,
	at bigint not null,
	primary key (space, owner, person),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index notice_given_person on notice_given (space, person);

-- What people asked about themselves. The line stays when the person is erased, without the person.
create table subject_request (
	space bytea not null references space (id) on delete cascade,
	id bytea not null,
	owner bytea not null, -- who took it in
	person bytea not null, -- none when erased
	kind smallint not null, -- 1 access, 2 correction, 3 erasure, 4 objection
	everywhere smallint not null, -- 1 when the other members are asked too
	received bigint not null,
	closed bigint not null, -- 0 while open
	outcome text not null,
	primary key (space, id)
);

create index subject_request_owner on subject_request (space, owner, received);

-- What another member was asked to give for a request, and gave.
create table subject_part (
	space bytea not null,
	request bytea not null,
	owner bytea not null, -- the member who is asked
	person bytea not null, -- as this member keeps them
	state smallint not null, -- 0 waits, 1 given, 2 nothing to give
	body bytea not null, -- what was given, compressed; none once the request is closed
	at bigint not null,
	primary key (space, request, owner),
	foreign key (space, request) references subject_request (space, id) on delete cascade
);

create index subject_part_person on subject_part (space, person);
create index subject_part_owner on subject_part (space, owner, request);
