// Package apitest has an address book in memory whose operations use all that an operation can have. The tests of the
// three faces run on it: each operation really does what it says.
package apitest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/progress"
)

// Person is someone in the book.
type Person struct {
	ID      id.ID     `json:"id" doc:"Identifier of the person."`
	Name    string    `json:"name" doc:"Full name." example:"Anna de Wit"`
	Emails  []string  `json:"emails" doc:"Mail addresses, the most used first."`
	Kind    string    `json:"kind" doc:"How you know the person." enum:"friend,colleague,neighbour"`
	Added   time.Time `json:"added" doc:"When the person was added."`
	Warmth  float64   `json:"warmth" doc:"From 0 to 1."`
	Address *Address  `json:"address,omitempty" doc:"Where the person lives."`
}

// Address is where a person lives.
type Address struct {
	Place string `json:"place" doc:"Town." example:"Utrecht"`
}

// People is a list of persons.
type People struct {
	People []Person `json:"people" doc:"The people found."`
}

// ListIn asks for people.
type ListIn struct {
	Query string `json:"query,omitempty" doc:"Words in the name." maxLength:"100"`
	Limit int    `json:"limit,omitempty" doc:"At most so many." default:"20" minimum:"1" maximum:"1000"`
	Kind  string `json:"kind,omitempty" doc:"Only people of this kind." enum:"friend,colleague,neighbour"`
	// Since has no counterpart in cli.md; it is here because dates are a kind of field.
	Since  time.Time `json:"since,omitempty" doc:"Only people added since then."`
	Places []string  `json:"place,omitempty" doc:"Only people who live in one of these places."`
}

// CheckIn has flags that are called like flags of every command, and a list that is written with commas.
type CheckIn struct {
	Words []string  `json:"words,omitempty" doc:"Words to look for." split:","`
	Lang  string    `json:"lang,omitempty" doc:"Language of the words." enum:"nl,en,fr"`
	AsOf  time.Time `json:"as_of,omitempty" doc:"Leave out what is younger."`
}

// OneIn names a person.
type OneIn struct {
	Person string `json:"person" arg:"1" doc:"Identifier, mail address or name." example:"anna@example.org"`
}

// AddIn adds a person.
type AddIn struct {
	Name    string   `json:"name" arg:"1" doc:"Full name." maxLength:"60" example:"Anna de Wit"`
	Emails  []string `json:"emails,omitempty" arg:"2" doc:"Mail addresses." example:"anna@example.org"`
	Kind    string   `json:"kind,omitempty" doc:"How you know the person." enum:"friend,colleague,neighbour" default:"friend"`
	Warmth  float64  `json:"warmth,omitempty" doc:"From 0 to 1." minimum:"0" maximum:"1"`
	Address *Address `json:"address,omitempty" doc:"Where the person lives."`
	Key     id.ID    `json:"key,omitempty" doc:"Identifier to give to the person."`
}

// RenameIn gives a person another name.
type RenameIn struct {
	ID   id.ID  `json:"id" arg:"1" doc:"Identifier of the person."`
	Name string `json:"name" arg:"2" doc:"The new name." maxLength:"60"`
}

// NoteIn is a line to understand.
type NoteIn struct {
	Text    string `json:"text" arg:"1" doc:"What happened, in one line."`
	Preview bool   `json:"preview,omitempty" doc:"Only show what was understood."`
}

// Note is what was understood.
type Note struct {
	Line   string    `json:"text"`
	Time   time.Time `json:"time"`
	Stored bool      `json:"stored"`
}

// Text implements op.Texter.
func (n Note) Text(p *locale.Printer) string {
	return fmt.Sprintf("%s: %s", p.Date(n.Time), n.Line)
}

// ImportIn names files.
type ImportIn struct {
	Paths []string `json:"paths" arg:"1" doc:"Files to read."`
}

// Imported is the report of an import.
type Imported struct {
	Added    int        `json:"added" doc:"People added."`
	Rejected []Rejected `json:"rejected" doc:"Lines that could not be read."`
}

