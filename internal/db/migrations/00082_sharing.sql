-- What a member shows the other members of whom they know: rules, of which the narrowest holds (tie/sharing.go).
create table share_rule (
	space bytea not null references space (id),
	owner bytea not null, -- the member whose ties it is about
	width smallint not null, -- 0 all ties, 1 what comes from a source, 2 a person, 3 the tie with a person
	person bytea not null, -- of a person or tie; none otherwise
	import bytea not null, -- of a source; none for what was noted by hand, and otherwise
	level smallint not null, -- 0 nothing, 1 that they know each other, 2 and how well
	at bigint not null,
	primary key (space, owner, width, person, import)
) without rowid;

-- What rules were before they were changed, to take changes back.
create table share_change (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null,
	width smallint not null,
	person bytea not null,
	import bytea not null,
	before smallint not null, -- -1 where there was no rule
	at bigint not null,
	primary key (space, id)
) without rowid;

create index share_change_owner on share_change (space, owner, id);
