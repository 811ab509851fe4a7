package account

import (
	"context"

	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/text"
)

// settled are what can be set, as the page of settings calls it, and where on it.
var settled = []struct {
	title, address string
	least          op.Role
}{
	{"You", "/settings#you", op.Guest},
	{"Language", "/settings#language", op.Guest},
	{"Time zone", "/settings#f-zone", op.Guest},
	{"Light or dark", "/settings#theme", op.Guest},
	{"Keys", "/settings#keys-on", op.Guest},
	{"Your own addresses", "/settings#own", op.Guest},
	{"Password", "/settings#password", op.Guest},
	{"The space", "/settings#space", op.Guest},
	{"Members", "/settings#members", op.Guest},
	{"API tokens", "/settings#tokens", op.Guest},
	{"Today in my calendar or feed reader", "/settings#tokens", op.Guest},
	{"Where you are signed in", "/settings#sessions", op.Guest},
	{"Who is not to come back", "/suppressions", op.Member},
	{"Who came in and what was done", "/audit", op.Owner},
}

// find finds settings by their names.
func find(_ context.Context, v op.Viewer, query text.Query, most int) ([]room.Found, error) {
	out := room.Found{Title: "Settings", Rank: room.FoundElse, Icon: "settings"}
	p := v.Printer()
	for _, s := range settled {
		if title := p.T(s.title); v.Role >= s.least && query.In(title) && len(out.Hits) < most {
			out.Hits = append(out.Hits, room.Hit{Title: title, Address: s.address})
		}
	}
	return []room.Found{out}, nil
}
