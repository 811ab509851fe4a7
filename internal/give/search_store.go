package give

import (
	"cmp"
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/room"
	"gave.network/internal/scope"
	"gave.network/internal/text"
)

// soughtGift is a gift or a return as a search looks through them.
type soughtGift struct {
	ID    id.ID
	At    int64
	Words string
}

// find finds the viewer's own gifts and returns, the newest first.
func (s *Service) find(ctx context.Context, v op.Viewer, query text.Query, most int) ([]room.Found, error) {
	if len(query) == 0 {
		return nil, nil
	}
	out := room.Found{Title: "Gifts", Rank: room.FoundElse, Icon: "give"}
	all, err := s.soughtGifts(ctx, v)
	if err != nil {
		return nil, err
	}
	var keys []id.ID
	for _, g := range all {
		if query.Among(g.Words) {
			if len(keys) == most {
				out.More = "/give"
				break
			}
			keys = append(keys, g.ID)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	in, args := db.In(3, keys)
	rows, err := db.Select[giftRow](ctx, s.db, `select g.id, g.direction, g.kind, g.body, g.link, g.minutes, g.at,
		g.visibility from gift g where g.space = $1 and g.owner = $2 and g.id in (`+in+`) order by g.at desc, g.id`,
		append([]any{v.Space, v.Member}, args...)...)
	if err != nil {
		return nil, err
	}
	stored, err := s.stored(ctx, v, rows)
	if err != nil {
		return nil, err
	}
	gifts, err := s.complete(ctx, v, stored)
	for _, g := range gifts {
		kind := ""
		if g.Kind != Other {
			kind = v.Printer().T(string(g.Kind))
		}
		out.Hits = append(out.Hits, room.Hit{
			Title: query.Snippet(cmp.Or(g.Body, g.Link), 100), Address: string(editAddress(g.ID)),
			Why: text.Join(" · ", kind, people.JoinNames(g.People, ", "),
				v.Printer().Date(g.At.In(v.Zone))),
		})
	}
	return []room.Found{out}, err
}

// soughtGifts returns the viewer's own gifts and returns, the newest first.
func (s *Service) soughtGifts(ctx context.Context, v op.Viewer) ([]soughtGift, error) {
	return db.KeepList(ctx, s.db, scope.Kept(v, "sought gifts"), db.List[id.ID, soughtGift]{
		Tables: []string{"gift"}, Key: func(_ string, row db.RowKey) (id.ID, bool) { return row[0], true },
		Of:      func(g soughtGift) id.ID { return g.ID },
		Compare: func(a, b soughtGift) int { return cmp.Or(cmp.Compare(b.At, a.At), a.ID.Compare(b.ID)) },
		Read: func(ctx context.Context, keys map[id.ID]bool) ([]soughtGift, error) {
			list, err := db.SelectKeyed[soughtGift](ctx, s.db, `select id, at, body || ' ' || link as words from gift
				where space = $1 and owner = $2`, []any{v.Space, v.Member}, "id", keys)
			for i := range list {
				list[i].Words = text.Sought(list[i].Words)
			}
			return list, err
		},
	})
}
