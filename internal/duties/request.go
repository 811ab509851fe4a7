package duties

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/erase"
	"gave.network/internal/room"
)

// asked is the kind of what is brought to members: that somebody asks what is kept of them.
const asked = "subject_request"

// The states of what a member is asked to give.
const (
	waits = iota
	given
	nothing
)

// Word is what somebody asks about themselves.
type Word string

// The words, in the order of their numbers in the database, from 1 on.
const (
	Access     Word = "access"     // what is kept (GDPR, article 15)
	Correction Word = "correction" // that something is put right (article 16)
	Erasure    Word = "erasure"    // to be gone (article 17)
	Objection  Word = "objection"  // not to be used any more (article 21)
)

var words = []Word{Access, Correction, Erasure, Objection}

// Goes says whether the person is to be gone afterwards.
func (w Word) Goes() bool { return w == Erasure || w == Objection }

// label says what is asked, in a few words.
func (w Word) label(p *locale.Printer) string {
	switch w {
	case Access:
		return p.T("asks what is kept")
	case Correction:
		return p.T("asks to have something put right")
	case Erasure:
		return p.T("asks to be removed")
	}
	return p.T("objects to being kept")
}

// Request is what somebody asked about themselves, and how far the answer is.
type Request struct {
	ID       id.ID      `json:"id"`
	Kind     Word       `json:"kind"`
	Person   id.ID      `json:"person,omitzero"`
	Name     string     `json:"name,omitempty" doc:"empty once they are erased, and where they are not yours to see"`
	Mine     bool       `json:"mine" doc:"you took it in, and answer it"`
	Received time.Time  `json:"received"`
	Due      time.Time  `json:"due" doc:"a month after it came in"`
	Closed   *time.Time `json:"closed"`
	Outcome  string     `json:"outcome,omitempty"`
	Others   int        `json:"others" doc:"how many other members keep a copy of their own"`
	Waiting  int        `json:"waiting" doc:"how many of these have not answered yet"`
}

// Late says whether the answer is overdue.
func (r Request) Late(now time.Time) bool { return r.Closed == nil && now.After(r.Due) }

