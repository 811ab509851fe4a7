-- Praise is written by others: nobody is the subject of their own words. What imports found lies in imported_praise until its owner looks at it.

create table praise (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null, -- who wrote it down or received it
	author bytea not null,
	subject bytea not null,
	kind text not null, -- praise, recommendation, endorsement
	body text not null, -- empty once withdrawn
	occasion text not null,
	at bigint not null,
	consent smallint not null, -- of the author: 0 private, 1 may be quoted, 2 may be published
	evidence text not null, -- how the author gave it, when not in Gave
	published boolean not null, -- decided by the subject
	withdrawn bigint not null, -- when the author took it back; 0 when not
	source text not null,
	import bytea not null,
	primary key (space, id),
	check (author <> subject),
	foreign key (space, author) references person (space, id) on delete cascade,
	foreign key (space, subject) references person (space, id) on delete cascade
) without rowid;

create index praise_owner on praise (space, owner, at);
create index praise_author on praise (space, author);
create index praise_subject on praise (space, subject);
create index praise_import on praise (space, import);

-- A request for praise: one for each person and occasion, never a second. The link is a secret of which only the digest is kept.
create table praise_invitation (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null,
	author bytea not null, -- who is asked
	subject bytea not null, -- who asks
	occasion text not null,
	digest bytea not null,
	created bigint not null,
	expires bigint not null,
	praise bytea not null, -- what came of it; none until then
	primary key (space, id),
	foreign key (space, author) references person (space, id) on delete cascade,
	foreign key (space, subject) references person (space, id) on delete cascade
) without rowid;

create unique index praise_invitation_digest on praise_invitation (digest);
create unique index praise_invitation_once on praise_invitation (space, owner, author, occasion);
create index praise_invitation_author on praise_invitation (space, author);
create index praise_invitation_subject on praise_invitation (space, subject);
