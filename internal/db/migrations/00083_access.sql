-- How members come in besides by their password.

-- The second step that an account is asked for after its password.
create table second_step (
	account bytea primary key references account (id) on delete cascade,
	secret bytea not null, -- of the app that makes codes, sealed with the key in the data directory; empty for none
	since bigint not null, -- when it was confirmed; 0 while it is being set up
	used bigint not null -- the half minute of the last code that was used: none works twice
) without rowid;

-- What opens an account once when its second step is lost.
create table recovery_code (
	account bytea not null references account (id) on delete cascade,
	code bytea not null, -- SHA-256 of account and code
	used bigint not null, -- 0 while it can be used
	primary key (account, code)
) without rowid;

-- Passkeys (WebAuthn).
create table passkey (
	id bytea primary key,
	account bytea not null references account (id) on delete cascade,
	credential bytea not null, -- by which the device calls it
	name text not null, -- by which its owner calls it
	host text not null, -- for which it was made
	state text not null, -- its public key, counter and flags, as JSON
	created bigint not null,
	used bigint not null, -- 0 for never
	copied bigint not null -- when its counter went back, so that there may be a copy; 0 for never
) without rowid;

create unique index passkey_credential on passkey (credential);
create index passkey_account on passkey (account);

-- Somebody on the way in: between password and second step, before a passkey or a provider answers, or with a link that
-- was mailed.
create table entering (
	token bytea primary key, -- SHA-256 of the secret that the browser or the link has
	kind text not null,
	account bytea not null, -- zeros when it is not known yet
	state text not null, -- of a passkey: its challenge, as JSON
	expires bigint not null
) without rowid;

create index entering_account on entering (account);
create index entering_expires on entering (expires);

-- Whom a provider of identities (OpenID Connect) knows an account as.
create table openid (
	issuer text not null,
	subject text not null,
	account bytea not null references account (id) on delete cascade,
	email text not null, -- that the provider said
	created bigint not null,
	used bigint not null,
	primary key (issuer, subject)
) without rowid;

create index openid_account on openid (account);

-- When the account showed that its mail address is its own, and when its password was last set by mail; 0 for never.
alter table account add column proved bigint not null default 0;
alter table account add column reset bigint not null default 0;

-- What the program calls itself that used a token last.
alter table api_token add column agent text not null default '';
