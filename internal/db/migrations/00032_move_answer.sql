-- What a move said and what its answer recorded, so that what was done today is seen and can be put back.
alter table move_answer add column what text not null default '';
alter table move_answer add column undo text not null default ''; -- JSON: operations and their input, in their order
