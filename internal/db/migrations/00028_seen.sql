-- Which other imports also hold what one import brought of a person: an address, a tag, a role, a date, a note, a statement, a value. A row is
-- written only when a second import meets it, so that undoing one of them loses nothing of the others.
create table import_seen (
	space bytea not null,
	person bytea not null,
	brought text not null, -- the table of the row; rest for a line of what has no place of its own
	item bytea not null, -- the organisation, the id of the row or the hash of the line; none otherwise
	word text not null, -- what else tells the row
	import bytea not null,
	primary key (space, person, brought, item, word, import),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

-- Which other imports also describe an organisation.
create table organisation_seen (
	space bytea not null,
	organisation bytea not null,
	import bytea not null,
	primary key (space, organisation, import),
	foreign key (space, organisation) references organisation (space, id) on delete cascade
) without rowid;
