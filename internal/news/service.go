package news

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/fetch"
	"gave.network/internal/id"
	"gave.network/internal/job"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tact"
)

const (
	// mostFeeds is how many feeds a member may have.
	mostFeeds = 200
	// often is how often a feed is read; firstPause and longestPause how long is waited after a failure.
	often, firstPause, longestPause = 4 * time.Hour, time.Hour, 48 * time.Hour
	// mostTries is after how many failures a feed is given up: about a month of them.
	mostTries = 20
	// newsFor is for how long something is news.
	newsFor = 14 * 24 * time.Hour
)

// Add notes a feed of a person and reads it.
func (s *Service) Add(ctx context.Context, v op.Viewer, person, address string) (id.ID, error) {
	p, err := s.network.Resolve(ctx, v, person)
	if err != nil {
		return id.Zero, fault.About(err, "person")
	}
	address = strings.TrimSpace(address)
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	if webLink(address) == "" {
		return id.Zero, fault.New(fault.Invalid, "This is not an address on the web.").WithField("address")
	}
	n, err := s.count(ctx, v)
	if err != nil {
		return id.Zero, err
	}
	if n >= mostFeeds {
		return id.Zero, fault.New(fault.Conflict, "You have %d feeds already; no more are read.", mostFeeds)
	}
	r := row{ID: id.New(), Person: p.ID, Address: address, Created: v.Now.UnixMicro()}
	if _, _, err := s.get(ctx, r, v.Now); err != nil { // what cannot be read is not kept
		return id.Zero, fault.About(err, "address")
	}
	if err := s.insert(ctx, v, r); err != nil {
		return id.Zero, err
	}
	return r.ID, s.Read(ctx, v, r.ID)
}

// get asks for a feed; nothing when it did not change since it was read.
func (s *Service) get(ctx context.Context, r row, now time.Time) (*found, http.Header, error) {
	response, err := s.client.OpenSince(ctx, r.Address, "application/atom+xml, application/rss+xml, "+
		"application/feed+json;"+
		"q=0.9, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1", fetch.Since{ETag: r.Etag, Modified: r.Modified})
	if err != nil || response == nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, mostBytes+1))
	if err != nil {
		return nil, nil, s.client.Broken(err)
	}
	if len(content) > mostBytes {
		return nil, nil, fault.New(fault.Invalid, "This feed is larger than can be read.")
	}
	got, err := parse(content, now)
	return &got, response.Header, err
}

// Read reads a feed of the viewer now.
func (s *Service) Read(ctx context.Context, v op.Viewer, key id.ID) error {
	r, err := s.one(ctx, v, key)
	if err != nil {
		return err
	}
	return s.read(ctx, r)
}

// ReadDue reads what is due, one after another.
func (s *Service) ReadDue(ctx context.Context) error {
	return job.Each(ctx, s.db, "feed", s.due, s.read)
}

// read takes a feed upon this process and reads it; what is wrong with it is noted there.
func (s *Service) read(ctx context.Context, r row) error {
	now, err := s.db.Clock(ctx)
	if err != nil || !r.Free(now) {
		return err
	}
	if mine, err := r.work().Take(ctx, s.db, r.Claim, now); err != nil || !mine {
		return err
	}
	defer r.work().Release(s.db)
	got, header, err := s.get(ctx, r, now)
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		r.Tries++
		r.Trouble = fault.Discreet(err)
		if r.Due = now.Add(job.Pause(r.Tries, firstPause, longestPause)).UnixMicro(); r.Tries >= mostTries {
			r.Due = never
		}
		got = nil
	default:
		r.Tries, r.Trouble, r.Came = 0, "", now.UnixMicro()
		r.Due = now.Add(job.Pause(1, often, often)).UnixMicro()
		if got != nil {
			r.Title, r.Etag, r.Modified = got.title, short(header.Get("ETag")), short(header.Get("Last-Modified"))
		}
	}
	return s.keep(context.WithoutCancel(ctx), r, got)
}

// short leaves out what is too long to be kept.
func short(s string) string {
	if len(s) > 300 {
		return ""
	}
	return s
}

// List returns the viewer's feeds with the newest of what they hold: of a person, or of all.
func (s *Service) List(ctx context.Context, v op.Viewer, person id.ID) ([]Feed, error) {
	var cluster []id.ID
	if !person.IsZero() {
		var err error
		if cluster, err = s.network.Cluster(ctx, s.db, v, person); err != nil {
			return nil, err
		}
	}
	rows, err := s.items(ctx, v, cluster, false, time.Time{})
	if err != nil {
		return nil, err
	}
	return feedsOf(v, rows), nil
}

// feedsOf puts rows together by feed.
func feedsOf(v op.Viewer, rows []itemRow) []Feed {
	out := []Feed{}
	for _, r := range rows {
		i := slices.IndexFunc(out, func(f Feed) bool { return f.ID == r.Feed })
		if i < 0 {
			i = len(out)
			f := Feed{
				ID: r.Feed, Person: people.Ref{ID: r.Person}, Address: r.Address, Title: r.Name,
				Came:  db.Moment(r.Came),
				Items: []Item{},
			}
			if r.Trouble != "" {
				f.Trouble = v.Printer().T("It cannot be read just now.")
			}
			if r.Due < never {
				f.Next = db.Moment(r.Due)
			} else {
				f.Trouble = v.Printer().T("It could not be read for a month, and is read no more.")
			}
			out = append(out, f)
		}
		if r.Title != "" && len(out[i].Items) < mostItems {
			out[i].Items = append(out[i].Items, Item{
				Title: r.Title, Link: r.Link, At: time.UnixMicro(r.At).UTC(), Fresh: r.Fresh > 0, id: r.Item,
			})
		}
	}
	return out
}

var _ move.Proposer = (*Service)(nil)

// Propose proposes to write to whom published something new: of each person the newest.
func (s *Service) Propose(ctx context.Context, v op.Viewer) ([]move.Move, error) {
	rows, err := s.items(ctx, v, nil, true, v.Now.Add(-newsFor))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var keys []id.ID
	for _, r := range rows {
		keys = append(keys, r.Person)
	}
	everybody, err := s.network.Summaries(ctx, v, keys)
	if err != nil {
		return nil, err
	}
	p := v.Printer()
	var out []move.Move
	told := map[id.ID]bool{}
	for n, r := range rows {
		i := slices.IndexFunc(everybody, func(x people.PersonSummary) bool { return x.ID == r.Person })
		if i < 0 || told[r.Person] || tact.Any(r.Title) {
			continue
		}
		told[r.Person] = true
		name, at := everybody[i].Name, time.UnixMicro(rows[n].At)
		out = append(out, move.Move{
			Key: "news:" + r.Item.String(), Principle: "goodwill", Kind: "news",
			People:   []move.Person{{ID: r.Person, Name: name}},
			What:     p.T("Tell %s what you think of “%s”.", name, r.Title),
			Why:      p.T("They published it %s.", p.Ago(at, v.Now)),
			Evidence: []move.Evidence{{Text: r.Title, Time: &at}}, Value: 0.45, EffortMinutes: 5,
			Draft: move.Write("Hello %s, I saw “%s” and thought of you.", move.Given(name), r.Title).
				Quoting(r.Title, move.Write("Hello %s, I saw what you published and thought of you.",
					move.Given(name))),
			Effects: []move.Effect{move.Contact("message", r.Person)},
		})
	}
	return out, nil
}
