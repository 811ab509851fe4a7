-- A token may open everything that its member may do, or the feeds of Today alone.
alter table api_token add column scope text not null default 'all';
