-- Questionnaires: who is asked, by which links, and whom they name. A wave is one time that a questionnaire is held.

create table wave (
	space bytea not null references space (id) on delete cascade,
	id bytea not null,
	owner bytea not null,
	title text not null,
	layers text not null, -- names of layers, with commas between
	naming text not null, -- roster, or names
	weighted smallint not null, -- whether it asks how often
	anonymised smallint not null, -- whether an export may hold answers, under shuffled numbers
	threshold bigint not null,
	months bigint not null, -- how long answers are kept after it closed
	closes bigint not null, -- when it is to close
	created bigint not null,
	opened bigint not null, -- 0 until the links were made
	closed bigint not null, -- 0 until it closed
	reminders smallint not null, -- how often there was a reminder
	reminded bigint not null, -- when the latest was; 0 for never
	primary key (space, id)
) without rowid;

create index wave_owner on wave (space, owner);

create table wave_person (
	space bytea not null,
	id bytea not null,
	wave bytea not null,
	person bytea not null,
	mail text not null, -- where the link goes; empty for by hand
	department text not null,
	level bigint not null, -- in the chart, from 1 at the top; 0 when not known
	language text not null, -- chosen by who is asked; empty until they did
	part smallint not null, -- 0 asked, 1 takes part, 2 does not
	shares smallint not null, -- whether ties that both state may be shown to members of the space
	answered text not null, -- the layers that were answered, with commas between
	consented bigint not null, -- when they decided
	saved bigint not null, -- when they saved last
	sent bigint not null, -- when the link was sent
	trouble text not null, -- why no more mail goes there: bounced, unsubscribed
	primary key (space, id),
	foreign key (space, wave) references wave (space, id) on delete cascade
) without rowid;

create unique index wave_person_once on wave_person (space, wave, person);
create index wave_person_person on wave_person (space, person);

create table wave_link (
	digest bytea not null,
	space bytea not null,
	participant bytea not null,
	created bigint not null,
	primary key (digest),
	foreign key (space, participant) references wave_person (space, id) on delete cascade
) without rowid;

create index wave_link_participant on wave_link (space, participant);

create table wave_answer (
	space bytea not null,
	wave bytea not null,
	source bytea not null, -- the person who says it
	layer text not null,
	target bytea not null, -- the person it is said of
	weight smallint not null, -- 1 monthly, 2 weekly, 3 daily; 0 when it was not asked
	at bigint not null,
	primary key (space, wave, source, layer, target),
	foreign key (space, wave) references wave (space, id) on delete cascade
) without rowid;

create index wave_answer_source on wave_answer (space, source);
create index wave_answer_target on wave_answer (space, target);
