package peopleweb

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/people/around"
	"gave.network/internal/people/peoplesearch"
	"gave.network/internal/people/photo"
	"gave.network/internal/room"
	"gave.network/internal/tie"
)

// Export writes what is kept of a person as JSON.
type Export func(ctx context.Context, v op.Viewer, w io.Writer, person string) error

// Room says what the room of people is, with its pages.
func Room(s *people.Store, export Export) room.Room {
	out := s.Room()
	p := pages{s, export}
	out.Places = []page.Place{
		{
			Key: "people", Title: "People", Address: "/people", Rank: page.Everybody, Count: p.count,
			Icon: "M5.8 8a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0 -6.4 0M3.5 19c.6-3.4 2.7-5 5.5-5s4.9 1.6 5.5 5" +
				"M15.5 5.2a3.2 3.2 0 0 1 0 5.6M17.5 14.4c1.7.7 2.7 2.3 3 4.6",
		},
		{
			Key: "organisations", Title: "Organisations", Address: "/organisations", Rank: page.Inside,
			About: "Where the people you know work, and how well you know them there.",
			Icon:  "M4 20V6l7-2v16M11 20V9l9 2v9M2.5 20h19M7 9v.01M7 13v.01M7 17v.01M15.5 14v.01M15.5 17v.01",
		},
	}
	out.Shortcuts = []room.Shortcut{
		{Title: "Add a person", Address: "/people/new", Icon: "people"},
		{Title: "Who may be one person?", Address: "/merges", Icon: "merge"},
		{Title: "What others see", Address: "/sharing", Icon: "people"},
	}
	out.Ahead = p.ahead
	out.Pages, out.Find = p.add, peoplesearch.For(s)
	return out
}

// pages are the pages of people and organisations.
type pages struct {
	*people.Store
	export Export
}

// count is how many people there are, besides the viewer.
func (p pages) count(ctx context.Context, v op.Viewer) (int, error) {
	everybody, err := p.Everybody(ctx, v)
	if err != nil {
		return 0, err
	}
	n := everybody.Count()
	if everybody.Of(v.Person) != nil {
		n--
	}
	return n, nil
}

func (p pages) add(m *page.Mux) {
	m.AddPerson, m.Alike = p.addNamed, p.Alike
	m.Handle("GET /people", op.Guest, p.list)
	m.Handle("POST /people", op.Member, p.chosen)
	m.Handle("POST /people/lists", op.Member, p.lists)
	m.HandleLong("POST /people/chosen", op.Member, p.takenAll)
	m.Handle("GET /people/find", op.Guest, p.find)
	m.Handle("GET /events/{event}", op.Member, p.occasion)
	m.Handle("GET /people/together", op.Member, p.together)
	m.Handle("GET /people/new", op.Member, p.addForm)
	m.Handle("POST /people/new", op.Member, p.added)
	m.Handle("GET /people/{person}", op.Guest, p.person)
	m.Handle("POST /people/{person}", op.Member, p.changed)
	m.Handle("GET /people/{person}/photo", op.Guest, p.photo)
	m.HandleUpload("POST /people/{person}/photo", op.Member, photo.MostBytes+1<<20, p.photographed)
	m.Handle("GET /people/{person}/sources", op.Member, p.sources)
	m.HandleLong("POST /people/{person}/sources", op.Member, p.taken)
	m.Handle("GET /sharing", op.Member, p.sharing)
	m.Handle("POST /sharing", op.Member, p.shared)
	m.Handle("GET /organisations", op.Guest, p.organisations)
	m.Handle("GET /organisations/{organisation}", op.Guest, p.organisation)
}

const perPage = 50

// peopleQuery reads the query of a page of people.
func peopleQuery(r *http.Request) people.PeopleQuery {
	q := r.URL.Query()
	offset, _ := strconv.Atoi(q.Get("offset"))
	return people.PeopleQuery{
		Query: q.Get("query"), Class: tie.Class(q.Get("class")), Organisation: q.Get("organisation"), Tag: q.Get("tag"),
		Place: q.Get("place"), Sort: q.Get("sort"), Limit: perPage, Offset: max(0, offset),
	}
}

// ofClass returns the query with another class, from its first page.
func ofClass(q people.PeopleQuery, class tie.Class) people.PeopleQuery {
	q.Class, q.Offset = class, 0
	return q
}

