-- Who takes part in a goal, as its author notes it.

create table goal_person (
	space bytea not null,
	goal bytea not null,
	person bytea not null,
	joined bigint not null, -- when that was noted
	primary key (space, goal, person),
	foreign key (space, goal) references goal (space, id) on delete cascade,
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index goal_person_person on goal_person (space, person);
