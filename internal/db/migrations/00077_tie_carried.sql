-- Ties that were worked out elsewhere, as files of ties bring them: evidence like an interaction, of which the newest of
-- one origin counts. The people are the records as they came: a merge rewrites nothing.

create table tie_carried (
	space bytea not null references space (id),
	person bytea not null, -- the smaller id of the two
	other bytea not null,
	owner bytea not null, -- the member who brought it
	origin bytea not null, -- whose evidence made it there, as the file says
	import bytea not null,
	visibility smallint not null,
	intensity double precision not null, -- at the moment as_of
	sent double precision not null, -- the directed part from person to other, at as_of
	received double precision not null,
	peak double precision not null,
	as_of bigint not null, -- what happened until then is in it
	last_interaction bytea not null,
	first_contact bigint not null,
	interactions integer not null,
	primary key (space, person, other, owner, origin, import),
	foreign key (space, person) references person (space, id) on delete cascade,
	foreign key (space, other) references person (space, id) on delete cascade
) without rowid;

create index tie_carried_other on tie_carried (space, other, person);
create index tie_carried_import on tie_carried (space, import);

alter table import_file add column ties_added bigint not null default 0;
