-- Programs that registered to be let in by members (OAuth). None has a secret.
create table oauth_client (
	known text primary key, -- client_id
	name text not null, -- as it calls itself
	redirects text not null, -- to where it may have browsers sent, as JSON
	created bigint not null,
	used bigint not null -- when a member last let it in; 0 for never
) without rowid;

create index oauth_client_used on oauth_client (used, created);

-- Assistants that a member let in.
create table oauth_grant (
	space bytea not null references space (id) on delete cascade,
	id bytea not null,
	owner bytea not null, -- the member
	client text not null, -- by which it is known: the id of its registration, or the address of its document
	name text not null, -- as it called itself
	home text not null, -- to where the browser was sent
	scope text not null, -- read or write
	resource text not null, -- the address that it may use
	created bigint not null,
	used bigint not null, -- 0 for never
	expires bigint not null,
	agent text not null, -- what the program calls itself that used it last
	primary key (space, id)
) without rowid;

create index oauth_grant_owner on oauth_grant (space, owner);
create index oauth_grant_client on oauth_grant (client);
create index oauth_grant_expires on oauth_grant (expires);

-- What these hold: codes that are exchanged once, short tokens to come in with, and tokens that are exchanged for both.
create table oauth_secret (
	token bytea primary key, -- SHA-256
	space bytea not null,
	given bytea not null, -- of whom
	kind text not null, -- code, access or refresh
	redirect text not null, -- of a code: where the browser was sent with it
	challenge text not null, -- of a code: SHA-256 of what its holder must know
	expires bigint not null,
	used bigint not null, -- when a code or refresh token was exchanged; 0 until then
	foreign key (space, given) references oauth_grant (space, id) on delete cascade
) without rowid;

create index oauth_secret_given on oauth_secret (space, given);
create index oauth_secret_expires on oauth_secret (expires);
