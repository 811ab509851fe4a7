package people

import (
	"time"

	"gave.network/internal/id"
	"gave.network/internal/scope"
	"gave.network/internal/text"
	"gave.network/internal/text/names"
)

// IdentifierKind says in what way an identifier recognises a person.
type IdentifierKind int

// The kinds of identifiers.
const (
	MailAddress IdentifierKind = iota + 1
	Telephone
	Link
	Handle // a name within a closed source, such as slack:T1/U2 or vcard:uid
)

// String returns the kind's English name.
func (k IdentifierKind) String() string {
	if k < MailAddress || k > Handle {
		return "unknown"
	}
	return [...]string{"", "mail", "telephone", "link", "handle"}[k]
}

// MarshalText writes the English name.
func (k IdentifierKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the English name.
func (k *IdentifierKind) UnmarshalText(text []byte) error {
	for i := MailAddress; i <= Handle; i++ {
		if i.String() == string(text) {
			*k = i
		}
	}
	return nil
}

// Certain says whether an identifier of this kind belongs to one person only.
func (k IdentifierKind) Certain() bool { return k != Telephone }

// Identifier is one way to recognise a person. Value is normalised: lower case mail, +31612345678,
// linkedin.com/in/slug.
type Identifier struct {
	Kind  IdentifierKind `json:"kind"`
	Value string         `json:"value"`
	Label string         `json:"label,omitempty"`
	// Shared says that other records have it too: then only a name tells which of them is meant.
	Shared bool `json:"shared,omitempty"`
}

// Under returns an identifier as one of several people has it: with the name. It is what an objection of one of them
// names.
func (n Identifier) Under(name string) Identifier {
	n.Value += "\x00" + text.Fold(names.Parse(name).Display())
	return n
}

// Ref is a person as others' records mention them.
type Ref struct {
	ID   id.ID  `json:"id"`
	Name string `json:"name"`
}

// Person is one row of the table person.
type Person struct {
	ID           id.ID
	Owner        id.ID
	Visibility   scope.Visibility
	Name         string
	Given        string
	Particle     string
	Family       string
	Prefix       string
	Suffix       string
	Nickname     string
	SortKey      string
	Organisation string
	Title        string
	Place        string
	Merged       id.ID
	Rest         string
	Import       id.ID
	Created      int64
	Updated      int64
	Photo        int64 // when the photo was added that is shown; 0 for none
}

// Field is something of which a person has one, in a word or a few. A new one is a column, a member of Person, of
// PersonDetail and of EditPersonInput, and an entry in Fields: storing, merging, searching, undo of imports, export and
// pages go by that.
type Field struct {
	Column string // of the table person
	Name   string // in operations and forms
	Label  string // in forms; English
	Fact   string // before it among the facts of a person; English, empty for what roles show
	// Work says that it goes with where somebody works: organisation and title are taken over together or not at all.
	Work   bool
	Of     func(*Person) *string
	Detail func(*PersonDetail) *string
	Edit   func(*EditPersonInput) **string
}

// Fields are the fields of a person.
var Fields = [...]Field{
	{
		Column: "nickname", Name: "nickname", Label: "Called", Fact: "called",
		Of:     func(p *Person) *string { return &p.Nickname },
		Detail: func(d *PersonDetail) *string { return &d.Nickname },
		Edit:   func(in *EditPersonInput) **string { return &in.Nickname },
	},
	{
		Column: "organisation", Name: "organisation", Label: "Organisation", Work: true,
		Of:     func(p *Person) *string { return &p.Organisation },
		Detail: func(d *PersonDetail) *string { return &d.Organisation },
		Edit:   func(in *EditPersonInput) **string { return &in.Organisation },
	},
	{
		Column: "title", Name: "role", Label: "Role", Work: true,
		Of:     func(p *Person) *string { return &p.Title },
		Detail: func(d *PersonDetail) *string { return &d.Role },
		Edit:   func(in *EditPersonInput) **string { return &in.Role },
	},
	{
		Column: "place", Name: "place", Label: "Place", Fact: "place",
		Of:     func(p *Person) *string { return &p.Place },
		Detail: func(d *PersonDetail) *string { return &d.Place },
		Edit:   func(in *EditPersonInput) **string { return &in.Place },
	},
}

// FieldColumns are the columns of the fields.
func FieldColumns() []string {
	out := make([]string, len(Fields))
	for i, f := range Fields {
		out[i] = f.Column
	}
	return out
}

// AllNames is a person's name and what else they are called.
func (p Person) AllNames() string { return p.Name + " " + p.Nickname }

// Role is a role in an organisation over time. From and Until are as precise as known: 2019, 2019-03 or 2019-03-01.
type Role struct {
	Organisation   string `json:"organisation"`
	OrganisationID id.ID  `json:"organisation_id"`
	Title          string `json:"title,omitempty"`
	Department     string `json:"department,omitempty"`
	From           string `json:"from,omitempty"`
	Until          string `json:"until,omitempty"`
}

// Note is something that a member wrote down about a person.
type Note struct {
	ID     id.ID     `json:"id"`
	Body   string    `json:"body"`
	At     time.Time `json:"at"`
	Source string    `json:"source"`
	Own    bool      `json:"own" doc:"you wrote it"`
}

// ImportantDate is a day in somebody's life. The year is 0 when not known.
type ImportantDate struct {
	Kind  string     `json:"kind"`
	Year  int        `json:"year,omitempty"`
	Month time.Month `json:"month"`
	Day   int        `json:"day"`
	// Visibility says who may see the date besides the member who recorded it.
	Visibility scope.Visibility `json:"visibility"`
	Own        bool             `json:"own" doc:"you recorded it yourself, and can remove it"`
}

// Next returns the first day from now on that the date comes round, in the zone of now. 29 February comes on 1 March in
// other years.
func (d ImportantDate) Next(now time.Time) time.Time {
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	next := time.Date(now.Year(), d.Month, d.Day, 0, 0, 0, 0, now.Location())
	if next.Before(today) {
		next = time.Date(now.Year()+1, d.Month, d.Day, 0, 0, 0, 0, now.Location())
	}
	return next
}