func from(q people.PeopleQuery, offset int) people.PeopleQuery {
	q.Offset = offset
	return q
}

// People lists people. A script asks for the part with the results while somebody types.
func (p pages) list(w http.ResponseWriter, r *http.Request) error {
	query := peopleQuery(r)
	list, err := p.People(r.Context(), page.From(r.Context()).Viewer, query)
	if err != nil {
		return err
	}
	lines, err := p.lines(r.Context(), page.From(r.Context()).Viewer, list.People)
	if err != nil {
		return err
	}
	if page.Fragment(r) != "" {
		return page.Render(w, r, http.StatusOK, peopleResults(query, list, lines))
	}
	shown, err := p.peopleView(r.Context(), page.From(r.Context()).Viewer, query, list)
	if err != nil {
		return err
	}
	shown.lines = lines
	shown.choosing = shown.writes && r.URL.Query().Get("choose") != ""
	return page.Render(w, r, http.StatusOK, peoplePage(shown))
}

// lines says of each person of a list the newest that a room knows.
func (p pages) lines(
	ctx context.Context, v op.Viewer, list []people.PersonSummary,
) (map[id.ID]string, error) {
	keys := make([]id.ID, len(list))
	for i, person := range list {
		keys[i] = person.ID
	}
	out := map[id.ID]string{}
	for _, r := range p.Rooms() {
		if r.Lines == nil {
			continue
		}
		lines, err := r.Lines(ctx, v, keys)
		if err != nil {
			return nil, err
		}
		maps.Copy(out, lines)
	}
	return out, nil
}

// personView is all that the page of a person shows.
type personView struct {
	people.PersonDetail
	tie       *people.TieExplained
	events    []people.Event
	older     string // the address of what happened before
	proposals []people.Proposal
	panels    []templ.Component
	around    page.EgoPicture
	beside    []templ.Component     // the panels that stand beside what happened
	acts      []room.Act            // what can be done for or with this person
	note      int                   // the first note that is shown
	medium    tie.Medium            // the only one of what happened that is shown; empty for all
	writes    bool                  // the viewer is a member and may write about this person
	keeps     bool                  // the viewer keeps this person and may change it
	linked    []people.LinkedPerson // which records of others are said to be this member, for owners
	shown     string                // the version of what is shown
	typed     people.Change         // what the viewer wanted to change, when that did not go
	wrong     error                 // why not
}

// shownEvents is how many interactions a page of a person shows.
const shownEvents = 50

// shownEvidence is how much of what made a tie its table shows.
const shownEvidence = 25

// shownNotes is how many notes a page of a person shows.
const shownNotes = 10

// shownTags is how many tags a page of a person shows.
const shownTags = 20

// notes are those that are shown.
func (v personView) notes() []people.Note {
	return v.Notes[min(v.note, len(v.Notes)):min(v.note+shownNotes, len(v.Notes))]
}

// notesFrom is the address of the page with the notes from one on; empty when there are none.
func (v personView) notesFrom(first int) string {
	if first < 0 && v.note == 0 || first >= len(v.Notes) {
		return ""
	}
	return "/people/" + v.ID.String() + "?note=" + strconv.Itoa(max(0, first)) + "#notes"
}

// roles are the person's, but for those that only say of an organisation what another says with a title.
func (v personView) roles() []people.Role {
	return slices.DeleteFunc(slices.Clone(v.Roles), func(r people.Role) bool {
		return r.Title == "" && r.From == "" && r.Until == "" &&
			slices.ContainsFunc(v.Roles, func(other people.Role) bool {
				return other.OrganisationID == r.OrganisationID && other.Title != ""
			})
	})
}

