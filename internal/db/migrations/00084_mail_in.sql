-- Letters to people without an account that can be answered by mail: by a token of which only the digest is kept.
create table mail_reply (
	space bytea not null references space (id) on delete cascade,
	digest bytea not null, -- of the token
	link bytea not null, -- of the secret of the link in the letter
	owner bytea not null, -- who had it mailed
	person bytea not null, -- to whom
	at bigint not null,
	primary key (space, digest)
) without rowid;

create index mail_reply_digest on mail_reply (digest);

-- What they wrote back, or that the letter came back.
create table mail_answer (
	space bytea not null references space (id) on delete cascade,
	id bytea not null,
	owner bytea not null, -- whose letter it was
	person bytea not null, -- to whom it was
	link bytea not null, -- the digest of the secret of the link; empty when there is none any more
	kind text not null, -- written or returned
	words text not null,
	sender text not null, -- the address it came from, when that is not where the letter went
	said text not null, -- what it was taken as; empty while nobody decided
	at bigint not null,
	primary key (space, id)
) without rowid;

create index mail_answer_owner on mail_answer (space, owner, id);
create index mail_answer_person on mail_answer (space, person);

-- Mails that a member passed on to the address for that, until they are read: the headers alone.
create table source_mail (
	space bytea not null,
	id bytea not null,
	source bytea not null,
	heads text not null,
	at bigint not null, -- when it came in
	primary key (space, id),
	foreign key (space, source) references source (space, id) on delete cascade
) without rowid;

create index source_mail_source on source_mail (space, source, id);
create index source_address on source (kind, address);

-- Which mails were heard, so that none is twice, wherever it comes in.
create table mail_heard (
	space bytea not null references space (id) on delete cascade,
	message bytea not null,
	reply bytea not null, -- the digest of the token
	at bigint not null,
	primary key (space, message)
) without rowid;

-- The mailbox of this installation that is read for answers, and up to where.
create table mail_inbox (
	space bytea not null, -- none
	id bytea not null, -- a digest of its address
	worker text not null,
	claimed bigint not null,
	due bigint not null,
	tries smallint not null,
	validity bigint not null, -- the numbers hold as long as this stays the same
	reached bigint not null,
	primary key (space, id)
) without rowid;

-- Feeds of what people publish (RSS, Atom), each of one member and about one person.
create table feed (
	space bytea not null references space (id) on delete cascade,
	id bytea not null,
	owner bytea not null,
	person bytea not null,
	address text not null,
	title text not null, -- what it calls itself
	etag text not null, -- of what was read last, and when that changed, as its server says
	modified text not null,
	created bigint not null,
	due bigint not null, -- when it is to be read next
	worker text not null, -- which process reads it, and its last sign of life
	claimed bigint not null,
	tries smallint not null, -- how often it failed since it went well
	trouble text not null, -- why
	came bigint not null, -- when it last went well; 0 for never
	primary key (space, id)
) without rowid;

create unique index feed_once on feed (space, owner, person, address);
create index feed_due on feed (due);
create index feed_person on feed (space, person);

-- What stands in a feed.
create table feed_item (
	space bytea not null,
	id bytea not null,
	feed bytea not null,
	mark bytea not null, -- a digest of what tells it from others
	title text not null,
	link text not null,
	at bigint not null, -- when it was published, as far as the feed says so
	fresh smallint not null, -- 0 for what stood there when the feed was read first
	primary key (space, id),
	foreign key (space, feed) references feed (space, id) on delete cascade
) without rowid;

create unique index feed_item_once on feed_item (space, feed, mark);
