package people

import (
	"context"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
)

// SourceDevice is the source of a note that a member wrote in the address book of a device; there is one of a person.
const SourceDevice = "device"

// DaysOf returns the days of a kind of some people that the viewer may see, by the person they stand for: the viewer's
// own first, else the one that says most.
func (s *Store) DaysOf(ctx context.Context, v op.Viewer, people []id.ID, kind string) (map[id.ID]ImportantDate, error) {
	out := map[id.ID]ImportantDate{}
	for _, chunk := range db.Chunks(people) {
		all, stands, err := s.Records(ctx, v, chunk)
		if err != nil {
			return nil, err
		}
		for _, part := range db.Chunks(all) {
			in, args := db.In(5, part)
			rows, err := db.Select[struct {
				Person id.ID
				ImportantDate
			}](ctx, s.db, `select person, visibility, kind, year, month, day from important_date
				where space = $1 and (owner = $2 or visibility >= $3) and kind = $4 and person in (`+in+`)
				order by case when owner = $2 then 0 else 1 end, year desc, person, month, day, owner`,
				scope.Args(v, append([]any{kind}, args...)...)...)
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				if _, had := out[stands[r.Person]]; !had {
					out[stands[r.Person]] = r.ImportantDate
				}
			}
		}
	}
	return out, nil
}

// NotesFrom returns what the viewer noted of some people by way of a source, by the person they stand for.
func (s *Store) NotesFrom(ctx context.Context, v op.Viewer, people []id.ID, source string) (map[id.ID]string, error) {
	out := map[id.ID]string{}
	for _, chunk := range db.Chunks(people) {
		all, stands, err := s.Records(ctx, v, chunk)
		if err != nil {
			return nil, err
		}
		for _, part := range db.Chunks(all) {
			in, args := db.In(4, part)
			rows, err := db.Select[struct {
				Person id.ID
				Body   string
			}](ctx, s.db, `select person, body from note
				where space = $1 and owner = $2 and source = $3 and person in (`+in+`) order by at, id`,
				append([]any{v.Space, v.Member, source}, args...)...)
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				out[stands[r.Person]] = strings.TrimSpace(out[stands[r.Person]] + "\n\n" + r.Body)
			}
		}
	}
	return out, nil
}

// SetNote makes a text the one note that the viewer has of a person by way of a source, for the viewer alone; an empty
// one takes it away. It is a fault when the text is too long.
func (s *Store) SetNote(ctx context.Context, v op.Viewer, p Person, source, body string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.deleteFromCluster(ctx, tx, v, p.ID, `delete from note where source = $3 and`, source); err != nil {
			return err
		}
		if body == "" {
			return nil
		}
		return s.addNote(ctx, tx, v, p, body, scope.Private, source, id.New())
	})
}
