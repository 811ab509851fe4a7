-- Lists of people are walked in the index of their order: what their filters ask is in the index too, so that passing over a person
-- reads no other page of the file.
drop index person_sort;
create index person_sort on person (space, sort_key, id, merged, owner, visibility);
drop index tie_rank;
create index tie_rank on tie (space, owner, person, rank, other, as_of, peak);
