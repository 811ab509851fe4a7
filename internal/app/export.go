package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"gave.network/internal/id"
	"gave.network/internal/network"
	"gave.network/internal/op"
)

// exported are the operations whose answers make an export, beside the people. Who had rather not be together is in none of them, by design.
var exported = []string{
	"profile.show", "organisations.list", "give.list", "give.returns", "commons.list", "praise.list", "ask.list", "introductions.list", "goodwill.facts",
	"colleagues.positions", "colleagues.observations", "power.goals", "merges.list", "import.list",
}

// all is a limit that no list reaches.
const all = 1_000_000

// ExportedPerson is what is known of a person.
type ExportedPerson struct {
	network.PersonDetail
	Timeline []network.Event `json:"timeline"`
}

// Export writes what the viewer may see as one JSON object: each list under the name of its operation, and everybody with their timeline. With a person it
// writes only what has to do with that person.
func (a *App) Export(ctx context.Context, v op.Viewer, w io.Writer, person string) error {
	var only *network.Person
	var names []string // under which the person may stand in a list
	if person != "" {
		found, err := a.Network.Resolve(ctx, v, person)
		if err != nil {
			return err
		}
		cluster, err := a.Network.Cluster(ctx, a.DB, v.Space, found.ID)
		if err != nil {
			return err
		}
		for _, key := range cluster {
			names = append(names, key.String())
		}
		only = &found
	}
	if err := v.May(op.Member); err != nil {
		return err
	}
	if err := a.Account.Record(ctx, a.DB, v, "export", ""); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "{\n\"format\": \"gave-export-1\",\n\"at\": %q", v.Now.UTC().Format(time.RFC3339))
	for _, name := range exported {
		answer, err := a.list(ctx, v, name)
		if err != nil {
			return err
		}
		if only != nil {
			if answer, err = about(answer, names); err != nil {
				return err
			}
			if answer == nil {
				continue
			}
		}
		if err := member(out, name, answer); err != nil {
			return err
		}
	}
	if only != nil {
		tie, err := a.Network.ExplainTie(ctx, v, network.Person{ID: v.Person}, *only)
		if err != nil {
			return err
		}
		if err := member(out, "tie.show", tie); err != nil {
			return err
		}
	}
	out.WriteString(",\n\"people\": [")
	if err := a.exportPeople(ctx, v, out, only); err != nil {
		return err
	}
	out.WriteString("\n]\n}\n")
	return out.Flush()
}

func member(out *bufio.Writer, name string, value any) error {
	text, err := json.Marshal(value)
	fmt.Fprintf(out, ",\n%q: %s", name, text)
	return err
}

// list calls an operation that lists, without a limit.
func (a *App) list(ctx context.Context, v op.Viewer, name string) (any, error) {
	o, ok := a.Operations.Find(name)
	if !ok {
		return nil, fmt.Errorf("there is no operation %s", name)
	}
	in := reflect.New(o.In).Elem()
	if limit := in.FieldByName("Limit"); limit.IsValid() {
		limit.SetInt(all)
	}
	return o.Call(ctx, v, in.Interface())
}

// about keeps of the lists of an answer what has one of the names in it; nil when nothing is left.
func about(answer any, names []string) (any, error) {
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, err
	}
	out := map[string][]json.RawMessage{}
	for key, value := range fields {
		var list, kept []json.RawMessage
		if json.Unmarshal(value, &list) != nil {
			continue // no list
		}
		for _, item := range list {
			for _, name := range names {
				if strings.Contains(string(item), name) {
					kept = append(kept, item)
					break
				}
			}
		}
		if len(kept) > 0 {
			out[key] = kept
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

func (a *App) exportPeople(ctx context.Context, v op.Viewer, out *bufio.Writer, only *network.Person) error {
	first := true
	write := func(p network.Person) error {
		detail, err := a.Network.Detail(ctx, v, p)
		if err != nil {
			return err
		}
		events, err := a.Network.Timeline(ctx, v, p.ID, v.Now.AddDate(100, 0, 0), all)
		if err != nil {
			return err
		}
		text, err := json.Marshal(ExportedPerson{detail, events})
		if !first {
			out.WriteString(",")
		}
		first = false
		fmt.Fprintf(out, "\n%s", text)
		return err
	}
	if only != nil {
		return write(*only)
	}
	const page = 500
	for offset := 0; ; offset += page {
		list, err := a.Network.People(ctx, v, network.PeopleQuery{Sort: "name", Limit: page, Offset: offset})
		if err != nil {
			return err
		}
		var keys []id.ID
		for _, p := range list.People {
			keys = append(keys, p.ID)
		}
		people, err := a.Network.PeopleByID(ctx, v, keys)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if err := write(people[key]); err != nil {
				return err
			}
		}
		if !list.More {
			return nil
		}
	}
}
