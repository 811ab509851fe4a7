-- Addresses that are told when something is brought to a member.
create table webhook (
	space bytea not null references space (id) on delete cascade,
	id bytea not null,
	owner bytea not null,
	name text not null,
	address text not null,
	secret bytea not null, -- with which messages are signed, sealed
	created bigint not null,
	due bigint not null, -- when messages are to be sent next
	worker text not null, -- which process sends them, and its last sign of life
	claimed bigint not null,
	tries smallint not null, -- how often the receiver failed since it took one
	failing bigint not null, -- since when; 0 while it takes them
	took bigint not null, -- when it last took one; 0 for never
	primary key (space, id)
) without rowid;

create index webhook_owner on webhook (space, owner);
create index webhook_due on webhook (due);

-- What is to be told, and was.
create table webhook_message (
	space bytea not null,
	id bytea not null, -- the same at every try
	webhook bytea not null,
	kind text not null, -- what was brought
	item bytea not null,
	at bigint not null,
	took bigint not null, -- when the receiver took it; 0 until then
	status smallint not null, -- what the receiver answered last; 0 for nothing
	primary key (space, id),
	foreign key (space, webhook) references webhook (space, id) on delete cascade
) without rowid;

create index webhook_message_order on webhook_message (space, webhook, took, id);
