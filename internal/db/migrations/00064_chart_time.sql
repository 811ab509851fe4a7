-- A line of a chart holds for a time: a later chart of the organisation ends what is not in it, and what held before stays known.
create table chart_line (
	space bytea not null references space (id),
	owner bytea not null,
	person bytea not null,
	since bigint not null default 0, -- the first day on which it holds, in days since 1970; 0 when that is not known
	until bigint not null default 0, -- the first day on which it holds no more; 0 as long as it does
	manager bytea not null, -- none for who is at the top, and for who reports to somebody who is not in the chart
	level smallint not null, -- 1 at the top, then one more for each manager above; 0 when not known
	department text not null,
	title text not null,
	organisation text not null default '', -- empty when the chart does not say
	at bigint not null,
	primary key (space, owner, person, since),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

insert into chart_line (space, owner, person, since, until, manager, level, department, title, organisation, at)
	select space, owner, person, at / 86400000000, 0, manager, level, department, title, '', at from chart_position;

-- The days of the charts that were loaded, so that one of an earlier day does not undo what a later one says.
create table chart_day (
	space bytea not null references space (id),
	owner bytea not null,
	organisation text not null,
	day bigint not null, -- in days since 1970
	primary key (space, owner, organisation, day)
) without rowid;

insert into chart_day (space, owner, organisation, day)
	select distinct space, owner, '', at / 86400000000 from chart_position;

drop table chart_position;
alter table chart_line rename to chart_position;
create index chart_position_person on chart_position (space, person);
create index chart_position_manager on chart_position (space, manager);