// Requests returns the requests that the viewer took in, the open ones first; for owners of the space those of all,
// without names that are not theirs to see.
func (s *Service) Requests(ctx context.Context, v op.Viewer) ([]Request, error) {
	rows, err := s.requestRows(ctx, v)
	if err != nil || len(rows) == 0 {
		return []Request{}, err
	}
	var keys, persons []id.ID
	for _, r := range rows {
		keys = append(keys, r.ID)
		if r.Owner == v.Member {
			persons = append(persons, r.Person)
		}
	}
	parts, err := s.parts(ctx, s.db, v, keys)
	if err != nil {
		return nil, err
	}
	names, err := s.network.Names(ctx, s.db, v.Space, persons)
	if err != nil {
		return nil, err
	}
	var out []Request
	for _, r := range rows {
		one := Request{
			ID: r.ID, Kind: words[r.Kind-1], Mine: r.Owner == v.Member, Received: time.UnixMicro(r.Received).UTC(),
			Due: time.UnixMicro(r.Received).UTC().AddDate(0, 1, 0), Outcome: r.Outcome,
		}
		if r.Closed > 0 {
			closed := time.UnixMicro(r.Closed).UTC()
			one.Closed = &closed
		}
		if one.Mine {
			one.Person, one.Name = r.Person, names[r.Person]
		}
		for _, p := range parts {
			if p.Request == r.ID {
				one.Others++
				if p.State == waits {
					one.Waiting++
				}
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// Ask takes in what somebody asks about themselves. Where the viewer governs the space, the other members who keep a
// copy are asked to give theirs; who they are is not said.
func (s *Service) Ask(
	ctx context.Context, v op.Viewer, p people.Person, kind Word, received time.Time,
) (Request, error) {
	number := slices.Index(words, kind) + 1
	switch {
	case number == 0:
		return Request{}, fault.New(fault.Invalid, "There is no such request.").WithField("kind")
	case p.ID == v.Person:
		return Request{}, fault.New(fault.Invalid, "This is you.").WithField("person").
			WithHint("What is kept of you, you fetch with gave export.")
	case received.After(v.Now):
		return Request{}, fault.New(fault.Invalid, "That day is still to come.").WithField("received")
	}
	r := requestRow{
		Space: v.Space, ID: id.New(), Owner: v.Member, Person: p.ID, Kind: number, Everywhere: v.Role >= op.Owner,
		Received: received.UnixMicro(),
	}
	var parts []partRow
	var members []id.ID
	if r.Everywhere {
		copies, err := s.eraser.Copies(ctx, v, p)
		if err != nil {
			return Request{}, err
		}
		present, err := s.network.Members(ctx, v)
		if err != nil {
			return Request{}, err
		}
		for _, c := range copies {
			for _, m := range present {
				if m.Member == c.Member {
					parts = append(parts, partRow{Owner: c.Member, Person: c.Person})
					members = append(members, c.Member)
				}
			}
		}
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := insertRequest(ctx, tx, r, parts); err != nil {
			return err
		}
		if len(members) > 0 && kind == Access {
			if _, err := s.courier.Deliver(ctx, tx, v, room.Delivery{
				Kind: asked, Item: r.ID, Members: members, Waits: true,
			}); err != nil {
				return err
			}
		}
		return s.network.Note(ctx, tx, v, "request", string(kind))
	})
	if err != nil {
		return Request{}, err
	}
	return s.request(ctx, v, r.ID)
}

func (s *Service) request(ctx context.Context, v op.Viewer, key id.ID) (Request, error) {
	list, err := s.Requests(ctx, v)
	if err != nil {
		return Request{}, err
	}
	i := slices.IndexFunc(list, func(r Request) bool { return r.ID == key })
	if i < 0 {
		return Request{}, fault.New(fault.NotFound, "It is not here, or not yours to see.")
	}
	return list[i], nil
}

// Give gives what the viewer keeps of who asked, with the names of others masked, or says that there is nothing to
// give.
func (s *Service) Give(ctx context.Context, v op.Viewer, request id.ID, none bool) error {
	part, err := s.ownPart(ctx, s.db, v, request)
	if err != nil {
		return err
	}
	state, body := nothing, []byte{}
	if !none {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if err := s.hears.Export(ctx, v, w, part.Person.String()); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		state, body = given, b.Bytes()
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.ownPart(ctx, tx, v, request); err != nil { // closed meanwhile
			return err
		}
		if err := setPart(ctx, tx, v, request, state, body); err != nil {
			return err
		}
		return s.courier.Done(ctx, tx, v, asked, request)
	})
}

// Answer is what goes to who asked: what the viewer keeps of them, and what other members gave. The names of third
// persons are masked in all of it.
type Answer struct {
	Format string            `json:"format" doc:"gave-answer-1"`
	At     time.Time         `json:"at"`
	Parts  []json.RawMessage `json:"parts" doc:"what each member keeps, of whom the first is you"`
	Absent int               `json:"absent" doc:"how many members who keep a copy gave nothing yet"`
}

// Answer puts together what goes to who asked.
func (s *Service) Answer(ctx context.Context, v op.Viewer, request id.ID) (Answer, error) {
	r, err := s.requestRow(ctx, s.db, v, request)
	if err != nil {
		return Answer{}, err
	}
	if r.Person.IsZero() {
		return Answer{}, fault.New(fault.Conflict, "They are erased: nothing is kept of them.")
	}
	if r.Closed > 0 {
		return Answer{}, fault.New(fault.Conflict, "This request is closed.")
	}
	var b bytes.Buffer
	if err := s.hears.Export(ctx, v, &b, r.Person.String()); err != nil {
		return Answer{}, err
	}
	out := Answer{Format: "gave-answer-1", At: v.Now.UTC(), Parts: []json.RawMessage{b.Bytes()}}
	bodies, err := s.given(ctx, v, request)
	if err != nil {
		return Answer{}, err
	}
	for _, body := range bodies {
		unzip, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return Answer{}, err
		}
		part, err := io.ReadAll(unzip)
		if err != nil {
			return Answer{}, err
		}
		out.Parts = append(out.Parts, part)
	}
	one, err := s.request(ctx, v, request)
	out.Absent = one.Waiting
	return out, err
}

// Statement is how a request ended, with a text for who asked.
type Statement struct {
	Request
	Erased *erase.Erased `json:"erased,omitempty" doc:"what was removed"`
	Letter string        `json:"letter"`
}

// Close ends a request with what was answered. Who is to be gone is erased first, of an owner's request with the copies
// of all members, when sure says so.
func (s *Service) Close(
	ctx context.Context, v op.Viewer, request id.ID, outcome string, sure bool, lang locale.Lang,
) (Statement, error) {
	r, err := s.requestRow(ctx, s.db, v, request)
	if err != nil {
		return Statement{}, err
	}
	if r.Closed > 0 {
		return Statement{}, fault.New(fault.Conflict, "This request is closed.")
	}
	if lang == "" {
		lang = v.Lang
	}
	if !locale.Speaks(lang) {
		return Statement{}, fault.New(fault.Invalid, "Gave speaks %s.", locale.Names()).WithField("language")
	}
	kind := words[r.Kind-1]
	var erased *erase.Erased
	name := ""
	if !r.Person.IsZero() {
		p, err := s.network.Resolve(ctx, v, r.Person.String())
		if err != nil {
			return Statement{}, err
		}
		name = p.Name
		if sure && kind.Goes() {
			done, err := s.eraser.EraseWith(ctx, v, p, erase.Erasure{
				Everywhere: r.Everywhere && v.Role >= op.Owner, Reason: v.Printer().T("a request of the person"),
			})
			if err != nil {
				return Statement{}, err
			}
			done.Left = nil
			erased = &done
		}
	}
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := closeRequest(ctx, tx, v, request, outcome); err != nil {
			return err
		}
		if err := s.courier.Recall(ctx, tx, v.Space, request); err != nil {
			return err
		}
		return s.network.Note(ctx, tx, v, "request.close", string(kind))
	}); err != nil {
		return Statement{}, err
	}
	one, err := s.request(ctx, v, request)
	return Statement{Request: one, Erased: erased, Letter: letter(locale.New(lang, v.Zone), name, one, erased)}, err
}

