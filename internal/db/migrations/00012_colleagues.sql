-- The formal chart, and who had rather not be together. Layers of the informal network stand in statement and tie.

create table chart_position (
	space bytea not null references space (id),
	owner bytea not null,
	person bytea not null,
	manager bytea not null, -- none for who is at the top, and for who reports to somebody who is not in the chart
	level smallint not null, -- 1 at the top, then one more for each manager above
	department text not null,
	title text not null,
	at bigint not null,
	primary key (space, owner, person),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index chart_position_person on chart_position (space, person);
create index chart_position_manager on chart_position (space, manager);

-- Private to its owner for ever: no output of Gave holds it. The solvers keep such a pair apart for its owner alone.
create table rather_not (
	space bytea not null references space (id),
	owner bytea not null,
	person bytea not null, -- the smaller of the two ids
	other bytea not null,
	at bigint not null,
	primary key (space, owner, person, other),
	foreign key (space, person) references person (space, id) on delete cascade,
	foreign key (space, other) references person (space, id) on delete cascade
) without rowid;

create index rather_not_person on rather_not (space, person);
create index rather_not_other on rather_not (space, other);