// Rejected is a line that could not be read.
type Rejected struct {
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// ExitCode is 3 when some records were rejected.
func (i Imported) ExitCode() int {
	if len(i.Rejected) > 0 {
		return 3
	}
	return 0
}

// UndoIn names an import.
type UndoIn struct {
	Number int `json:"number" arg:"1" doc:"Number of the import." minimum:"1"`
}

// Imports is a list of imports.
type Imports struct {
	Imports []Import `json:"imports"`
}

// Import is one import.
type Import struct {
	Number int `json:"number"`
	Added  int `json:"added"`
}

// Book is an address book in memory.
type Book struct {
	mu      sync.Mutex
	people  []Person
	imports [][]id.ID
}

// bookFile is how a book is kept in a file.
type bookFile struct {
	People  []Person
	Imports [][]id.ID
}

// MarshalJSON implements json.Marshaler.
func (b *Book) MarshalJSON() ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return json.Marshal(bookFile{b.people, b.imports})
}

// UnmarshalJSON implements json.Unmarshaler.
func (b *Book) UnmarshalJSON(text []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var file bookFile
	err := json.Unmarshal(text, &file)
	b.people, b.imports = file.People, file.Imports
	return err
}

// Add adds a person with that name and returns it.
func (b *Book) Add(name string, emails ...string) Person {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := Person{
		ID: id.New(), Name: name, Emails: emails, Kind: "friend", Added: time.Date(2026, 5, 3, 15, 0, 0, 0, time.UTC),
	}
	b.people = append(b.people, p)
	return p
}

// Registry returns the operations of the book.
func (b *Book) Registry() *op.Registry {
	r := &op.Registry{}
	r.Add(
		op.New("people.list", http.MethodGet, "/people", op.Guest, "List people", b.list).
			With("Shows the people of the book by name.", "gave people list --query anna --limit 5"),
		op.New("people.show", http.MethodGet, "/people/{person}", op.Guest, "Show a person", b.show).
			With("", "gave people show anna@example.org"),
		op.New("people.add", http.MethodPost, "/people", op.Member, "Add a person", b.add).
			With("", `gave people add "Anna de Wit" anna@example.org`),
		op.New("people.rename", http.MethodPut, "/people/{id}/name", op.Member, "Give a person another name", b.rename),
		op.New("people.remove", http.MethodDelete, "/people/{person}", op.Owner, "Remove a person", b.remove),
		op.New("capture", http.MethodPost, "/capture", op.Member, "Note what happened in one line", b.note).
			With("Dutch or English.", "gave capture lunch @anna yesterday"),
		op.New("praise.check", http.MethodGet, "/praise/check", op.Guest, "Say what was asked", b.check),
		op.New("import", http.MethodPost, "/imports", op.Member, "Read people from files", b.read).Local().
			With("One name a line.", "gave import people.txt"),
		op.New("import.list", http.MethodGet, "/imports", op.Member, "List imports", b.listImports),
		op.New("import.undo", http.MethodDelete, "/imports/{number}", op.Member, "Undo one import", b.undo),
		op.New("doctor", http.MethodGet, "/doctor", op.Anonymous, "Check the book", b.doctor),
	)
	return r
}

func (b *Book) list(_ context.Context, _ op.Viewer, in ListIn) (People, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out People
	for _, p := range b.people {
		switch {
		case !strings.Contains(strings.ToLower(p.Name), strings.ToLower(in.Query)), in.Kind != "" && p.Kind != in.Kind,
			p.Added.Before(in.Since):
			continue
		case len(in.Places) > 0 && (p.Address == nil || !slices.Contains(in.Places, p.Address.Place)):
			continue
		}
		out.People = append(out.People, p)
	}
	slices.SortFunc(out.People, func(a, b Person) int { return cmp.Compare(a.Name, b.Name) })
	out.People = out.People[:min(len(out.People), in.Limit)]
	return out, nil
}

