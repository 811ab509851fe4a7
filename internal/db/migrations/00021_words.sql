-- A tag is its owner's: the words of tags find a person for the member who put them, and for nobody else who sees the person.
create table word_of_person (
	space bytea not null,
	word text collate binary not null,
	person bytea not null,
	owner bytea not null, -- for whom the word counts; none for everybody who may see the person
	primary key (space, word, person, owner),
	foreign key (space, person) references person (space, id) on delete cascade
) without rowid;

-- The words of tags are told from the others by what else is known of the person. None is the lowest of what persons were found to be.
insert into word_of_person (space, word, person, owner)
	select w.space, w.word, w.person, (select q.merged from person q where q.space = w.space order by q.merged limit 1)
	from person_word w join person p on p.space = w.space and p.id = w.person
	where not exists (select 1 from person_tag t where t.space = w.space and t.person = w.person and (' ' || t.tag || ' ') like ('% ' || w.word || ' %'))
		or p.sort_key like ('%' || w.word || '%')
		or lower(p.name || ' ' || p.nickname || ' ' || p.organisation || ' ' || p.title || ' ' || p.place) like ('%' || w.word || '%')
		or exists (select 1 from identifier n where n.space = w.space and n.person = w.person and n.value like ('%' || w.word || '%'));

insert into word_of_person (space, word, person, owner)
	select w.space, w.word, w.person, t.owner
	from person_tag t join person_word w on w.space = t.space and w.person = t.person
	where (' ' || t.tag || ' ') like ('% ' || w.word || ' %')
	group by w.space, w.word, w.person, t.owner;

drop table person_word;
alter table word_of_person rename to person_word;
create index person_word_person on person_word (space, person);
