// Package mailing sends members, once a day, what they asked to get by mail: what others brought to them, and Today. It
// keeps what each wants and when the last one went, and no word of any letter. It also mails letters to people without
// an account, and hears what they write back.
package mailing

import "gave.network/internal/room"

// Room says what the room is.
func (s *Service) Room() room.Room {
	return room.Room{
		Key: "mail", Title: "By mail", About: "What comes to you by mail, and when.",
		Operations: s.Operations(),
		Pages:      s.pages,
		Tables:     tables(),
		Forget:     forget,
		Copied:     endMail,
		Brings:     brings,
		Inbox:      s.Inbox,
	}
}
