-- In which of their spaces somebody was last: signing in leads there.
alter table account add column space bytea;
