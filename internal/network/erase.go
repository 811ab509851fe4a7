package network

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

// SuppressionHash is under which an objection is kept: SHA-256 of space, kind and value.
func SuppressionHash(space id.ID, n Identifier) []byte {
	sum := sha256.Sum256([]byte(space.String() + "\x00" + n.Kind.String() + "\x00" + text.Fold(n.Value)))
	return sum[:]
}

// Suppressed says whether somebody who had this identifier asked not to be kept.
func Suppressed(ctx context.Context, q db.Queryer, space id.ID, n Identifier) (bool, error) {
	found, err := db.Value[int](ctx, q, `select count(*) from suppressed where space = $1 and hash = $2`, space, SuppressionHash(space, n))
	return found > 0, err
}

// Erased says what an erasure removed.
type Erased struct {
	Name         string `json:"name"`
	Identifiers  int    `json:"identifiers" doc:"addresses, numbers and links of which only a hash is kept, so that an import does not bring the person back"`
	Interactions int    `json:"interactions" doc:"what happened between you and this person alone"`
	Titles       int    `json:"titles" doc:"titles of meetings and messages with others that held the name and were emptied"`
	Mentions     int    `json:"mentions" doc:"notes about other people that hold the name and were kept: they are about the others"`
}

// Erase removes a person that the viewer keeps, under every name, with all that is known of them. What happened between the viewer and them
// alone goes too; what happened with others stays without them, and counts for the others as before. Only hashes of the identifiers are
// kept, so that a later import does not bring the person back; with comeBack not even those.
func (s *Store) Erase(ctx context.Context, v op.Viewer, p Person, comeBack bool) (Erased, error) {
	defer s.db.After(ctx, s.dropViews)
	out := Erased{Name: p.Name}
	if p.ID == v.Person {
		return out, fault.New(fault.Invalid, "This is you: you cannot erase yourself from your own network.")
	}
	members, err := db.Value[int](ctx, s.db, `select count(*) from member where space = $1 and person = $2 and ended = 0`, v.Space, p.ID)
	if err != nil {
		return out, err
	}
	if members > 0 {
		return out, fault.New(fault.Conflict, "%s is a member of this space.", p.Name).WithHint("End the membership first.")
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		cluster, err := s.Cluster(ctx, tx, v.Space, p.ID)
		if err != nil {
			return err
		}
		in, args := db.In(2, cluster)
		args = append([]any{v.Space}, args...)
		identifiers, err := db.Select[Identifier](ctx, tx, `select distinct kind, value, '' as label, false as shared from identifier where space = $1 and person in (`+in+`)`, args...)
		if err != nil {
			return err
		}
		names, err := db.Values[string](ctx, tx, `select name from person where space = $1 and id in (`+in+`)`, args...)
		if err != nil {
			return err
		}
		if err := s.Note(ctx, tx, v, "erase", ""); err != nil { // that, not whom
			return err
		}
		if !comeBack {
			var hashes []any
			shared, err := s.sharedWithOthers(ctx, tx, v, cluster)
			if err != nil {
				return err
			}
			for _, n := range identifiers {
				if !slices.ContainsFunc(shared, func(o Identifier) bool { return o.Kind == n.Kind && o.Value == n.Value }) {
					hashes = append(hashes, v.Space, SuppressionHash(v.Space, n), v.Now.UnixMicro())
					continue
				}
				for _, name := range names { // the others who have it stay
					hashes = append(hashes, v.Space, SuppressionHash(v.Space, n.Under(name)), v.Now.UnixMicro())
				}
			}
			out.Identifiers = len(identifiers)
			if err := db.InsertMany(ctx, tx, `insert into suppressed (space, hash, at)`, 3, hashes, "on conflict do nothing"); err != nil {
				return err
			}
		}
		if err := s.eraseInteractions(ctx, tx, v, cluster, names, &out); err != nil {
			return err
		}
		if _, err := s.forget(ctx, tx, v.Space, cluster); err != nil {
			return err
		}
		if out.Mentions, err = mentions(ctx, tx, v, names); err != nil {
			return err
		}
		// An organisation that nobody is known of any more says only where the erased person worked.
		_, err = tx.ExecContext(ctx, `delete from organisation where space = $1 and owner = $2 and rest = ''
			and not exists (select 1 from person_role r where r.space = organisation.space and r.organisation = organisation.id)`, v.Space, v.Member)
		return db.Fault(err)
	})
	if err != nil {
		return out, err
	}
	return out, s.db.Scrub(ctx)
}

