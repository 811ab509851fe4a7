-- What anyone may take: texts, links and files. Files lie in the data directory under the digest of their content, so that the same file lies there once.

create table resource (
	space bytea not null references space (id),
	id bytea not null,
	owner bytea not null,
	visibility smallint not null,
	title text not null,
	body text not null, -- Markdown
	link text not null,
	digest text not null, -- SHA-256 of the file in hexadecimal digits; empty without one
	file text not null, -- its name
	media text not null,
	bytes bigint not null,
	licence text not null,
	language text not null,
	tags text not null, -- with commas between them
	created bigint not null,
	updated bigint not null,
	taken bigint not null, -- how often the file was taken; nothing is kept of who took it
	primary key (space, id)
) without rowid;

create index resource_owner on resource (space, owner, created);
create index resource_digest on resource (digest);
