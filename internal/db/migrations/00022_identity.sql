-- Several people may have one identifier: a home telephone, a reception, info@, the address of a couple. shared is 1 when several records
-- have it; which of them is meant is then told by the name. What is not shared belongs to one record, and joins.
alter table identifier add column shared smallint not null default 0;

drop index identifier_certain;

create unique index identifier_certain on identifier (space, owner, kind, value) where kind <> 2 and shared = 0;

-- How a merge came about: hand, import (one identifier, another name), names (beyond doubt), bulk (accepted in one step).
alter table merge add column origin text not null default '';

alter table merge add column import bytea; -- the import that joined them; null for none

alter table merge add column batch bytea; -- the bulk step, which is undone as one; null for none

alter table merge add column before text not null default ''; -- JSON: what the kept person showed before it took over what only the absorbed one has

alter table merge add column certain smallint not null default 0; -- 1 for a proposal that the bulk step accepts

create index merge_batch on merge (space, batch);
