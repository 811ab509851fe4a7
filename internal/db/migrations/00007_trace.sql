-- What the viewer said of where a return came from: through this gift, or through nothing that was given (the gift is then none).
create table trace_answer (
	space bytea not null,
	owner bytea not null,
	came bytea not null, -- the return
	gift bytea not null,
	at bigint not null,
	primary key (space, owner, came),
	foreign key (space, came) references gift (space, id) on delete cascade
) without rowid;
