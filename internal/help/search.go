package help

import (
	"context"

	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/text"
)

// find finds pages of the manual by their titles and by the titles inside them.
func find(_ context.Context, v op.Viewer, query text.Query, most int) ([]room.Found, error) {
	pages, err := Pages(v.Lang)
	if err != nil || len(query) == 0 {
		return nil, err
	}
	out := room.Found{Title: "Help", Rank: room.FoundElse, Icon: "help"}
	var inside []room.Hit
	for _, chapter := range chapters {
		for _, name := range chapter.Pages {
			p := pages[name]
			if query.In(p.Title) {
				out.Hits = append(out.Hits, room.Hit{Title: p.Title, Address: p.Address()})
			}
			for _, h := range p.Headings {
				if h.Level > 1 && query.In(h.Text) {
					address := p.Address() + "#" + h.Anchor
					inside = append(inside, room.Hit{Title: h.Text, Why: p.Title, Address: address})
				}
			}
		}
	}
	out.Hits = append(out.Hits, inside...)
	if len(out.Hits) > most {
		out.Hits, out.More = out.Hits[:most], "/help"
	}
	return []room.Found{out}, nil
}
