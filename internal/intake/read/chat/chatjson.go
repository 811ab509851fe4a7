package chat

import (
	"context"
	"strings"
	"time"

	"gave.network/internal/intake/read"
)

// Telegram reads the JSON that Telegram exports, of one chat or of all: contacts, who wrote, and when.
var Telegram = read.Format{
	Name:  "telegram",
	Title: "Telegram (JSON)",
	How:   "In Telegram Desktop choose Export chat history, in the format JSON.",
	Detect: func(head []byte, _ string) int {
		return max(read.DetectJSON(head, 85, "messages", "date_unixtime"),
			read.DetectJSON(head, 85, "chats", "list", "about"),
			read.DetectJSON(head, 80, "personal_information", "contacts"),
			read.DetectJSON(head, 85, "messages", "type", "actor_id"),
			read.DetectJSON(head, 84, "messages", "type", "from_id"))
	},
	FromStart: true,
	Read:      readTelegram,
}

type telegramReader struct {
	j   *read.JSONReader
	out *read.Emitter
	me  read.Party
}

func readTelegram(ctx context.Context, src *read.Source, sink read.Sink) error {
	t := &telegramReader{j: read.NewJSONReader(src.Reader), out: &read.Emitter{Source: src, Sink: sink}}
	single := newTelegramChat()
	err := t.j.Object(func(name string) error {
		switch name {
		case "chats", "left_chats":
			return t.j.Object(func(name string) error {
				if name != "list" {
					return t.j.Skip()
				}
				return t.j.Array(func() error {
					c := newTelegramChat()
					if err := t.j.Object(func(name string) error { return t.chatField(ctx, c, name) }); err != nil {
						return err
					}
					return t.end(c)
				})
			})
		case "contacts":
			return t.j.Object(func(name string) error {
				if name != "list" {
					return t.j.Skip()
				}
				return t.j.Array(t.contact)
			})
		case "personal_information":
			return t.owner()
		}
		return t.chatField(ctx, single, name)
	})
	if err == nil || len(single.Groups) > 0 {
		// What comes before the damage is good.
		if failed := t.end(single); failed != nil {
			return failed
		}
	}
	return t.j.Damage(err, src.Path)
}

// telegramChat is a chat with what Telegram says of it.
type telegramChat struct {
	*read.Chat
	kind read.JSONText
	id   read.JSONText
	name read.JSONText
}

func newTelegramChat() *telegramChat {
	c := &telegramChat{Chat: read.NewChat("telegram", "")}
	c.UTC = true
	return c
}

func (t *telegramReader) chatField(ctx context.Context, c *telegramChat, name string) error {
	switch name {
	case "name":
		return t.j.Decode(&c.name)
	case "type":
		return t.j.Decode(&c.kind)
	case "id":
		return t.j.Decode(&c.id)
	case "messages":
		return t.j.Array(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			line, offset := t.j.At()
			t.out.Place(line, offset)
			return t.message(c)
		})
	}
	return t.j.Skip()
}

func (t *telegramReader) message(c *telegramChat) error {
	var m struct {
		Type read.JSONText `json:"type"`
		Unix read.JSONText `json:"date_unixtime"`
		Date read.JSONText `json:"date"`
		From read.JSONText `json:"from"`
		ID   read.JSONText `json:"from_id"`
	}
	if err := t.j.Decode(&m); err != nil {
		return err
	}
	switch {
	case m.Type != "message" && m.Type != "":
		t.out.Skip("message of the program")
		return nil
	case c.kind == "saved_messages" || c.kind == "bot_chat":
		t.out.Skip("robot or own notes")
		return nil
	}
	when := unixTime(m.Unix.Number())
	if when.IsZero() {
		// Older exports have the clock time only.
		var ok bool
		if when, ok = read.ParseStamp(m.Date.Line(), t.out.Source.Location(), false); !ok {
			return t.out.Reject(read.Because("the date %s cannot be read", read.Quote(m.Date.Line())))
		}
	}
	p := read.Party{Name: m.From.Line()}
	if m.ID != "" {
		id := strings.ToLower(m.ID.Line())
		if strings.Trim(id, "0123456789") == "" { // exports of before 2021
			id = "user" + id
		}
		p.Handle = "telegram:" + id
		p.Self = p.Handle == t.me.Handle
	}
	if p.Name == "" && p.Handle == "" {
		t.out.Skip("member who left")
		return nil
	}
	c.Wrote(c.Person(p), when)
	if c.Full() {
		return t.end(c)
	}
	return nil
}

// unixTime turns seconds since 1970 into a time, zero when they cannot be right.
func unixTime(seconds int64) time.Time {
	if seconds <= 0 || seconds > 7258118400 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// end emits a chat.
func (t *telegramReader) end(c *telegramChat) error {
	if c.Key = c.id.Line(); c.Key == "" {
		c.Key = c.name.Line()
	}
	kind := string(c.kind)
	c.Large = strings.HasSuffix(kind, "channel") || strings.HasSuffix(kind, "supergroup")
	if kind != "personal_chat" {
		c.Title = c.name.Line()
	}
	if kind == "personal_chat" && len(c.People) == 1 {
		// Only one of the two ever wrote.
		if c.People[0].Self {
			c.Person(read.Party{Name: c.name.Line()})
		} else {
			c.Person(read.Party{Self: true})
		}
	}
	return c.Emit(t.out)
}

func (t *telegramReader) contact() error {
	line, offset := t.j.At()
	t.out.Place(line, offset)
	var p struct {
		First read.JSONText `json:"first_name"`
		Last  read.JSONText `json:"last_name"`
		Phone read.JSONText `json:"phone_number"`
		ID    read.JSONText `json:"user_id"`
	}
	if err := t.j.Decode(&p); err != nil {
		return err
	}
	c := read.Contact{Name: read.Name{Given: p.First.Line(), Family: p.Last.Line()}}
	phone := p.Phone.Line()
	switch {
	case strings.HasPrefix(phone, "00"):
		phone = "+" + phone[2:]
	case phone != "" && phone[0] != '+' && phone[0] != '0':
		phone = "+" + phone // always with the country, often without its sign
	}
	c.Phones = read.AppendNew(nil, phone)
	if p.ID.Number() > 0 {
		c.Handle = "telegram:user" + p.ID.Line()
	}
	if reason := c.Unusable(); reason != "" {
		return t.out.Reject(reason)
	}
	return t.out.Contact(c)
}

func (t *telegramReader) owner() error {
	line, offset := t.j.At()
	t.out.Place(line, offset)
	var p struct {
		ID    read.JSONText `json:"user_id"`
		First read.JSONText `json:"first_name"`
		Last  read.JSONText `json:"last_name"`
		Phone read.JSONText `json:"phone_number"`
	}
	if err := t.j.Decode(&p); err != nil {
		return err
	}
	if p.ID == "" {
		return nil
	}
	t.me = read.Party{Self: true, Handle: "telegram:user" + p.ID.Line()}
	return t.out.Contact(read.Contact{
		Self: true, Handle: t.me.Handle, Name: read.Name{Given: p.First.Line(), Family: p.Last.Line()},
		Phones: read.AppendNew(nil, p.Phone.Line()),
	})
}
