-- The door: how often somebody tried to come in, shared by all nodes, and the browsers and networks that an account is known from.

-- An attempt moves the moment on at which a name counts as fresh again; too far ahead, and the next attempt is refused.
create table throttle (
	name bytea primary key, -- SHA-256 of what is counted: an account from a network, a network, an account, a browser
	clear bigint not null -- when nothing of the attempts is left
);

create index throttle_clear on throttle (clear);

-- Where an account came in before: who comes from there is let through while strangers guess at the same account.
create table familiar (
	account bytea not null references account (id) on delete cascade,
	name bytea not null, -- SHA-256 of a browser's secret, or of account and network
	seen bigint not null,
	primary key (account, name)
) without rowid;
