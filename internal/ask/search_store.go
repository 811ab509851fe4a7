package ask

import (
	"context"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
	"gave.network/internal/text"
)

// mostSought is how many asks a search looks at, the newest.
const mostSought = 1000

// find finds the asks and offers that the viewer may see, the newest first.
func (s *Service) find(ctx context.Context, v op.Viewer, query text.Query, most int) ([]room.Found, error) {
	if len(query) == 0 {
		return nil, nil
	}
	a, err := s.audienceOf(ctx, s.db, v)
	if err != nil {
		return nil, err
	}
	condition, args, next := a.condition()
	list, err := db.Select[struct {
		ID        id.ID
		Body, Why string
		Created   int64
	}](ctx, s.db, `select a.id, a.body, a.why, a.created from ask a where `+condition+
		` order by a.created desc, a.id limit `+db.Placeholder(next), append(args, mostSought)...)
	if err != nil {
		return nil, err
	}
	out := room.Found{Title: "Asks", Rank: room.FoundElse, Icon: "asks"}
	for _, a := range list {
		if !query.In(a.Body + " " + a.Why) {
			continue
		}
		if len(out.Hits) == most {
			out.More = "/asks"
			break
		}
		hit := room.Hit{
			Title: query.Snippet(a.Body, 100), Address: "/asks/" + a.ID.String(),
			Why: v.Printer().Date(time.UnixMicro(a.Created).In(v.Zone)),
		}
		if len(query.Without(a.Body)) > 0 {
			hit.Why = query.Snippet(a.Why, 100)
		}
		out.Hits = append(out.Hits, hit)
	}
	return []room.Found{out}, nil
}