// sharedWithOthers returns the identifiers of a person that other people have too.
func (s *Store) sharedWithOthers(ctx context.Context, q db.Queryer, v op.Viewer, cluster []id.ID) ([]Identifier, error) {
	in, args := db.In(2, cluster)
	return db.Select[Identifier](ctx, q, `select distinct n.kind, n.value, '' as label, true as shared from identifier n
		join identifier o on o.space = n.space and o.owner = n.owner and o.kind = n.kind and o.value = n.value and o.person not in (`+in+`)
		where n.space = $1 and n.person in (`+in+`) order by n.kind, n.value`, append([]any{v.Space}, args...)...)
}

// eraseInteractions deletes what happened with nobody but the viewer, and empties the titles of the rest that hold one of the names.
func (s *Store) eraseInteractions(ctx context.Context, tx *db.Tx, v op.Viewer, cluster []id.ID, names []string, out *Erased) error {
	in, args := db.In(2, cluster)
	rows, err := db.Select[struct {
		ID     id.ID
		Title  string
		Others int
	}](ctx, tx, `select i.id, i.title, (select count(*) from participant o where o.space = i.space and o.interaction = i.id
				and o.person not in (`+in+`) and o.person <> `+placeholder(2+len(args))+`) as others
		from interaction i where i.space = $1 and i.id in (select interaction from participant where space = $1 and person in (`+in+`))`,
		append(append([]any{v.Space}, args...), v.Person)...)
	if err != nil {
		return err
	}
	var alone, named []id.ID
	for _, r := range rows {
		switch {
		case r.Others == 0:
			alone = append(alone, r.ID)
		case holdsName(r.Title, names):
			named = append(named, r.ID)
		}
	}
	out.Interactions, out.Titles = len(alone), len(named)
	for _, change := range []struct {
		statement string
		list      []id.ID
	}{{`delete from interaction`, alone}, {`update interaction set title = ''`, named}} {
		for _, chunk := range db.Chunks(change.list) {
			in, args := db.In(2, chunk)
			if _, err := tx.ExecContext(ctx, change.statement+` where space = $1 and id in (`+in+`)`, append([]any{v.Space}, args...)...); err != nil {
				return db.Fault(err)
			}
		}
	}
	return nil
}

// holdsName says whether a text holds a word of one of the names that is long enough to be told from other words.
func holdsName(body string, names []string) bool {
	words := text.Words(body)
	return slices.ContainsFunc(names, func(name string) bool {
		return slices.ContainsFunc(text.Words(name), func(w string) bool { return len([]rune(w)) >= 3 && slices.Contains(words, w) })
	})
}

// mentions counts the viewer's notes about others in which a whole name stands.
func mentions(ctx context.Context, tx db.Queryer, v op.Viewer, names []string) (int, error) {
	bodies, err := db.Values[string](ctx, tx, `select body from note where space = $1 and owner = $2`, v.Space, v.Member)
	if err != nil {
		return 0, err
	}
	count := 0
	for _, body := range bodies {
		folded := " " + strings.Join(text.Words(body), " ") + " "
		if slices.ContainsFunc(names, func(name string) bool {
			whole := strings.Join(text.Words(name), " ")
			return whole != "" && strings.Contains(folded, " "+whole+" ")
		}) {
			count++
		}
	}
	return count, nil
}
