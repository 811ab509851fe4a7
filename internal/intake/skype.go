package intake

import (
	"context"
	"strings"
	"time"
)

// Skype reads the messages.json that Skype exports, and Teams of private accounts in the same form.
var Skype = Format{
	Name:  "skype",
	Title: "Skype or Teams messages (JSON)",
	Detect: func(head []byte, _ string) int {
		return detectJSON(head, 92, "userId", "exportDate", "conversations")
	},
	FromStart: true,
	Read:      readSkype,
}

// skypeReader reads conversation after conversation.
type skypeReader struct {
	ctx   context.Context
	j     *jsonReader
	out   *rowSink
	me    string
	names map[string]string // by id, as far as they were met
}

func readSkype(ctx context.Context, src *Source, sink Sink) error {
	s := &skypeReader{
		ctx: ctx, j: newJSONReader(src.Reader), out: &rowSink{src: src, sink: sink}, names: map[string]string{},
	}
	err := s.j.object(func(name string) error {
		switch name {
		case "userId":
			var me jsonText
			err := s.j.decode(&me)
			s.me = me.line()
			return err
		case "conversations":
			return s.j.array(s.conversation)
		}
		return s.j.skip()
	})
	return s.j.damage(err, src.Path)
}

func (s *skypeReader) party(id string) Party {
	if id == s.me {
		return Party{Self: true, Handle: "skype:" + strings.ToLower(id)}
	}
	// 8:live:anna.jansen is a person, 28:… a robot, 4:+31612345678 a telephone.
	kind, name, _ := strings.Cut(id, ":")
	p := Party{Name: s.names[id], Handle: "skype:" + strings.ToLower(id), Bulk: kind == "28"}
	if kind == "4" && strings.HasPrefix(name, "+") {
		p.Phone, p.Handle = name, ""
	}
	fill(&p.Name, strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(name, "live:"), ".cid."), "orgid:"))
	return p
}

func (s *skypeReader) conversation() error {
	c := newChat("skype", "")
	c.utc = true
	var title string
	err := s.j.object(func(name string) error {
		var value jsonText
		switch name {
		case "id":
			err := s.j.decode(&value)
			c.key = value.line()
			return err
		case "displayName":
			err := s.j.decode(&value)
			if title = value.line(); title != "" && !s.isGroup(c.key) {
				s.names[c.key] = title
			}
			return err
		case "MessageList":
			return s.j.array(func() error { return s.message(c) })
		}
		return s.j.skip()
	})
	if err != nil && s.j.wrong(err) == "" {
		return err
	}
	switch {
	case s.isGroup(c.key):
		c.title = title
	case c.key != "" && len(c.groups) > 0:
		c.person(Party{Self: true, Handle: "skype:" + strings.ToLower(s.me)})
		c.person(s.party(c.key))
	}
	if failed := c.emit(s.out); failed != nil {
		return failed
	}
	return err
}

func (s *skypeReader) isGroup(id string) bool { return strings.HasPrefix(id, "19:") }

func (s *skypeReader) message(c *chat) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	line, offset := s.j.at()
	s.out.place(line, offset)
	var m struct {
		Name jsonText `json:"displayName"`
		Time jsonText `json:"originalarrivaltime"`
		Kind jsonText `json:"messagetype"`
		From jsonText `json:"from"`
	}
	if err := s.j.decode(&m); err != nil {
		return err
	}
	from := m.From.line()
	if at := strings.LastIndexByte(from, '/'); at >= 0 { // an address of the service, with the id at its end
		from = from[at+1:]
	}
	if name := m.Name.line(); name != "" && from != "" {
		s.names[from] = name
	}
	kind := strings.ToLower(m.Kind.line())
	if !strings.HasPrefix(kind, "richtext") && !strings.HasPrefix(kind, "text") && kind != "event/call" || from == "" {
		s.out.skip("message of the program")
		return nil
	}
	when, ok := parseStamp(m.Time.line(), time.UTC, false)
	if !ok {
		return s.out.reject(because("the date %s cannot be read", quote(m.Time.line())))
	}
	p := s.party(from)
	if p.Bulk {
		s.out.skip("robot")
		return nil
	}
	c.wrote(c.person(p), when)
	if c.full() {
		return c.emit(s.out)
	}
	return nil
}
