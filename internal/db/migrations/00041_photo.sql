-- A small photo of a person, made anew from what was uploaded. The person tells whether there is one, of that record or
-- of one that was found to be the same person, so that lists need not ask.

alter table person add column photo bigint not null default 0; -- when it was added; 0 for none

create table photo (
	space bytea not null,
	person bytea not null,
	image bytea not null, -- JPEG
	added bigint not null,
	primary key (space, person),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;
