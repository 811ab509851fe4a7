-- What a move said, so that what was done today is seen and can be put back.
alter table move_answer add column what text not null default '';
