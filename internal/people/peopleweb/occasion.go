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
	"gave.network/internal/tie"
)

const (
	// soon is how long before a meeting Today brings it up.
	soon = 18 * time.Hour

	// leastGuests is with how many others a meeting is worth preparing.
	leastGuests = 3

	// mostWorth is how many people are told to be worth meeting.
	mostWorth = 5
)

// ahead is the next meeting with several others.
func (p pages) ahead(ctx context.Context, v op.Viewer) (*room.Occasion, error) {
	list, err := p.Ahead(ctx, v, v.Now.Add(soon))
	for _, e := range list {
		if len(e.People) >= leastGuests {
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
	Part                string
	Worth, Known, Fresh []guest
}

// shown are the guests of the part that is looked at.
func (v occasionView) shown() []guest {
	switch v.Part {
	case "known":
		return v.Known
	case "new":
		return v.Fresh
	}
	return v.Worth
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
	shown := occasionView{Event: event, Part: r.URL.Query().Get("part")}
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
	return page.Render(w, r, http.StatusOK, occasionPage(shown))
}
