-- A version of the ties of each space, changed by whoever writes them: what one import remembers from one transaction to the next
-- holds only while nobody else wrote.

create table tie_version (
	space bytea not null primary key references space (id),
	version bytea not null,
	before bytea not null -- the version that the present one replaced
) without rowid;

-- Imports that were killed could leave ties without part of their evidence. All ties are derived once more from what is stored.
-- A person who stands for itself has no other in merged: the id of nothing, which is what names all ties of an owner.
insert into tie_stale (space, owner, person, other, due)
	select i.space, i.owner, (select p.merged from person p where p.space = i.space order by p.merged limit 1),
		(select p.merged from person p where p.space = i.space order by p.merged limit 1), 0
	from interaction i group by i.space, i.owner
	on conflict do nothing;

insert into tie_stale (space, owner, person, other, due)
	select s.space, s.merged, s.merged, s.merged, 0
	from (select distinct space, merged from person) s
	where s.merged = (select p.merged from person p where p.space = s.space order by p.merged limit 1)
	on conflict do nothing;
