-- Mailboxes whose owner signs in at a provider (OAuth 2.0) instead of giving a password.

-- Which provider gave the token that stands sealed in place of the password; empty with a password.
alter table source add column provider text not null default '';

-- Members who are at a provider just now.
create table source_signin (
	space bytea not null references space (id) on delete cascade,
	id bytea not null, -- of the secret with which the browser comes back, its digest
	owner bytea not null,
	session text not null, -- which browser began; empty for the command line
	provider text not null,
	source bytea not null, -- for which they sign in once more; none for a new one
	username text not null, -- of the mailbox, where it was said; else the provider says it
	back text not null, -- where the browser comes back to; empty for a sign-in with a code
	secret bytea not null, -- what proves that who comes back is who went, sealed
	expires bigint not null,
	primary key (space, id)
) without rowid;

create index source_signin_owner on source_signin (space, owner);
