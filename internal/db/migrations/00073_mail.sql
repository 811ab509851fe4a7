-- What a member wants by mail, and when; without a row nothing goes. One mail a day holds all of it.
create table mail_choice (
	space bytea not null references space (id) on delete cascade,
	owner bytea not null,
	topics text not null, -- with spaces between; empty for nothing
	words smallint not null, -- 1 when the mail may hold the words of what was brought
	hour smallint not null, -- of the day, in the zone of the member, at which it goes
	quiet_from smallint not null, -- the hours in which none goes, also not one that is late
	quiet_until smallint not null,
	quiet_days smallint not null, -- the days on which none goes: bit 0 is Sunday
	since bigint not null, -- what was brought before is not mailed
	turn bigint not null, -- when a mail was last begun, or there was nothing to send
	retry bigint not null, -- not before this moment, after a failure
	tries smallint not null, -- how often it failed since one went out
	refused smallint not null, -- on how many turns the address was refused for good since one went out
	sent bigint not null, -- when the mail server last took one; 0 for never
	primary key (space, owner)
) without rowid;

-- When the mail server took a letter that tells of it; 0 until then.
alter table delivery add column mailed bigint not null default 0;

-- Links by which something is done once, or for a while, without signing in.
create table link (
	digest bytea not null, -- of the secret
	space bytea not null references space (id) on delete cascade,
	id bytea not null,
	owner bytea not null, -- the member in whose name
	kind text not null, -- what it is for
	about text not null, -- and what of that
	person bytea not null, -- who holds it, of the network; none for the member
	created bigint not null,
	expires bigint not null,
	used bigint not null, -- 0 until it was
	primary key (digest)
) without rowid;

create index link_about on link (space, kind, about);
create index link_expires on link (expires);
