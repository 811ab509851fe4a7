-- Who sees praise, as its subject decided: publish, quote, private; empty until they did.

alter table praise add column audience text not null default '';

update praise set audience = 'publish' where published;
