-- Where a value of a person came from when it is not the import that brought the person: typed by hand (no import), or filled in by another
-- import. So an import that is taken back takes its own values and no others.
create table person_field (
	space bytea not null,
	person bytea not null,
	field text not null, -- name, nickname, organisation, title, place, rest
	import bytea not null, -- none when it was typed by hand
	primary key (space, person, field),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index person_field_import on person_field (space, import);

-- People who were changed at another moment than they were made, and not by an import, were changed by hand. merged is none where nobody has that id.
insert into person_field (space, person, field, import)
	select p.space, p.id, f.field, p.merged from person p
	cross join (select 'name' as field union all select 'nickname' union all select 'organisation' union all select 'title' union all select 'place') f
	where p.updated <> p.created and p.import <> p.merged
		and not exists (select 1 from person k where k.space = p.space and k.id = p.merged)
		and not exists (select 1 from import i where i.space = p.space and i.started = p.updated);

-- Who is not to come back: keyed hashes of the identifiers of an erased person, of one member, or of the space when its owner said so. The rows of
-- one erasure are lifted together. The table suppressed held hashes without a key; they are keyed when they are first needed.
create table suppression (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null, -- none for the whole space
	erasure bytea not null,
	hash bytea not null, -- HMAC-SHA-256 of kind and value
	reason text not null,
	author bytea not null,
	at bigint not null,
	left_out bigint not null, -- how many records imports left out because of it
	primary key (space, id)
) without rowid;

create unique index suppression_hash on suppression (space, owner, hash);

create table suppression_key (
	space bytea not null references space (id),
	owner bytea not null, -- none for the whole space
	secret bytea not null,
	primary key (space, owner)
) without rowid;

alter table import_file add column suppressed bigint not null default 0;
