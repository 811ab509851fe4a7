-- What a device of a member sent of a person, by CardDAV: the lines of its card as they came, and what Gave knew of the
-- person when it took them in, so that what changed since can be laid over them.
create table phone_card (
	space bytea not null,
	owner bytea not null, -- the member
	person bytea not null,
	name text not null, -- the last part of its address
	uid text not null,
	card text not null, -- its lines, unfolded
	base text not null, -- what Gave knew, as JSON
	put bigint not null, -- when it came
	primary key (space, owner, person),
	foreign key (space, person) references person (space, id) on delete cascade
);

create unique index phone_card_name on phone_card (space, owner, name);
create index phone_card_person on phone_card (space, person);

-- Cards of a member that are of nobody in the network: groups and companies.
create table phone_other (
	space bytea not null references space (id) on delete cascade,
	owner bytea not null,
	name text not null,
	uid text not null,
	card text not null,
	put bigint not null,
	primary key (space, owner, name)
);

-- Whom a member took off their devices. They stay in the network.
create table phone_left (
	space bytea not null,
	owner bytea not null,
	person bytea not null,
	at bigint not null,
	primary key (space, owner, person),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index phone_left_person on phone_left (space, person);

-- How far the changes of a member's book are counted. The epoch names this count; another one begins when it is lost.
create table phone_book (
	space bytea not null references space (id) on delete cascade,
	owner bytea not null,
	epoch text not null,
	number bigint not null, -- of the last change
	least bigint not null, -- what went up to this number is forgotten
	primary key (space, owner)
) without rowid;

-- What devices were told: each card with its state, and the number of its last change.
create table phone_name (
	space bytea not null references space (id) on delete cascade,
	owner bytea not null,
	name text not null,
	etag text not null,
	number bigint not null,
	gone bigint not null, -- when it went; 0 while it is there
	primary key (space, owner, name)
) without rowid;

create index phone_name_number on phone_name (space, owner, number);
create index phone_name_gone on phone_name (space, owner, gone) where gone > 0;
