package intake

import (
	"context"
	"strings"
	"time"
)

// Telegram reads the JSON that Telegram exports, of one chat or of all: contacts, who wrote, and when.
var Telegram = Format{
	Name:  "telegram",
	Title: "Telegram (JSON)",
	Detect: func(head []byte, _ string) int {
		return max(detectJSON(head, 85, "messages", "date_unixtime"), detectJSON(head, 85, "chats", "list", "about"),
			detectJSON(head, 80, "personal_information", "contacts"),
			detectJSON(head, 85, "messages", "type", "actor_id"), detectJSON(head, 84, "messages", "type", "from_id"))
	},
	FromStart: true,
	Read:      readTelegram,
}

type telegramReader struct {
	j   *jsonReader
	out *rowSink
	me  Party
}

func readTelegram(ctx context.Context, src *Source, sink Sink) error {
	t := &telegramReader{j: newJSONReader(src.Reader), out: &rowSink{src: src, sink: sink}}
	single := newTelegramChat()
	err := t.j.object(func(name string) error {
		switch name {
		case "chats", "left_chats":
			return t.j.object(func(name string) error {
				if name != "list" {
					return t.j.skip()
				}
				return t.j.array(func() error {
					c := newTelegramChat()
					if err := t.j.object(func(name string) error { return t.chatField(ctx, c, name) }); err != nil {
						return err
					}
					return t.end(c)
				})
			})
		case "contacts":
			return t.j.object(func(name string) error {
				if name != "list" {
					return t.j.skip()
				}
				return t.j.array(t.contact)
			})
		case "personal_information":
			return t.owner()
		}
		return t.chatField(ctx, single, name)
	})
	if err == nil || len(single.groups) > 0 {
		// What comes before the damage is good.
		if failed := t.end(single); failed != nil {
			return failed
		}
	}
	return t.j.damage(err, src.Path)
}

// telegramChat is a chat with what Telegram says of it.
type telegramChat struct {
	*chat
	kind jsonText
	id   jsonText
	name jsonText
}

func newTelegramChat() *telegramChat {
	c := &telegramChat{chat: newChat("telegram", "")}
	c.utc = true
	return c
}

func (t *telegramReader) chatField(ctx context.Context, c *telegramChat, name string) error {
	switch name {
	case "name":
		return t.j.decode(&c.name)
	case "type":
		return t.j.decode(&c.kind)
	case "id":
		return t.j.decode(&c.id)
	case "messages":
		return t.j.array(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			line, offset := t.j.at()
			t.out.place(line, offset)
			return t.message(c)
		})
	}
	return t.j.skip()
}

func (t *telegramReader) message(c *telegramChat) error {
	var m struct {
		Type jsonText `json:"type"`
		Unix jsonText `json:"date_unixtime"`
		Date jsonText `json:"date"`
		From jsonText `json:"from"`
		ID   jsonText `json:"from_id"`
	}
	if err := t.j.decode(&m); err != nil {
		return err
	}
	switch {
	case m.Type != "message" && m.Type != "":
		t.out.skip("message of the program")
		return nil
	case c.kind == "saved_messages" || c.kind == "bot_chat":
		t.out.skip("robot or own notes")
		return nil
	}
	when := unixTime(m.Unix.number())
	if when.IsZero() {
		// Older exports have the clock time only.
		var ok bool
		if when, ok = parseStamp(m.Date.line(), t.out.src.zone(), false); !ok {
			return t.out.reject(because("the date %s cannot be read", quote(m.Date.line())))
		}
	}
	p := Party{Name: m.From.line()}
	if m.ID != "" {
		id := strings.ToLower(m.ID.line())
		if strings.Trim(id, "0123456789") == "" { // exports of before 2021
			id = "user" + id
		}
		p.Handle = "telegram:" + id
		p.Self = p.Handle == t.me.Handle
	}
	if p.Name == "" && p.Handle == "" {
		t.out.skip("member who left")
		return nil
	}
	c.wrote(c.person(p), when)
	if c.full() {
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
	if c.key = c.id.line(); c.key == "" {
		c.key = c.name.line()
	}
	kind := string(c.kind)
	c.large = strings.HasSuffix(kind, "channel") || strings.HasSuffix(kind, "supergroup")
	if kind != "personal_chat" {
		c.title = c.name.line()
	}
	if kind == "personal_chat" && len(c.people) == 1 {
		// Only one of the two ever wrote.
		if c.people[0].Self {
			c.person(Party{Name: c.name.line()})
		} else {
			c.person(Party{Self: true})
		}
	}
	return c.emit(t.out)
}

func (t *telegramReader) contact() error {
	line, offset := t.j.at()
	t.out.place(line, offset)
	var p struct {
		First jsonText `json:"first_name"`
		Last  jsonText `json:"last_name"`
		Phone jsonText `json:"phone_number"`
		ID    jsonText `json:"user_id"`
	}
	if err := t.j.decode(&p); err != nil {
		return err
	}
	c := Contact{Name: Name{Given: p.First.line(), Family: p.Last.line()}}
	phone := p.Phone.line()
	switch {
	case strings.HasPrefix(phone, "00"):
		phone = "+" + phone[2:]
	case phone != "" && phone[0] != '+' && phone[0] != '0':
		phone = "+" + phone // always with the country, often without its sign
	}
	c.Phones = appendNew(nil, phone)
	if p.ID.number() > 0 {
		c.Handle = "telegram:user" + p.ID.line()
	}
	if reason := c.unusable(); reason != "" {
		return t.out.reject(reason)
	}
	return t.out.contact(c)
}

func (t *telegramReader) owner() error {
	line, offset := t.j.at()
	t.out.place(line, offset)
	var p struct {
		ID    jsonText `json:"user_id"`
		First jsonText `json:"first_name"`
		Last  jsonText `json:"last_name"`
		Phone jsonText `json:"phone_number"`
	}
	if err := t.j.decode(&p); err != nil {
		return err
	}
	if p.ID == "" {
		return nil
	}
	t.me = Party{Self: true, Handle: "telegram:user" + p.ID.line()}
	return t.out.contact(Contact{
		Self: true, Handle: t.me.Handle, Name: Name{Given: p.First.line(), Family: p.Last.line()},
		Phones: appendNew(nil, p.Phone.line()),
	})
}
