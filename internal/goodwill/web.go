package goodwill

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"gave.network/internal/fault"
	"gave.network/internal/goodwill/chance"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/text"
)

// pages adds the pages of the room.
func (s *Service) pages(m *page.Mux) {
	m.HandleLong("GET /goodwill", op.Member, s.MatchPage)
	m.HandleLong("POST /goodwill", op.Member, s.MatchForm)
	m.Handle("POST /goodwill/note", op.Member, s.NoteForm)
	m.Handle("POST /goodwill/answer", op.Member, s.AnswerForm)
	m.Handle("POST /goodwill/remind", op.Member, s.RemindForm)
	m.Handle("POST /goodwill/reminder", op.Member, s.ReminderForm)
}

// shownFacts is how many facts a page of a person shows before the others are asked for.
const shownFacts = 5

// openFirst returns the facts with the needs that are open first.
func openFirst(facts []Fact) []Fact {
	out := slices.Clone(facts)
	slices.SortStableFunc(out, func(a, b Fact) int {
		open := func(f Fact) int {
			if f.Kind == Need && f.Answered == nil {
				return 0
			}
			return 1
		}
		return cmp.Compare(open(a), open(b))
	})
	return out
}

// Panel shows on a person's page how likely they do the viewer a favour, what matters to them, and of what the viewer
// is to be reminded.
func (s *Service) Panel(ctx context.Context, v op.Viewer, person id.ID) (templ.Component, error) {
	cluster, err := s.network.Cluster(ctx, s.db, v, person)
	if err != nil {
		return nil, err
	}
	rows, err := s.factRows(ctx, v, cluster, "", false, 50)
	if err != nil {
		return nil, err
	}
	of := people.Ref{ID: person}
	facts := make([]Fact, len(rows))
	for i, r := range rows {
		facts[i] = r.fact(of)
	}
	var reminders []Reminder
	var goodwill *Chance
	if v.Role >= op.Member {
		if goodwill, err = s.goodwillOf(ctx, v, person); err != nil {
			return nil, err
		}
		rows, err := s.reminderRows(ctx, v, cluster, "", false)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			reminders = append(reminders, r.reminder(of))
		}
	}
	return personPanel(person, goodwill, openFirst(facts), reminders), nil
}

// goodwillOf is what the page of a person says of how likely they do the viewer a favour; nil of who died, of the
// viewer and of whom nothing is known that it could rest on.
func (s *Service) goodwillOf(ctx context.Context, v op.Viewer, person id.ID) (*Chance, error) {
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return nil, err
	}
	ref, ok := everybody.Ref(person)
	if !ok || ref.ID == v.Person || v.Person.IsZero() {
		return nil, nil
	}
	gone, err := s.network.Deceased(ctx, v)
	if err != nil || gone[ref.ID] {
		return nil, err
	}
	c, err := s.chanceOf(ctx, v, ref)
	if err != nil || c.Answers == 0 && c.features == (chance.Features{chance.Constant: 1}) {
		return nil, err
	}
	return &c, nil
}

// AnswerForm records that a need was met.
func (s *Service) AnswerForm(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	key, err := id.Parse(r.FormValue("fact"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such need of yours.")
	}
	if err := s.Answer(r.Context(), request.Viewer, key, r.FormValue("open") != ""); err != nil {
		return err
	}
	if r.FormValue("open") != "" {
		return page.Done(w, r, r.FormValue("back"), request.Printer.T("It is open again."))
	}
	return page.DoneFor(w, r, r.FormValue("back"), request.Printer.T("Well done."), page.Undo{
		Address: "/goodwill/answer",
		Fields:  []string{"fact", key.String(), "open", "yes", "back", page.Local(r.FormValue("back"))},
	})
}

// matchView is what the page of goodwill shows.
type matchView struct {
	Tip     string
	Asked   bool
	Problem string
	Answers []answer
	Alike   []string // when these are much alike
	Needs   []Fact
}

// answer is somebody who would like it, and where they can be written to.
type answer struct {
	Match
	email string
}

// longestGift is the most characters of what is noted as given.
const longestGift = 300

// longestAddress is the most bytes of a tip that its address holds.
const longestAddress = 1500

// shownNeeds is how many open needs the page lists.
const shownNeeds = 20

// MatchPage asks what somebody may like, and lists what people need. With a text in its address it answers at once; a
// link is fetched only when it was followed from here or typed, not because another site leads to it.
func (s *Service) MatchPage(w http.ResponseWriter, r *http.Request) error {
	tip := strings.TrimSpace(r.FormValue("text"))
	from := r.Header.Get("Sec-Fetch-Site")
	if tip == "" || linkOf(tip) != "" && from != "same-origin" && from != "none" {
		return s.showMatch(w, r, matchView{Tip: tip})
	}
	return s.answerMatch(w, r, tip)
}

func (s *Service) showMatch(w http.ResponseWriter, r *http.Request, shown matchView) error {
	var err error
	if shown.Needs, err = s.Facts(r.Context(), page.From(r.Context()).Viewer, id.Zero, Need,
		true, shownNeeds); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, matchPage(shown))
}

// MatchForm says who would like a link, a text or a tip. Nothing of it is stored.
func (s *Service) MatchForm(w http.ResponseWriter, r *http.Request) error {
	return s.answerMatch(w, r, r.FormValue("text"))
}

func (s *Service) answerMatch(w http.ResponseWriter, r *http.Request, tip string) error {
	request := page.From(r.Context())
	shown := matchView{Tip: tip, Asked: true}
	out, err := s.match(r.Context(), request.Viewer, MatchInput{Text: shown.Tip, Limit: 8})
	if err != nil {
		switch fault.CodeOf(err) {
		case fault.Invalid, fault.TooLarge, fault.Unavailable:
			shown.Problem = page.Sentence(r.Context(), err)
		default:
			return err
		}
	}
	shown.Alike = out.Alike
	for _, m := range out.People {
		reach, err := s.network.ReachOf(r.Context(), request.Viewer, m.ID)
		if err != nil {
			return err
		}
		shown.Answers = append(shown.Answers, answer{m, reach.Email})
	}
	return s.showMatch(w, r, shown)
}

// given are the fields that note the tip as given to somebody.
func (v matchView) given(to answer) []string {
	return []string{"body", text.Clip(v.Tip, longestGift), "people", to.ID.String(), "back", v.address()}
}

// address is where the answer stands again; a long text is not kept in an address.
func (v matchView) address() string {
	if len(v.Tip) > longestAddress {
		return "/goodwill"
	}
	return "/goodwill?text=" + url.QueryEscape(v.Tip)
}

// NoteForm notes what matters to somebody.
func (s *Service) NoteForm(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	in, err := page.Input[NoteInput](r, "goodwill.note")
	if err != nil {
		return err
	}
	if r.FormValue("kind") == "" {
		in.Kind = Need // as the first button says
	}
	p, err := s.network.Resolve(r.Context(), request.Viewer, in.Person)
	if err != nil {
		return fault.About(err, "person")
	}
	f := Fact{
		Person: people.Ref{ID: p.ID, Name: p.Name}, Kind: in.Kind, Due: in.Due,
		Body: strings.Join(strings.Fields(in.Body), " "), Source: "noted",
	}
	if _, err := s.Add(r.Context(), s.db, request.Viewer, f); err != nil {
		return err
	}
	return page.Done(w, r, "/goodwill", request.Printer.T("Noted.")+people.Warning(request.Printer, f.Body))
}
