package people

import (
	"context"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/room"
)

// Card is a card of an address book by which an import brought somebody: the handle that the card has, in lower case.
type Card struct {
	Handle string
	// Name is what the card calls the person now; empty when the card is gone.
	Name string
}

// TakeCards takes back, within a transaction, what an import said of people by cards that are gone from their address
// book or that are about to be read anew, and returns the handles of all cards by which the import knows these people.
// What others said of them stays. Who has only a card that is gone, goes; who has one that changed is called as it
// says, unless a human said otherwise; who has another card there too stays.
func (s *Store) TakeCards(ctx context.Context, tx *db.Tx, v op.Viewer, importID id.ID, cards []Card) ([]string, error) {
	if len(cards) == 0 {
		return nil, nil
	}
	handles := make([]string, len(cards))
	names := map[string]string{}
	for i, c := range cards {
		handles[i], names[c.Handle] = c.Handle, c.Name
	}
	type holder struct {
		Value  string
		Person id.ID
	}
	var who []holder
	for _, chunk := range db.Chunks(handles) {
		in, args := db.In(4, chunk)
		found, err := db.Select[holder](ctx, tx, `select value, person from identifier where space = $1 and owner = $2
			and kind = $3 and value in (`+in+`) order by value, person`,
			append([]any{v.Space, v.Member, Handle}, args...)...)
		if err != nil {
			return nil, err
		}
		who = append(who, found...)
	}
	stay, all := map[id.ID]string{}, map[id.ID]bool{}
	var persons []id.ID
	for _, h := range who {
		if !all[h.Person] {
			all[h.Person] = true
			persons = append(persons, h.Person)
		}
		if name := names[h.Value]; name != "" {
			stay[h.Person] = name
		}
	}
	var also []string
	// What is taken back stands for a moment in an import of its own, by which all the rules of taking back hold.
	aside := id.New()
	if _, err := db.Insert(ctx, tx, "import", db.Row{
		"space": v.Space, "id": aside, "owner": v.Member, "visibility": 0, "state": "done", "message": "",
		"options": "{}", "folder": "", "worker": "", "claimed": 0, "started": 0, "finished": 0,
	}, ""); err != nil {
		return nil, err
	}
	for _, chunk := range db.Chunks(persons) {
		in, args := db.In(4, chunk)
		known, err := db.Select[holder](ctx, tx, `select value, person from identifier where space = $1 and import = $2
			and kind = $3 and person in (`+in+`) order by value, person`,
			append([]any{v.Space, importID, Handle}, args...)...)
		if err != nil {
			return nil, err
		}
		for _, h := range known {
			also = append(also, h.Value)
			if _, given := names[h.Value]; !given && stay[h.Person] == "" {
				stay[h.Person] = ""
			}
		}
		args = append([]any{v.Space, importID, aside}, args...)
		move := func(table, person, where string) error {
			_, err := tx.ExecContext(ctx, `update `+table+` set import = $3 where space = $1 and import = $2
				and `+person+` in (`+in+`)`+where, args...)
			return db.Fault(err)
		}
		for _, t := range s.Tables() {
			if t.Same.Person != "person" || t.Column(room.Import) == "" {
				continue
			}
			if err := move(t.Name, "person", ""); err != nil {
				return nil, err
			}
		}
		if err := move("import_seen", "person", ""); err != nil {
			return nil, err
		}
		if err := move("person", "id", ""); err != nil {
			return nil, err
		}
	}
	for person, name := range stay {
		if err := s.stays(ctx, tx, v, importID, aside, person, name); err != nil {
			return nil, err
		}
	}
	if err := s.takeBack(ctx, tx, v, aside); err != nil {
		return nil, err
	}
	_, err := db.Exec(ctx, tx, `delete from import where space = $1 and id = $2`, v.Space, aside)
	return also, err
}

// stays keeps a person whose card changed: the record, and the handles by which the new card finds it. The addresses of
// who was met stay too: they may have been met under them.
func (s *Store) stays(ctx context.Context, tx *db.Tx, v op.Viewer, importID, aside, person id.ID, name string) error {
	if _, err := db.Exec(ctx, tx, `update identifier set import = $3 where space = $1 and import = $2 and person = $4
		and (kind = $5 or kind = $6 and exists (select 1 from participant p where p.space = identifier.space
		and p.person = identifier.person))`, v.Space, aside, importID, person, Handle, MailAddress); err != nil {
		return err
	}
	brought, err := db.Exec(ctx, tx, `update person set import = $3 where space = $1 and import = $2 and id = $4`,
		v.Space, aside, importID, person)
	if err != nil || brought == 0 { // the record is another import's, or a human's
		return err
	}
	for _, field := range sourced[1:] {
		if _, err := db.Exec(ctx, tx, `update person set `+field+` = '' where space = $1 and id = $2
			and not exists (select 1 from person_field f where f.space = person.space and f.person = person.id
			and f.field = $3)`, v.Space, person, field); err != nil {
			return err
		}
	}
	if name == "" {
		return nil
	}
	var p Person
	p.Named(name)
	_, err = db.Update(ctx, tx, "person", db.Row{
		"name": p.Name, "given": p.Given, "particle": p.Particle, "family": p.Family, "prefix": p.Prefix,
		"suffix": p.Suffix, "sort_key": p.SortKey,
	}, `space = $1 and id = $2 and not exists
		(select 1 from person_field f where f.space = $1 and f.person = $2 and f.field = 'name')`, v.Space, person)
	return err
}
