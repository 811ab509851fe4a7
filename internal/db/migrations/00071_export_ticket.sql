-- Exports that were confirmed with the password and not fetched yet: any node may be the one that is asked for the file.
create table export_ticket (
	token bytea not null, -- a digest of the secret in the address
	member bytea not null,
	expires bigint not null,
	primary key (token)
) without rowid;
