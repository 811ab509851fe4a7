-- What was achieved, with all who had a part in it; which part of a goal a thing that it takes is, and since when it is arranged; and on which days what is shared was looked at and taken.

create table result (
	space bytea not null references space (id) on delete cascade,
	id bytea not null,
	owner bytea not null,
	visibility smallint not null,
	title text not null,
	body text not null,
	link text not null,
	day text not null, -- such as 2026-11-29
	goal bytea not null, -- the goal that it was for; none for no goal
	created bigint not null,
	primary key (space, id)
) without rowid;

create index result_owner on result (space, owner, day);

create table result_person (
	space bytea not null,
	result bytea not null,
	person bytea not null,
	primary key (space, result, person),
	foreign key (space, result) references result (space, id) on delete cascade,
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index result_person_person on result_person (space, person);

alter table goal_item add column purpose text not null default ''; -- permission, knowledge, money, hands, audience, or nothing
alter table goal_item add column arranged bigint not null default 0; -- when its author said so; 0 until then

create table resource_day (
	space bytea not null,
	resource bytea not null,
	day text not null, -- such as 2026-11-29
	seen bigint not null, -- how often its page was opened; nothing is kept of who did
	taken bigint not null,
	primary key (space, resource, day),
	foreign key (space, resource) references resource (space, id) on delete cascade
) without rowid;
