-- Who may come in: accounts, spaces, members, sessions, tokens, invitations, and a trail of what was done with them.
-- Times are UTC microseconds. Ids are 16 bytes; sixteen zero bytes mean "none".

create table account (
	id bytea primary key,
	email text not null, -- lower case; empty for the owner of a data directory who has not set one yet
	name text not null,
	password text not null, -- argon2id in PHC form; empty when none is set
	language text not null,
	zone text not null,
	created bigint not null
);

create unique index account_email on account (email) where email <> '';

create table space (
	id bytea primary key,
	name text not null,
	purpose text not null, -- private or professional: which duties towards people apply
	created bigint not null
);

create table member (
	id bytea primary key,
	space bytea not null references space (id),
	account bytea not null references account (id),
	role smallint not null, -- 1 guest, 2 member, 3 owner
	person bytea not null, -- who in the network this member is; none until known
	joined bigint not null,
	ended bigint not null, -- 0 while a member
	unique (space, account)
);

create index member_account on member (account);

create table session (
	token bytea primary key, -- SHA-256 of the cookie
	account bytea not null references account (id) on delete cascade,
	member bytea not null,
	agent text not null,
	created bigint not null,
	seen bigint not null,
	expires bigint not null
);

create index session_account on session (account);

create table api_token (
	token bytea primary key, -- SHA-256 of the token
	id bytea not null unique,
	member bytea not null references member (id) on delete cascade,
	name text not null,
	created bigint not null,
	used bigint not null,
	expires bigint not null -- 0 for never
);

create index api_token_member on api_token (member);

create table invitation (
	token bytea primary key, -- SHA-256 of the link's secret
	id bytea not null unique,
	space bytea not null references space (id) on delete cascade,
	kind text not null, -- join, or setup for the first owner
	role smallint not null,
	author bytea not null,
	created bigint not null,
	expires bigint not null,
	used bigint not null -- 0 until used
);

create table audit (
	space bytea not null,
	id bytea not null,
	author bytea not null,
	at bigint not null,
	action text not null,
	detail text not null,
	primary key (space, id)
) without rowid;
