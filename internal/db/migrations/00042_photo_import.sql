-- Which import brought a photo, so that it goes when the import is taken back.

alter table photo add column import bytea; -- null for none
