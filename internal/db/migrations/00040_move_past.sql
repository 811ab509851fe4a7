-- Of which part of Gave and of what kind a move was that was answered, and about whom: a week is as varied as a day.
alter table move_answer add column principle text not null default '';
alter table move_answer add column kind text not null default '';
alter table move_answer add column people text not null default ''; -- ids, with spaces between them
