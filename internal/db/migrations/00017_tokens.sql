-- A token reaches as far as it was made for: read, write or govern. Those of before could do everything; they go on reading and writing,
-- and no longer govern.
update api_token set scope = 'write' where scope = 'all';