func (b *Book) find(person string) (int, error) {
	i := slices.IndexFunc(b.people, func(p Person) bool {
		return p.ID.String() == person || p.Name == person || slices.Contains(p.Emails, person)
	})
	if i < 0 {
		return 0, fault.New(fault.NotFound, "There is nobody called %q.", person).
			WithHint("gave people list shows everybody.").WithField("person")
	}
	return i, nil
}

func (b *Book) show(_ context.Context, _ op.Viewer, in OneIn) (Person, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i, err := b.find(in.Person)
	if err != nil {
		return Person{}, err
	}
	return b.people[i], nil
}

func (b *Book) add(_ context.Context, v op.Viewer, in AddIn) (Person, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i, err := b.find(in.Name); err == nil {
		return Person{}, fault.New(fault.Conflict, "%s is in the book already.", b.people[i].Name).WithField("name")
	}
	p := Person{
		ID: in.Key, Name: in.Name, Emails: in.Emails, Kind: in.Kind, Added: v.Now, Warmth: in.Warmth,
		Address: in.Address,
	}
	if p.ID.IsZero() {
		p.ID = id.New()
	}
	b.people = append(b.people, p)
	return p, nil
}

func (b *Book) rename(_ context.Context, _ op.Viewer, in RenameIn) (Person, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i, err := b.find(in.ID.String())
	if err != nil {
		return Person{}, err
	}
	b.people[i].Name = in.Name
	return b.people[i], nil
}

func (b *Book) remove(_ context.Context, _ op.Viewer, in OneIn) (op.None, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i, err := b.find(in.Person)
	if err != nil {
		return op.None{}, err
	}
	b.people = slices.Delete(b.people, i, i+1)
	return op.None{}, nil
}

func (b *Book) check(_ context.Context, v op.Viewer, in CheckIn) (CheckIn, error) {
	if in.AsOf.After(v.Now) {
		return in, fault.New(fault.Invalid, "%s is to come.", "as_of").WithField("as_of")
	}
	return in, nil
}

func (b *Book) note(_ context.Context, v op.Viewer, in NoteIn) (Note, error) {
	return Note{Line: in.Text, Time: v.Now, Stored: !in.Preview}, nil
}

func (b *Book) read(ctx context.Context, v op.Viewer, in ImportIn) (Imported, error) {
	var out Imported
	var added []id.ID
	for n, path := range in.Paths {
		progress.Report(ctx, int64(n), int64(len(in.Paths)), path)
		text, err := os.ReadFile(path)
		if err != nil {
			return out, fault.Wrap(err, fault.Invalid, "%s cannot be read.", path).WithField("paths")
		}
		for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
			p, err := b.add(ctx, v, AddIn{Name: strings.TrimSpace(line), Kind: "friend"})
			if line == "" {
				err = fault.New(fault.Invalid, "the line is empty")
			}
			if err != nil {
				out.Rejected = append(out.Rejected, Rejected{path, i + 1, err.Error()})
				continue
			}
			added = append(added, p.ID)
		}
	}
	out.Added = len(added)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.imports = append(b.imports, added)
	return out, nil
}

func (b *Book) listImports(context.Context, op.Viewer, op.None) (Imports, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out Imports
	for i, added := range b.imports {
		out.Imports = append(out.Imports, Import{i + 1, len(added)})
	}
	return out, nil
}

func (b *Book) undo(_ context.Context, _ op.Viewer, in UndoIn) (op.None, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if in.Number > len(b.imports) {
		return op.None{}, fault.New(fault.NotFound, "There is no import %d.", in.Number)
	}
	b.people = slices.DeleteFunc(b.people, func(p Person) bool { return slices.Contains(b.imports[in.Number-1], p.ID) })
	b.imports[in.Number-1] = nil
	return op.None{}, nil
}

// Health is the state of the book.
type Health struct {
	People int `json:"people"`
}

func (b *Book) doctor(context.Context, op.Viewer, op.None) (Health, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.people {
		if p.Name == "" {
			panic("a person without a name") // so that tests can see what becomes of a panic
		}
	}
	return Health{People: len(b.people)}, nil
}
