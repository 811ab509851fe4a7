package people

import (
	"context"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/move"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/text"
)

// writtenLately is how many of the latest mails and messages tell in which language two people write.
const writtenLately = 20

// ReachOf returns where somebody can be written to, and in which language the viewer and they write.
func (s *Store) ReachOf(ctx context.Context, v op.Viewer, person id.ID) (move.Reach, error) {
	var out move.Reach
	found, err := s.Identifiers(ctx, v, []id.ID{person})
	if err != nil {
		return out, err
	}
	for _, i := range found[person] {
		switch {
		case i.Kind == MailAddress && out.Email == "" && !i.Shared:
			out.Email = i.Value
		case i.Kind == Telephone && out.Phone == "" && !i.Shared:
			out.Phone = i.Value
		}
	}
	titles, err := db.Values[string](ctx, s.db, `select i.title from interaction i
		join (select interaction, time from participant where space = $1 and person = $4 order by time desc limit $5) p
			on p.interaction = i.id
		where `+scope.Seen("i")+` and i.title <> '' order by p.time desc`,
		scope.Args(v, person, writtenLately)...)
	if err != nil {
		return out, err
	}
	out.Lang = text.Language(strings.Join(titles, ". "))
	return out, nil
}
