package peopleweb

import (
	"context"
	"net/http"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/tact"
	"gave.network/internal/tie"
)

const (
	// soon is how long before a meeting Today brings it up.
	soon = 18 * time.Hour

	// leastGuests is with how many others a meeting is worth preparing.
	leastGuests = 3

	// mostWorth is how many people are told to be worth meeting.
	mostWorth = 5

	// guestsShown is how many people stand on one page.
	guestsShown = 50
)

// ahead is the next meeting with several others. What is delicate is not brought up: a funeral is no borrel.
func (p pages) ahead(ctx context.Context, v op.Viewer) (*room.Occasion, error) {
	list, err := p.Ahead(ctx, v, v.Now.Add(soon))
	for _, e := range list {
		if len(e.People) >= leastGuests && !tact.Delicate(e.Title) {
			return &room.Occasion{
				Title: e.Title, When: e.Time, Place: e.Place, People: len(e.People),
				Address: "/events/" + e.ID.String(),
			}, nil
		}
	}
	return nil, err
}

// guest is somebody who comes or came to a meeting.
type guest struct {
	people.PersonSummary
	Line string // what occupies them
}

// fresh says whether one has never been in touch with a guest; asleep whether the tie is dormant.
func (g guest) fresh() bool  { return g.Class == "" || g.Class == tie.Latent }
func (g guest) asleep() bool { return g.Class == tie.Dormant }

// occasionView is what the page of a meeting shows.
type occasionView struct {
	people.Event
	page.Part
	Of                  string // whom it shows: known, new, or who is worth meeting
	Worth, Known, Fresh []guest
	Shown               []guest // of whom it shows, this part
}

// address is that of the page, showing these.
func (v occasionView) address(of string) string {
	if of == "" {
		return "/events/" + v.ID.String()
	}
	return "/events/" + v.ID.String() + "?of=" + of
}

// occasion is a meeting: who comes, whom one knows and who is new, and with whom to begin.
func (p pages) occasion(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	key, err := id.Parse(r.PathValue("event"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such meeting.")
	}
	event, err := p.Occasion(ctx, v, key)
	if err != nil {
		return err
	}
	keys := make([]id.ID, len(event.People))
	for i, ref := range event.People {
		keys[i] = ref.ID
	}
	list, err := p.Summaries(ctx, v, keys)
	if err != nil {
		return err
	}
	lines, err := p.lines(ctx, v, list)
	if err != nil {
		return err
	}
	shown := occasionView{Event: event}
	for _, one := range list {
		g := guest{one, lines[one.ID]}
		if g.fresh() {
			shown.Fresh = append(shown.Fresh, g)
		} else {
			shown.Known = append(shown.Known, g)
		}
	}
	// Worth it are first those of whom one knows what occupies them and whom one sees too little, then who is new.
	for _, fits := range []func(g guest) bool{
		func(g guest) bool { return g.Line != "" && (g.fresh() || g.asleep()) },
		func(g guest) bool { return g.Line == "" && g.asleep() },
		func(g guest) bool { return g.Line == "" && g.fresh() },
		func(g guest) bool { return g.Line != "" && !g.fresh() && !g.asleep() },
	} {
		for _, g := range append(append([]guest{}, shown.Known...), shown.Fresh...) {
			if len(shown.Worth) < mostWorth && fits(g) {
				shown.Worth = append(shown.Worth, g)
			}
		}
	}
	shown.Shown = shown.Worth
	switch of := r.FormValue("of"); of {
	case "known":
		shown.Of, shown.Shown = of, shown.Known
	case "new":
		shown.Of, shown.Shown = of, shown.Fresh
	}
	shown.Part = page.PartOf(r, shown.address(shown.Of), len(shown.Shown), guestsShown)
	shown.Shown = shown.Shown[shown.From:shown.To]
	return page.Render(w, r, http.StatusOK, occasionPage(shown))
}
