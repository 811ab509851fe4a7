-- Lists of people that a member keeps under a name: what they are asked by, not who is in them.

create table people_list (
	space bytea not null,
	id bytea not null,
	owner bytea not null,
	name text not null,
	query text not null, -- JSON
	created bigint not null,
	primary key (space, id)
) without rowid;

create unique index people_list_name on people_list (space, owner, name);
