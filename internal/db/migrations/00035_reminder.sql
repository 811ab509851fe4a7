-- What a member wanted to be reminded of about somebody, and on which day.

create table reminder (
	space bytea not null,
	id bytea not null,
	owner bytea not null,
	person bytea not null,
	body text not null,
	day text not null, -- 2027-03-01
	done bigint not null, -- when it was done; 0 while it is open
	created bigint not null,
	primary key (space, id),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

create index reminder_day on reminder (space, owner, done, day);
create index reminder_person on reminder (space, person);
