-- An invitation can be to one address, which is then the only one that can use it.
alter table invitation add column email text not null default '';

-- When the mail server took the letter; 0 when it was not mailed.
alter table invitation add column sent bigint not null default 0;
