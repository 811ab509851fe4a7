-- What a request with a key of its own was answered, so that the same request sent again does nothing twice.
create table answered (
	space bytea not null,
	member bytea not null,
	key bytea not null, -- a hash
	request bytea not null, -- a hash of what was asked
	status integer not null, -- of the answer; 0 while it is being done
	body bytea not null, -- the answer, sealed with the key
	at bigint not null,
	primary key (space, member, key)
) without rowid;

create index answered_at on answered (at);

-- A day in somebody's life belongs to the member who recorded it: two members may record the same, and each says who may see it.
-- What the keeper of a person recorded keeps the visibility of the person; what others recorded was never meant for everybody.
create table date_of_member (
	space bytea not null,
	person bytea not null,
	owner bytea not null,
	visibility smallint not null,
	kind text not null, -- birthday, anniversary, or the source's own word
	year smallint not null, -- 0 when not known
	month smallint not null,
	day smallint not null,
	source text not null,
	import bytea not null,
	primary key (space, person, owner, kind, month, day),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

insert into date_of_member (space, person, owner, visibility, kind, year, month, day, source, import)
	select d.space, d.person, d.owner, case when d.owner = p.owner then p.visibility else 0 end, d.kind, d.year, d.month, d.day, d.source, d.import
	from important_date d join person p on p.space = d.space and p.id = d.person;

drop table important_date;
alter table date_of_member rename to important_date;
create index important_date_day on important_date (space, month, day);
