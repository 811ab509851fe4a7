-- Asks and offers, who is asked and who helped, and introductions to which both sides agree.

create table ask (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null,
	person bytea not null, -- who in the network the author is; none when not known
	visibility smallint not null, -- 2 for the public, 1 for the space, 0 for the narrower audiences
	audience text not null, -- named, ties, friends, space, public
	kind text not null, -- ask, offer
	body text not null,
	why text not null,
	due text not null, -- a day such as 2026-12-01; empty for none
	state text not null, -- open, answered, thanked, closed
	outcome text not null,
	created bigint not null,
	changed bigint not null,
	primary key (space, id)
) without rowid;

create index ask_owner on ask (space, owner, state, created);
create index ask_visibility on ask (space, visibility, state, created);
create index ask_person_of on ask (space, person);

create table ask_person (
	space bytea not null,
	ask bytea not null,
	person bytea not null,
	part smallint not null, -- 1 the ask is addressed to them, 2 they were asked, 3 they helped or said that they can
	note text not null,
	at bigint not null,
	thanked bigint not null, -- when; 0 until then
	told bigint not null, -- when the outcome was told; 0 until then
	primary key (space, ask, person, part),
	foreign key (space, ask) references ask (space, id) on delete cascade,
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index ask_person_person on ask_person (space, person, part, at);

create table introduction (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null, -- the member who asks for it
	requester bytea not null, -- the person of that member
	middle bytea not null,
	target bytea not null,
	chosen smallint not null, -- 1 when the requester named who is in the middle, 0 when Gave found them
	body text not null,
	state text not null,
	middle_agreed smallint not null, -- 1 once who is in the middle said yes
	requester_address text not null,
	target_address text not null,
	middle_key bytea not null, -- SHA-256 of the secret in the link for who is in the middle; empty for none
	target_key bytea not null, -- the same for whom it leads to
	outcome text not null,
	created bigint not null,
	changed bigint not null,
	expires bigint not null, -- an answer that has not come by then is taken as no
	primary key (space, id),
	foreign key (space, requester) references person (space, id) on delete cascade,
	foreign key (space, middle) references person (space, id) on delete cascade,
	foreign key (space, target) references person (space, id) on delete cascade
) without rowid;

create index introduction_owner on introduction (space, owner, state);
create index introduction_requester on introduction (space, requester);
create index introduction_middle on introduction (space, middle);
create index introduction_target on introduction (space, target);
create unique index introduction_middle_key on introduction (middle_key) where length(middle_key) > 0;
create unique index introduction_target_key on introduction (target_key) where length(target_key) > 0;