// letter tells who asked how it ended.
func letter(p *locale.Printer, name string, r Request, erased *erase.Erased) string {
	var b strings.Builder
	part := func(text string) { b.WriteString(text + "\n\n") }
	part(p.T("Dear %s,", name))
	switch {
	case erased != nil:
		part(p.T("On %s you asked me to remove what I keep of you. That was done on %s.", p.Date(r.Received),
			p.Date(*r.Closed)))
		part(strings.TrimSpace(erased.Statement(p)))
		part(p.T("What stays: a fingerprint of your addresses, from which nobody can read them, so that you are not " +
			"taken in again; and backups made before, which are thrown away in their time."))
	case r.Kind == Access:
		part(p.T("On %s you asked what I keep of you. You find it with this letter; the names of others are masked.",
			p.Date(r.Received)))
	case r.Kind == Correction:
		part(p.T("On %s you asked me to put something right. That was done.", p.Date(r.Received)))
	default:
		part(p.T("This is the answer to what you asked on %s.", p.Date(r.Received)))
	}
	if r.Outcome != "" {
		part(r.Outcome)
	}
	part(p.T("Do you not agree? Then you can complain to the authority for data protection of your country."))
	return strings.TrimSpace(b.String()) + "\n"
}

// Inbox shows the requests of people to which the viewer is asked to give what they keep.
func (s *Service) Inbox(ctx context.Context, v op.Viewer, list []room.Delivered) ([]room.Shown, error) {
	p := v.Printer()
	var out []room.Shown
	for _, d := range list {
		part, err := s.ownPart(ctx, s.db, v, d.Item)
		if fault.CodeOf(err) == fault.NotFound {
			continue // closed, or the person is gone
		}
		if err != nil {
			return nil, err
		}
		names, err := s.network.Names(ctx, s.db, v.Space, []id.ID{part.Person})
		if err != nil {
			return nil, err
		}
		one := room.Shown{
			ID: d.ID, Person: part.Person, Name: names[part.Person], Waits: part.State == waits,
			Title: p.T("%s asks what is kept of them", names[part.Person]),
			Text: p.T("An owner of the space answers. What you keep of them goes along, with the names of others " +
				"masked, your notes too; only who asked is to read it."),
			Address: "/people/" + part.Person.String(),
		}
		if one.Waits {
			one.Acts = partActs(d.Item)
			one.Commands = []string{
				"gave duties part " + d.Item.String(), "gave duties part " + d.Item.String() + " --nothing",
			}
		}
		out = append(out, one)
	}
	return out, nil
}
