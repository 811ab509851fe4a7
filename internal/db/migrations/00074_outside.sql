-- Letters with a link to somebody without an account, which a member had mailed: each link once.
create table link_mail (
	space bytea not null references space (id) on delete cascade,
	digest bytea not null, -- of the secret of the link
	owner bytea not null, -- who had it mailed
	person bytea not null, -- to whom
	at bigint not null, -- when it was begun
	sent bigint not null, -- when the mail server took it; 0 while that is not certain
	primary key (space, digest)
) without rowid;

create index link_mail_owner on link_mail (space, owner, at);

-- Who wants no more mail from a space: keyed hashes of addresses.
create table mail_refusal (
	space bytea not null references space (id) on delete cascade,
	hash bytea not null,
	at bigint not null,
	primary key (space, hash)
) without rowid;

create table mail_key (
	space bytea not null references space (id) on delete cascade,
	secret bytea not null,
	primary key (space)
) without rowid;

-- Who was given a link to answer an ask without an account, and what they answered: the last word counts.
create table ask_outside (
	space bytea not null,
	id bytea not null,
	ask bytea not null,
	person bytea not null,
	answer smallint not null, -- 0 until they answer; 1 yes, 2 no, 3 knows somebody
	note text not null,
	at bigint not null, -- of the answer
	made bigint not null, -- when the link was made
	primary key (space, id),
	foreign key (space, ask) references ask (space, id) on delete cascade,
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create unique index ask_outside_once on ask_outside (space, ask, person);
create index ask_outside_person on ask_outside (space, person);
