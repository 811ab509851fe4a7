package archive

import (
	"cmp"
	"context"
	"os"
	"slices"
	"strings"
	"time"

	"gave.network/internal/app"
	"gave.network/internal/ask"
	"gave.network/internal/ask/routing"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

// longestAsk is how many bytes of a mail are asked: that is how long an ask in Gave can be.
const longestAsk = 4000

// Question is something that was asked, with who came to answer.
type Question struct {
	Viewer   op.Viewer // in the name of who asked
	Query    ask.RouteQuery
	Answered map[id.ID]bool     // of those who were there before
	Simple   map[string]float64 // how the simple ways did, by name; nil when they were not tried
}

// Network is a Gave with an archive in it, brought in as users bring one in: of each mail who wrote it, when, what it
// answers and its subject, and nothing of its text.
type Network struct {
	*app.App
	Archive   *Archive
	Questions []Question // in the order of time
	dir       string
}

// Close takes the network away.
func (n *Network) Close() {
	if n.App != nil {
		n.App.Close()
	}
	os.RemoveAll(n.dir)
}

// Open brings in the archive at a path, in a directory of its own, and goes through its asks: the first mails of a
// thread that somebody else answered, with their texts, as if each asker had put them to Gave at that moment.
func Open(ctx context.Context, path string) (n *Network, err error) {
	n = &Network{Archive: New()}
	defer func() {
		if err != nil {
			n.Close()
		}
	}()
	if n.dir, err = os.MkdirTemp("", "gave-lab"); err != nil {
		return n, fault.Wrap(err, fault.Unavailable, "The directory for the archive cannot be made.")
	}
	said := map[string]string{}
	if _, err = formats.ReadLetters(ctx, path, func(m read.Letter) error {
		n.Archive.Add(Mail{
			ID: m.ID, ReplyTo: m.ReplyTo, Root: m.Root, Time: m.Time, Name: m.Author.Name, Address: m.Author.Address,
			List: m.List, Subject: m.Subject, Text: m.Text,
		})
		said[m.ID] = m.Subject + "\n" + m.Text
		return nil
	}); err != nil {
		return n, err
	}
	if n.Archive.Len() == 0 {
		return n, fault.New(fault.Invalid, "There is no mail in %s.", path)
	}
	if n.App, err = app.Open(ctx, app.Config{Data: n.dir}); err != nil {
		return n, err
	}
	v, err := n.Account.Local(ctx, locale.English)
	if err != nil {
		return n, err
	}
	me := intake.Options{Me: []string{"reader@archive.invalid"}}
	if _, err = n.Intake.Import(ctx, v, []string{path}, me); err != nil {
		return n, err
	}
	mails, err := n.App.Network.Recent(ctx, v, time.Now().AddDate(0, 0, 2), n.Archive.Len()+1)
	if err != nil {
		return n, err
	}
	type sent struct {
		by id.ID
		in string
	}
	known := map[id.ID]sent{}
	for i := range mails {
		if x := &mails[i]; len(x.Participants) > 0 && x.Participants[0].Role == tie.From {
			_, tag, _ := text.Subject(x.Title)
			known[x.External] = sent{x.Participants[0].Person, cmp.Or(x.Place, tag)}
		}
	}
	people := map[int][]id.ID{} // who an author of the archive is in Gave
	for i := range n.Archive.mails {
		author := n.Archive.find(n.Archive.mails[i].author)
		if m, ok := known[tie.ExternalID(n.Archive.mails[i].id)]; ok && !slices.Contains(people[author], m.by) {
			people[author] = append(people[author], m.by)
		}
	}
	err = n.Archive.Baselines(ctx, func(k Ask, m routing.Message, before func(int) bool, simple map[string]float64) {
		key := n.Archive.mails[k.Message].id
		from := known[tie.ExternalID(key)]
		q := Question{Viewer: v, Answered: map[id.ID]bool{}, Simple: simple}
		q.Viewer.Person = from.by
		body := said[key]
		q.Query = ask.RouteQuery{
			Text: strings.ToValidUTF8(body[:min(len(body), longestAsk)], ""), AsOf: m.Time, In: from.in,
		}
		for _, author := range k.Answered {
			for _, p := range people[author] {
				if before(author) {
					q.Answered[p] = true
				}
			}
		}
		n.Questions = append(n.Questions, q)
	})
	return n, err
}

// Example is what a question teaches: the candidates as routing sees them at that moment, and which of them answered.
func Example(ctx context.Context, s *ask.Service, q Question) (routing.Example, error) {
	var e routing.Example
	candidates, err := s.Candidates(ctx, q.Viewer, q.Query)
	for i, c := range candidates {
		e.Vectors = append(e.Vectors, c.Features)
		if q.Answered[c.ID] {
			e.Answered = append(e.Answered, i)
		}
	}
	return e, err
}

// longestList is how many people are looked at; who comes later counts as not found.
const longestList = 100

// Found is one divided by the place of the first who answered in the list that Route gives, 0 when they are not in it.
// w are the weights to use, nil for those that ship.
func Found(ctx context.Context, s *ask.Service, q Question, w *routing.Weights) (float64, error) {
	q.Query.Limit, q.Query.Weights = longestList, w
	out, err := s.Route(ctx, q.Viewer, q.Query)
	for i, h := range out.People {
		if q.Answered[h.ID] {
			return 1 / float64(i+1), err
		}
	}
	return 0, err
}
