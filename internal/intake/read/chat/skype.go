package chat

import (
	"context"
	"strings"
	"time"

	"gave.network/internal/intake/read"
)

// Skype reads the messages.json that Skype exports, and Teams of private accounts in the same form.
var Skype = read.Format{
	Name:  "skype",
	Title: "Skype or Teams messages (JSON)",
	How:   "Ask Microsoft for your export of Skype or Teams, which holds messages.json.",
	Detect: func(head []byte, _ string) int {
		return read.DetectJSON(head, 92, "userId", "exportDate", "conversations")
	},
	FromStart: true,
	Read:      readSkype,
}

// skypeReader reads conversation after conversation.
type skypeReader struct {
	ctx   context.Context
	j     *read.JSONReader
	out   *read.Emitter
	me    string
	names map[string]string // by id, as far as they were met
}

func readSkype(ctx context.Context, src *read.Source, sink read.Sink) error {
	s := &skypeReader{
		ctx: ctx, j: read.NewJSONReader(src.Reader), out: &read.Emitter{Source: src, Sink: sink},
		names: map[string]string{},
	}
	err := s.j.Object(func(name string) error {
		switch name {
		case "userId":
			var me read.JSONText
			err := s.j.Decode(&me)
			s.me = me.Line()
			return err
		case "conversations":
			return s.j.Array(s.conversation)
		}
		return s.j.Skip()
	})
	return s.j.Damage(err, src.Path)
}

func (s *skypeReader) party(id string) read.Party {
	if id == s.me {
		return read.Party{Self: true, Handle: "skype:" + strings.ToLower(id)}
	}
	// 8:live:anna.jansen is a person, 28:… a robot, 4:+31612345678 a telephone.
	kind, name, _ := strings.Cut(id, ":")
	p := read.Party{Name: s.names[id], Handle: "skype:" + strings.ToLower(id), Bulk: kind == "28"}
	if kind == "4" && strings.HasPrefix(name, "+") {
		p.Phone, p.Handle = name, ""
	}
	read.Fill(&p.Name, strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(name, "live:"), ".cid."), "orgid:"))
	return p
}

func (s *skypeReader) conversation() error {
	c := read.NewChat("skype", "")
	c.UTC = true
	var title string
	err := s.j.Object(func(name string) error {
		var value read.JSONText
		switch name {
		case "id":
			err := s.j.Decode(&value)
			c.Key = value.Line()
			return err
		case "displayName":
			err := s.j.Decode(&value)
			if title = value.Line(); title != "" && !s.isGroup(c.Key) {
				s.names[c.Key] = title
			}
			return err
		case "MessageList":
			return s.j.Array(func() error { return s.message(c) })
		}
		return s.j.Skip()
	})
	if err != nil && s.j.Wrong(err) == "" {
		return err
	}
	switch {
	case s.isGroup(c.Key):
		c.Title = title
	case c.Key != "" && len(c.Groups) > 0:
		c.Person(read.Party{Self: true, Handle: "skype:" + strings.ToLower(s.me)})
		c.Person(s.party(c.Key))
	}
	if failed := c.Emit(s.out); failed != nil {
		return failed
	}
	return err
}

func (s *skypeReader) isGroup(id string) bool { return strings.HasPrefix(id, "19:") }

func (s *skypeReader) message(c *read.Chat) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	line, offset := s.j.At()
	s.out.Place(line, offset)
	var m struct {
		Name read.JSONText `json:"displayName"`
		Time read.JSONText `json:"originalarrivaltime"`
		Kind read.JSONText `json:"messagetype"`
		From read.JSONText `json:"from"`
	}
	if err := s.j.Decode(&m); err != nil {
		return err
	}
	from := m.From.Line()
	if at := strings.LastIndexByte(from, '/'); at >= 0 { // an address of the service, with the id at its end
		from = from[at+1:]
	}
	if name := m.Name.Line(); name != "" && from != "" {
		s.names[from] = name
	}
	kind := strings.ToLower(m.Kind.Line())
	if !strings.HasPrefix(kind, "richtext") && !strings.HasPrefix(kind, "text") && kind != "event/call" || from == "" {
		s.out.Skip("message of the program")
		return nil
	}
	when, ok := read.ParseStamp(m.Time.Line(), time.UTC, false)
	if !ok {
		return s.out.Reject(read.Because("the date %s cannot be read", read.Quote(m.Time.Line())))
	}
	p := s.party(from)
	if p.Bulk {
		s.out.Skip("robot")
		return nil
	}
	c.Wrote(c.Person(p), when)
	if c.Full() {
		return c.Emit(s.out)
	}
	return nil
}