// countOf is a count as a head shows it; nothing for none.
func countOf(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// timeline is the address of what happened by one medium; of all for the empty one.
func (v personView) timeline(m tie.Medium) string {
	address := "/people/" + v.ID.String()
	if m != "" {
		address += "?medium=" + url.QueryEscape(string(m))
	}
	return address + "#timeline"
}

// media are the parts of the timeline.
func (v personView) media(ctx context.Context) []page.Segment {
	out := []page.Segment{{Text: page.T(ctx, "all"), Address: v.timeline(""), Current: v.medium == ""}}
	for _, m := range v.mediaThere() {
		out = append(out, page.Segment{
			Text: page.T(ctx, string(m)), Address: v.timeline(m), Current: v.medium == m,
		})
	}
	return out
}

// mediaThere are the media by which the viewer and the person were in touch.
func (v personView) mediaThere() []tie.Medium {
	var out []tie.Medium
	if v.tie != nil {
		for _, e := range v.tie.Evidence {
			if !slices.Contains(out, e.Medium) {
				out = append(out, e.Medium)
			}
		}
	}
	slices.Sort(out)
	return out
}

// episodes are what happened, the latest by themselves and the rest by month.
func (v personView) episodes(ctx context.Context) []episode {
	return episodes(page.From(ctx).Printer, v.events, page.From(ctx).Viewer.Now)
}

// monthly counts the contacts of a tie in the months that its picture shows.
func monthlyOf(t people.TieExplained, r *page.Request) []int {
	counts := monthly(t.Evidence, r.Viewer.Now.In(r.Printer.Zone))
	return counts[:]
}

// person shows a person.
func (p pages) person(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	key, err := id.Parse(r.PathValue("person"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such page.")
	}
	person, err := p.Person(ctx, p.DB(), v, key)
	if err != nil {
		return err
	}
	if person.ID != key { // found to be another since
		http.Redirect(w, r, "/people/"+person.ID.String(), http.StatusSeeOther)
		return nil
	}
	return p.renderPerson(w, r, http.StatusOK, person, personView{})
}

// renderPerson shows the page of a person; view holds what was typed, if that is shown again.
func (p pages) renderPerson(
	w http.ResponseWriter, r *http.Request, status int, person people.Person, view personView,
) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	view.writes, view.keeps = v.Role >= op.Member, person.Owner == v.Member
	var err error
	if view.PersonDetail, err = p.Detail(ctx, v, person); err != nil {
		return err
	}
	if v.Role >= op.Owner && view.PersonSummary.Member {
		linked, err := p.Linked(ctx, v)
		if err != nil {
			return err
		}
		view.linked = slices.DeleteFunc(linked, func(l people.LinkedPerson) bool {
			return l.Own || l.Member != view.PersonDetail.Member
		})
	}
	if view.shown, err = view.Version(); err != nil {
		return err
	}
	before := v.Now.AddDate(2, 0, 0)
	if micro, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64); err == nil {
		before = time.UnixMicro(micro)
	}
	if first, err := strconv.Atoi(r.URL.Query().Get("note")); err == nil {
		view.note = max(0, first)
	}
	view.medium = tie.Medium(r.URL.Query().Get("medium"))
	if view.events, err = p.TimelineOf(ctx, v, view.PersonDetail, view.medium, before, shownEvents+1); err != nil {
		return err
	}
	if len(view.events) > shownEvents {
		view.events = view.events[:shownEvents]
		older := url.Values{"before": {strconv.FormatInt(view.events[shownEvents-1].Time.UnixMicro(), 10)}}
		if view.medium != "" {
			older.Set("medium", string(view.medium))
		}
		view.older = "/people/" + person.ID.String() + "?" + older.Encode() + "#timeline"
	}
	if view.proposals, err = p.Proposals(ctx, v, person.ID, 5); err != nil {
		return err
	}
	if !v.Person.IsZero() && v.Person != person.ID {
		self, err := p.Person(ctx, p.DB(), v, v.Person)
		if err != nil {
			return err
		}
		tie, err := p.ExplainTie(ctx, v, self, person)
		if err != nil {
			return err
		}
		view.tie = &tie
	}
	if view.around, err = around.Person(ctx, p.Store, v, people.Ref{ID: person.ID, Name: person.Name}); err != nil {
		return err
	}
	for _, r := range p.Rooms() {
		for _, act := range r.Acts {
			view.acts = append(view.acts, act(person.ID))
		}
		if r.Panel == nil {
			continue
		}
		component, err := r.Panel(ctx, v, person.ID)
		if err != nil {
			return err
		}
		switch {
		case component == nil:
		case r.PanelBeside:
			view.beside = append(view.beside, component)
		default:
			view.panels = append(view.panels, component)
		}
	}
	return page.Render(w, r, status, personPage(view))
}
