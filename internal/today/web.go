package today

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/room"
)

// pages adds the pages of the day.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /{$}", op.Member, s.Page)
	m.Handle("POST /today/answer", op.Member, s.AnswerForm)
	m.Handle("GET /feeds/{secret}/{form}", op.Anonymous, s.feed)
}

// Page shows the viewer's day: a list, and one move whole, which the address may choose.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	viewer := page.From(r.Context()).Viewer
	today, err := s.Day(r.Context(), viewer)
	if err != nil {
		return err
	}
	if err := s.counted(r.Context(), viewer, len(today.Moves)); err != nil {
		return err
	}
	moves := today.Moves
	d := day{moves: moves, done: today.Done, principles: s.principles(), missing: today.Missing}
	for _, one := range s.rooms {
		if one.Beginning != nil {
			d.beginnings = append(d.beginnings, one.Beginning)
		}
		if one.Ahead != nil && d.ahead == nil {
			if d.ahead, err = one.Ahead(r.Context(), viewer); err != nil {
				return err
			}
		}
	}
	for i, m := range moves {
		d.minutes += m.EffortMinutes
		if m.Key == r.URL.Query().Get("move") {
			d.chosen = i
		}
	}
	if len(moves) > 0 {
		reach, err := s.Letters(r.Context(), viewer, moves[d.chosen:d.chosen+1])
		if err != nil {
			return err
		}
		d.reach, d.other = reach[0][0], reach[0][1]
	}
	return page.Render(w, r, http.StatusOK, todayPage(d))
}

// day is what the page of Today shows.
type day struct {
	moves      []move.Move
	chosen     int        // which of the moves stands there whole
	reach      move.Reach // where the first of its people can be written to
	other      move.Reach // and the second, when the move has a letter to both
	minutes    int        // what all of them take
	done       []Answered
	principles map[string]string // the title of each room
	beginnings []templ.Component // of the rooms, while there is nothing to do
	ahead      *room.Occasion    // what the viewer is soon to go to
	missing    []Missing         // what the principles have nothing to rest on yet
}

// AnswerForm takes what the viewer said of a move, and offers to take it back.
func (s *Service) AnswerForm(w http.ResponseWriter, r *http.Request) error {
	request := page.From(r.Context())
	in, err := page.Input[AnswerInput](r, "today.answer")
	if err != nil {
		return err
	}
	undoable, err := s.Answer(r.Context(), request.Viewer, in)
	if err != nil {
		return err
	}
	sentence := map[string]string{
		Done: "Well done.", Later: "It comes back later.", Never: "It will not come back.", Undo: "It is back.",
		Act: "Done.", Other: "Noted.",
	}[in.Answer]
	undo := page.Undo{}
	if undoable {
		undo = page.Undo{Address: "/today/answer", Fields: []string{"move", in.Move, "answer", Undo}}
	}
	return page.DoneFor(w, r, "/", request.Printer.T(sentence), undo)
}

// principles returns the title of each room, as people read it, by its key.
func (s *Service) principles() map[string]string {
	out := make(map[string]string, len(s.rooms))
	for _, r := range s.rooms {
		out[r.Key] = r.Title
	}
	return out
}

// feed serves Today to a calendar or feed reader that knows the secret address.
func (s *Service) feed(w http.ResponseWriter, r *http.Request) error {
	viewer, err := s.member(r.Context(), r.PathValue("secret"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such page.") // a wrong secret learns nothing
	}
	moves, err := s.Today(r.Context(), viewer)
	if err != nil {
		return err
	}
	feed := Feed{Moves: moves, Base: page.Base(r), At: viewer.Now, Printer: viewer.Printer()}
	w.Header().Set("Cache-Control", "private, max-age=900")
	switch r.PathValue("form") {
	case "today.atom":
		w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
		return feed.Atom(w)
	case "today.ics":
		w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
		return feed.ICalendar(w)
	}
	return fault.New(fault.NotFound, "There is no such page.")
}

// group are the moves of one principle.
type group struct {
	title string // of the principle
	moves []move.Move
}

// groups returns the moves by principle, those of the best move first.
func (d day) groups() []group {
	var out []group
	for _, m := range d.moves {
		title := d.principles[m.Principle]
		i := slices.IndexFunc(out, func(g group) bool { return g.title == title })
		if i < 0 {
			i, out = len(out), append(out, group{title: title})
		}
		out[i].moves = append(out[i].moves, m)
	}
	return out
}

// subtitle says which day it is, and how much there is to do.
func subtitle(r *page.Request, d day) string {
	now := r.Viewer.Now.In(r.Printer.Zone)
	out := fmt.Sprintf("%s %d %s", r.Printer.Weekday(now.Weekday()), now.Day(), r.Printer.Month(now.Month()))
	if len(d.moves) > 0 {
		out += " · " + r.Printer.T("%d things", len(d.moves)) + ", " + r.Printer.T("about %d minutes", d.minutes)
	}
	return out
}

// firstOf says which act of a move is the one filled button: act, mail, call or done.
func firstOf(m move.Move, reach move.Reach) string {
	switch {
	case m.Action.Operation != "" || m.Action.Page != "" && (m.Letter == "" || m.Kind == "praise"):
		return "act"
	case m.Kind == "dormant" && reach.Phone != "":
		return "call"
	case m.Letter != "" && reach.Email != "":
		return "mail"
	case m.Action.Page != "":
		return "act"
	}
	return "done"
}

// doneLabel is what the button says that records what was done.
func doneLabel(ctx context.Context, m move.Move) string {
	if len(m.Effects) > 0 && m.Effects[0].Operation == "give.log" {
		return page.T(ctx, "Given")
	}
	return page.T(ctx, "Done")
}

// letterLang is the language of a letter.
func letterLang(r *page.Request, reach move.Reach) string {
	return string(locale.Or(reach.Lang, r.Viewer.Lang))
}

// byGave says whether Gave does at once what a move proposes; nobody needs to say then that it was done.
func byGave(m move.Move) bool { return m.Action.Operation != "" }

// iconOf stands in the place of the face of a move that is about nobody in particular.
func iconOf(m move.Move) string {
	switch m.Principle {
	case "network":
		return "merge"
	case "ask":
		return "asks"
	}
	return m.Principle
}
