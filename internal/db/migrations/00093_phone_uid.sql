-- A device that sends a card is asked whether another card has its UID, however that is written.
create index phone_card_uid on phone_card (space, owner, lower(uid));
create index phone_other_uid on phone_other (space, owner, lower(uid));
