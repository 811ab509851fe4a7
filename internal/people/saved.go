package people

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// SavedList is a list of people under a name: what it is asked by, not who is in it.
type SavedList struct {
	ID    id.ID       `json:"id"`
	Name  string      `json:"name"`
	Query PeopleQuery `json:"query" doc:"what people.list is asked"`
}

const (
	// mostLists is how many lists a member may keep.
	mostLists = 50
)

// bare is the query without the page that is shown, which is no part of a list that is kept.
func (q PeopleQuery) bare() PeopleQuery {
	q.Query, q.Limit, q.Offset = strings.TrimSpace(q.Query), 0, 0
	if q.Sort == "strength" {
		q.Sort = ""
	}
	return q
}

// Same says whether two queries ask for the same list.
func (q PeopleQuery) Same(other PeopleQuery) bool { return q.bare() == other.bare() }

// Lists returns the lists that the viewer keeps, by name.
func (s *Store) Lists(ctx context.Context, v op.Viewer) ([]SavedList, error) {
	rows, err := db.Select[struct {
		ID          id.ID
		Name, Query string
	}](ctx, s.db, `select id, name, query from people_list where space = $1 and owner = $2 order by name, id`,
		v.Space, v.Member)
	out := make([]SavedList, len(rows))
	for i, r := range rows {
		out[i] = SavedList{ID: r.ID, Name: r.Name}
		if err := json.Unmarshal([]byte(r.Query), &out[i].Query); err != nil {
			return nil, err
		}
	}
	return out, err
}

// KeepList keeps a list under a name; one of that name is asked by the new query from now on.
func (s *Store) KeepList(ctx context.Context, v op.Viewer, name string, q PeopleQuery) (id.ID, error) {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" {
		return id.Zero, fault.New(fault.Invalid, "Give the list a name.").WithField("name")
	}
	if q.bare() == (PeopleQuery{}) {
		return id.Zero, fault.New(fault.Invalid, "Choose a filter first: a list of everybody needs no name.").
			WithField("name")
	}
	query, err := json.Marshal(q.bare())
	if err != nil {
		return id.Zero, err
	}
	key := id.New()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		there, err := db.Value[int](ctx, tx, `select count(*) from people_list
			where space = $1 and owner = $2 and name <> $3`, v.Space, v.Member, name)
		if err == nil && there >= mostLists {
			err = fault.New(fault.Conflict, "You keep %d lists already. Remove one first.", mostLists)
		}
		if err != nil {
			return err
		}
		if _, err = db.Insert(ctx, tx, "people_list", db.Row{
			"space": v.Space, "id": key, "owner": v.Member, "name": name, "query": string(query),
			"created": v.Now.UnixMicro(),
		}, "on conflict (space, owner, name) do update set query = excluded.query"); err != nil {
			return err
		}
		key, err = db.Value[id.ID](ctx, tx, `select id from people_list
			where space = $1 and owner = $2 and name = $3`, v.Space, v.Member, name)
		return err
	})
	return key, err
}

// RemoveList forgets a list; who is in it stays.
func (s *Store) RemoveList(ctx context.Context, v op.Viewer, list id.ID) error {
	err := db.Found(db.Exec(ctx, s.db, `delete from people_list where space = $1 and owner = $2 and id = $3`,
		v.Space, v.Member, list))
	if fault.CodeOf(err) == fault.NotFound {
		return fault.New(fault.NotFound, "There is no such list.")
	}
	return err
}

// listings are the operations on lists that are kept.
func (s *Store) listings() []op.Operation {
	return []op.Operation{
		op.New("lists.list", http.MethodGet, "/lists", op.Member, "Show the lists of people that you keep.",
			func(ctx context.Context, v op.Viewer, _ op.None) (ListsOutput, error) {
				lists, err := s.Lists(ctx, v)
				return ListsOutput{lists}, err
			}),
		op.New("lists.keep", http.MethodPost, "/lists", op.Member, "Keep a list of people under a name.",
			func(ctx context.Context, v op.Viewer, in KeepListInput) (ListInput, error) {
				key, err := s.KeepList(ctx, v, in.Name, in.PeopleQuery)
				return ListInput{key}, err
			}).
			With("What it is asked by is kept, not who is in it: whoever fits later is in it too.",
				`gave lists keep Drukkers --tag drukker --place Utrecht`),
		op.New("lists.remove", http.MethodDelete, "/lists/{list}", op.Member,
			"Forget a list of people; who is in it stays.",
			func(ctx context.Context, v op.Viewer, in ListInput) (op.None, error) {
				return op.None{}, s.RemoveList(ctx, v, in.List)
			}),
	}
}

// KeepListInput is a list to keep.
type KeepListInput struct {
	Name string `json:"name" arg:"1" doc:"what the list is called" maxLength:"60"`
	PeopleQuery
}

// ListInput names a list.
type ListInput struct {
	List id.ID `json:"list" arg:"1" doc:"the id of the list"`
}

// ListsOutput shows lists.
type ListsOutput struct {
	Lists []SavedList `json:"lists"`
}

// Text prints a line a list.
func (o ListsOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, l := range o.Lists {
		fmt.Fprintf(&b, "%s  %-24s %s\n", l.ID, l.Name, l.Query.Address())
	}
	if len(o.Lists) == 0 {
		b.WriteString(p.T("Nothing noted yet.") + "\n")
	}
	return b.String()
}
