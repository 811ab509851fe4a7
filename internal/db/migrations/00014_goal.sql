-- What somebody wants to bring about, and what it takes. Goals belong to their author.

create table goal (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null,
	title text not null,
	due text not null, -- a day, or empty
	state text not null, -- open, reached, dropped
	created bigint not null,
	primary key (space, id)
) without rowid;

create index goal_owner on goal (space, owner, state);

create table goal_item (
	space bytea not null,
	goal bytea not null,
	place smallint not null,
	kind text not null, -- person, organisation, skill, decision
	what text not null,
	primary key (space, goal, place),
	foreign key (space, goal) references goal (space, id) on delete cascade
) without rowid;
