package people

import (
	"context"
	"strconv"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/people/photo"
)

// PhotoAddress is where the photo of a person is, "" when there is none. Another photo has another address.
func (p PersonSummary) PhotoAddress() string { return photoAddress(p.ID, p.Photo) }

// PhotoAddress is where the photo of a person is, "" when there is none.
func (p Person) PhotoAddress() string { return photoAddress(p.ID, p.Photo) }

func photoAddress(person id.ID, at int64) string {
	if at == 0 {
		return ""
	}
	return "/people/" + person.String() + "/photo?at=" + strconv.FormatInt(at, 10)
}

// KeepPhoto makes a small picture of a photo the one of a person whom the viewer keeps.
func (s *Store) KeepPhoto(ctx context.Context, v op.Viewer, person Person, taken []byte) error {
	if err := keeps(v, person); err != nil {
		return err
	}
	small, err := photo.Small(taken)
	if err != nil {
		return err
	}
	return s.KeepPicture(ctx, v, person, small)
}

// KeepPicture makes a picture that photo.Small made the one of a person whom the viewer keeps. Making one takes long:
// whoever has a transaction makes it before.
func (s *Store) KeepPicture(ctx context.Context, v op.Viewer, person Person, small []byte) error {
	if err := keeps(v, person); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := db.Insert(ctx, tx, "photo", db.Row{
			"space": v.Space, "person": person.ID, "image": small, "added": v.Now.UnixMicro(),
		}, `on conflict (space, person) do update
			set image = excluded.image, added = excluded.added, import = null`); err != nil {
			return err
		}
		return settlePhotos(ctx, tx, v.Space, person.ID)
	})
}

// RemovePhoto takes the photo of a person away, of each record that is this person.
func (s *Store) RemovePhoto(ctx context.Context, v op.Viewer, person Person) error {
	if err := keeps(v, person); err != nil {
		return err
	}
	cluster, err := s.Cluster(ctx, s.db, v, person.ID)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		in, args := db.In(2, cluster)
		if _, err := tx.ExecContext(ctx, `delete from photo where space = $1 and person in (`+in+`)`,
			append([]any{v.Space}, args...)...); err != nil {
			return db.Fault(err)
		}
		return settlePhotos(ctx, tx, v.Space, cluster...)
	})
}

// Photo returns the photo of a person whom the viewer may see: of the person's own record, else the latest of those
// that were found to be this person.
func (s *Store) Photo(ctx context.Context, v op.Viewer, person id.ID) ([]byte, error) {
	p, err := s.Person(ctx, s.db, v, person)
	if err != nil {
		return nil, err
	}
	cluster, err := s.Cluster(ctx, s.db, v, p.ID)
	if err != nil {
		return nil, err
	}
	in, args := db.In(3, cluster)
	return db.Value[[]byte](ctx, s.db, `select image from photo where space = $1 and person in (`+in+`)
		order by case when person = $2 then 0 else 1 end, added desc limit 1`,
		append([]any{v.Space, p.ID}, args...)...)
}

// settlePhotos has people tell which photo they have, within a transaction: after one came or went, or after they were
// found to be one or two. What only one member may see of a person whom others see too is not told.
func settlePhotos(ctx context.Context, tx db.Queryer, space id.ID, people ...id.ID) error {
	for _, chunk := range db.Chunks(people) {
		in, args := db.In(2, chunk)
		if _, err := db.Exec(ctx, tx, `update person set photo = coalesce(
			(select f.added from photo f where f.space = person.space and f.person = person.id),
			(select max(f.added) from photo f join person c on c.space = f.space and c.id = f.person
				where c.space = person.space and c.merged = person.id and c.owner = person.owner
				and c.visibility >= person.visibility), 0) where space = $1 and id in (`+in+`)`,
			append([]any{space}, args...)...); err != nil {
			return err
		}
	}
	return nil
}

// addFaces gives people the pictures that an import has of them, within a transaction: those who have none yet.
func addFaces(ctx context.Context, tx db.Queryer, space id.ID, list []NewPerson) error {
	faces, keys := map[id.ID]*NewPerson{}, []id.ID{}
	for i := range list {
		if p := &list[i]; len(p.Face) > 0 {
			faces[p.ID], keys = p, append(keys, p.ID)
		}
	}
	var touched []id.ID
	for _, chunk := range db.Chunks(keys) {
		in, args := db.In(2, chunk)
		without, err := db.Select[struct{ ID, Merged id.ID }](ctx, tx, `select id, merged from person
			where space = $1 and photo = 0 and id in (`+in+`) order by id`, append([]any{space}, args...)...)
		if err != nil {
			return err
		}
		var rows []any
		for _, w := range without {
			p := faces[w.ID]
			rows = append(rows, space, p.ID, p.Face, p.Updated, p.Import)
			touched = append(touched, w.ID)
			if !w.Merged.IsZero() {
				touched = append(touched, w.Merged)
			}
		}
		if err := db.InsertMany(ctx, tx, `insert into photo (space, person, image, added, import)`, 5, rows,
			"on conflict do nothing"); err != nil {
			return err
		}
	}
	return settlePhotos(ctx, tx, space, touched...)
}

// facesOf returns the people of whom an import brought the photo, and who they were found to be.
func facesOf(ctx context.Context, tx db.Queryer, space, importID id.ID) ([]id.ID, error) {
	return db.Values[id.ID](ctx, tx, `select f.person from photo f where f.space = $1 and f.import = $2
		union select p.merged from photo f join person p on p.space = f.space and p.id = f.person
		where f.space = $1 and f.import = $2`, space, importID)
}
