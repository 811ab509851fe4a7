package people

import (
	"context"
	"fmt"
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
	found, err := s.ReachOfAll(ctx, v, []id.ID{person})
	return found[person], err
}

// ReachOfAll returns it of several people, in two statements.
func (s *Store) ReachOfAll(ctx context.Context, v op.Viewer, persons []id.ID) (map[id.ID]move.Reach, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	found, err := s.Identifiers(ctx, v, persons)
	if err != nil {
		return nil, err
	}
	args := scope.Args(v, writtenLately)
	var latest []string
	for _, person := range persons {
		args = append(args, person)
		latest = append(latest, fmt.Sprintf(`select * from (select person, interaction, time from participant
			where space = $1 and person = $%d order by time desc limit $4) p%d`, len(args), len(args)))
	}
	titles, err := db.Select[struct {
		Person id.ID
		Title  string
	}](ctx, s.db, `select p.person, i.title from interaction i
		join (`+strings.Join(latest, " union all ")+`) p on p.interaction = i.id
		where `+scope.Seen("i")+` and i.title <> '' and i.owner = $2 order by p.time desc, p.interaction`, args...)
	if err != nil {
		return nil, err
	}
	written := map[id.ID][]string{}
	for _, t := range titles {
		written[t.Person] = append(written[t.Person], t.Title)
	}
	out := make(map[id.ID]move.Reach, len(persons))
	for _, person := range persons {
		var r move.Reach
		for _, i := range found[person] {
			switch {
			case i.Kind == MailAddress && r.Email == "" && !i.Shared:
				r.Email = i.Value
			case i.Kind == Telephone && r.Phone == "" && !i.Shared:
				r.Phone = i.Value
			}
		}
		r.Lang = text.Language(strings.Join(written[person], ". "))
		out[person] = r
	}
	return out, nil
}
