-- What people answered to small favours that were asked of them: what goodwill learns from. It belongs to who asked.
create table outcome (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null,
	person bytea not null,
	what text not null,
	yes smallint not null,
	at bigint not null,
	primary key (space, id),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index outcome_person on outcome (space, owner, person, at);
