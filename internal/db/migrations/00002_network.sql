-- People, organisations, what happened between them, and the ties that follow from it.
-- visibility: 0 private to its owner, 1 the space, 2 public. owner is a member.

create table person (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null,
	visibility smallint not null,
	name text not null,
	given text not null,
	particle text not null,
	family text not null,
	prefix text not null,
	suffix text not null,
	nickname text not null,
	sort_key text collate binary not null, -- folded, Dutch order: the particle does not count
	organisation text not null, -- the present one, for lists
	title text not null,
	place text not null,
	merged bytea not null, -- the person this one was found to be; none when it stands for itself
	rest text not null, -- lines of the source without a field here, given back on export
	import bytea not null,
	created bigint not null,
	updated bigint not null,
	primary key (space, id)
) without rowid;

create index person_sort on person (space, sort_key, id);
create index person_merged on person (space, merged);
create index person_import on person (space, import);

create table person_word (
	space bytea not null,
	word text collate binary not null,
	person bytea not null,
	primary key (space, word, person),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index person_word_person on person_word (space, person);

-- How a person can be recognised. Mail, link and handle belong to one person of an owner; a telephone may be shared.
create table identifier (
	space bytea not null,
	owner bytea not null,
	kind smallint not null, -- 1 mail, 2 telephone, 3 link, 4 handle of a source
	value text not null, -- normalised
	person bytea not null,
	label text not null,
	import bytea not null,
	primary key (space, owner, kind, value, person),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index identifier_person on identifier (space, person);
create unique index identifier_certain on identifier (space, owner, kind, value) where kind <> 2;

create table organisation (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null,
	visibility smallint not null,
	name text not null,
	folded text not null,
	domain text not null,
	import bytea not null,
	primary key (space, id)
) without rowid;

create unique index organisation_name on organisation (space, owner, folded);

-- A role in an organisation over time; from_day and until_day are as precise as known: 2019, 2019-03 or 2019-03-01.
create table person_role (
	space bytea not null,
	person bytea not null,
	organisation bytea not null,
	title text not null,
	department text not null,
	from_day text not null,
	until_day text not null,
	import bytea not null,
	primary key (space, person, organisation, title, from_day),
	foreign key (space, person) references person (space, id) on delete cascade,
	foreign key (space, organisation) references organisation (space, id)
) without rowid;

create index person_role_organisation on person_role (space, organisation);

create table person_tag (
	space bytea not null,
	person bytea not null,
	owner bytea not null,
	tag text not null,
	import bytea not null,
	primary key (space, person, owner, tag),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index person_tag_tag on person_tag (space, tag);

create table note (
	space bytea not null,
	id bytea not null,
	person bytea not null,
	owner bytea not null,
	visibility smallint not null,
	body text not null,
	at bigint not null,
	source text not null,
	import bytea not null,
	primary key (space, id),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index note_person on note (space, person, at);

create table important_date (
	space bytea not null,
	person bytea not null,
	owner bytea not null,
	kind text not null, -- birthday, anniversary, or the source's own word
	year smallint not null, -- 0 when not known
	month smallint not null,
	day smallint not null,
	source text not null,
	import bytea not null,
	primary key (space, person, kind, month, day),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index important_date_day on important_date (space, month, day);

-- What happened. Append-only: a row is added once and goes only with its import or with an erased person.
create table interaction (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null,
	visibility smallint not null,
	medium smallint not null,
	time bigint not null,
	minutes integer not null,
	title text not null,
	place text not null,
	people integer not null, -- how many persons took part, known or not
	source text not null, -- the space of external ids: mail, calendar, note …
	external bytea not null, -- the first 16 bytes of SHA-256 of the external id
	reply_to bytea not null, -- the external of the message this answers; none otherwise
	import bytea not null,
	primary key (space, id)
) without rowid;

create unique index interaction_external on interaction (space, owner, source, external);
create index interaction_import on interaction (space, import);

create table participant (
	space bytea not null,
	person bytea not null,
	time bigint not null,
	interaction bytea not null,
	role smallint not null, -- 0 from, 1 to, 2 cc, 3 mentioned
	primary key (space, person, time, interaction),
	foreign key (space, interaction) references interaction (space, id) on delete cascade,
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index participant_interaction on participant (space, interaction);

-- Which other imports also hold an interaction, so that undoing one of them loses nothing of the others.
create table interaction_seen (
	space bytea not null,
	interaction bytea not null,
	import bytea not null,
	primary key (space, interaction, import),
	foreign key (space, interaction) references interaction (space, id) on delete cascade
) without rowid;

create index interaction_seen_import on interaction_seen (space, import);

-- What somebody said about a tie. Never mixed with the derived ties below.
create table statement (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null,
	visibility smallint not null,
	layer text not null,
	sign smallint not null, -- 1 or -1
	weight double precision not null,
	source_person bytea not null,
	target_person bytea not null,
	directed boolean not null,
	time bigint not null, -- 0 when not known
	source text not null,
	external bytea not null,
	import bytea not null,
	primary key (space, id),
	foreign key (space, source_person) references person (space, id) on delete cascade,
	foreign key (space, target_person) references person (space, id) on delete cascade
) without rowid;

create unique index statement_external on statement (space, owner, source, external);
create index statement_source on statement (space, source_person);
create index statement_target on statement (space, target_person);
create index statement_import on statement (space, import);

-- Derived ties, in both directions, so that one person's ties are one range. owner is the member whose private evidence it
-- is, or none for evidence that the whole space may see. Can be thrown away and rebuilt.
create table tie (
	space bytea not null,
	owner bytea not null,
	person bytea not null,
	other bytea not null,
	intensity double precision not null, -- at the moment as_of
	sent double precision not null, -- the directed part from person to other, at as_of
	received double precision not null,
	peak double precision not null,
	as_of bigint not null, -- time of the newest evidence
	last_interaction bytea not null,
	first_contact bigint not null,
	interactions integer not null,
	rank double precision not null, -- log2(intensity) + as_of in half-lives: sorts by strength at any moment
	primary key (space, owner, person, other)
) without rowid;

create index tie_rank on tie (space, owner, person, rank);
create index tie_as_of on tie (space, owner, person, as_of);

-- Ties whose stored state does not yet hold all evidence: late evidence, merges, an import under way, or a meeting that lies ahead
-- and counts from due on. A row with no person stands for every tie of the owner.
create table tie_stale (
	space bytea not null,
	owner bytea not null,
	person bytea not null,
	other bytea not null,
	due bigint not null, -- 0 for at once
	primary key (space, owner, person, other)
) without rowid;

create index tie_stale_due on tie_stale (space, due);

-- Two persons who may be, or were found to be, one. state: proposed, merged, rejected, undone.
create table merge (
	space bytea not null,
	id bytea not null,
	owner bytea not null,
	kept bytea not null,
	absorbed bytea not null,
	score double precision not null,
	reasons text not null, -- JSON list of sentences' keys
	state text not null,
	author bytea not null,
	at bigint not null,
	primary key (space, id),
	unique (space, owner, kept, absorbed),
	foreign key (space, kept) references person (space, id) on delete cascade,
	foreign key (space, absorbed) references person (space, id) on delete cascade
) without rowid;

create index merge_state on merge (space, owner, state, score);
create index merge_absorbed on merge (space, absorbed);

-- Who objected to being kept: a hash of each identifier, so that a new import does not bring them back.
create table suppressed (
	space bytea not null,
	hash bytea not null,
	at bigint not null,
	primary key (space, hash)
) without rowid;
