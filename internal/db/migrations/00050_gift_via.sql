-- Over whom something came in is known apart from whom it came from.

alter table gift_person add column via bigint not null default 0; -- 1 for over whom
