package room

import (
	"reflect"
	"slices"
	"strings"
)

// Kind says what the values of a column are.
type Kind int

// The kinds of columns.
const (
	Plain   Kind = iota // figures, moments, flags, and words of a fixed vocabulary: nothing of anybody
	Key                 // the id of the row
	Owner               // the member who keeps the row
	Seen                // who may see the row
	Person              // a person of the network, or none
	Link                // a row of another table, or none
	Import              // the import that brought the row, or none when it was typed by hand
	Words               // text that somebody wrote or a file brought: it may name anybody
	Own                 // text about the row's own person, which goes with the row
	Address             // an address, number or name under which somebody is recognised
	Secret              // keys and digests: never in an export
)

// Rule says what becomes of a row when the person in a column is erased.
type Rule int

// The rules.
const (
	Goes    Rule = iota // the row goes
	Cleared             // the row stays, with nobody in the column
)

// Column is a column of a table.
type Column struct {
	Name   string
	Kind   Kind
	Rule   Rule   // of a Person
	Holds  bool   // a Person that is named here stays when the import that brought it is taken back
	Table  string // to which a Link leads
	Why    string // why text stays although it may hold a name, shown for review: see Kept
	Unique bool   // no two rows of one owner, person or parent have the same text here
	// Least and Most bound the numbers that may stand here, which number the words of a vocabulary; both 0 for any
	// number.
	Least, Most int64
	// Shape is the type that the text here is the JSON of; nil for text of any kind.
	Shape reflect.Type
}

// Table is a table with the meaning of its columns. The column space, which nearly all have, is not among them.
type Table struct {
	Name    string
	Title   string // what the rows are called, in English and in the plural; a key of translation
	Columns []Column
	// Parent is the table whose rows these rows belong to, by ParentColumn and its id; they are as private as the
	// parent.
	Parent       string
	ParentColumn string
	// Anchor is the condition, with %s for the alias, that a row is within the space $1, where a table has no column
	// space.
	Anchor string
	// Order names the columns by which rows are read fastest, in one order; empty for the key, or for all columns where
	// there is none.
	Order []string
	// Derived tables can be made again from the others.
	Derived bool
	// NotExported says why no export holds the rows; empty when it does.
	NotExported string
	// Same tells the rows that two imports can both bring; empty where each import has its own.
	Same Same
}

// Same are the columns by which a row is the same one when another import brings it too.
type Same struct {
	Person string
	Item   string // a row of another table, or the id of the row; empty for none
	Words  []string
}

// Word returns the words of a row as SQL of both databases, under an alias; Go joins them with a bar.
func (s Same) Word(alias string) string {
	if len(s.Words) == 0 {
		return "''"
	}
	parts := make([]string, len(s.Words))
	for i, column := range s.Words {
		parts[i] = "cast(" + alias + "." + column + " as text)"
	}
	return strings.Join(parts, " || '|' || ")
}

// Of begins the description of a table. title says in English and in the plural what its rows are.
func Of(name, title string) Table { return Table{Name: name, Title: title} }

func (t Table) with(kind Kind, names ...string) Table {
	t.Columns = slices.Clone(t.Columns)
	for _, name := range names {
		t.Columns = append(t.Columns, Column{Name: name, Kind: kind})
	}
	return t
}

// Key names the column with the id of a row.
func (t Table) Key(name string) Table { return t.with(Key, name) }

// Owner names the column with the member who keeps a row.
func (t Table) Owner(name string) Table { return t.with(Owner, name) }

// Seen names the column that says who may see a row.
func (t Table) Seen(name string) Table { return t.with(Seen, name).Bounds(name, 0, 2) }

// Import names the column with the import that brought a row.
func (t Table) Import(name string) Table { return t.with(Import, name) }

// Plain names columns that say nothing of anybody.
func (t Table) Plain(names ...string) Table { return t.with(Plain, names...) }

// Words names columns with text that may name anybody.
func (t Table) Words(names ...string) Table { return t.with(Words, names...) }

// Bounds says which numbers may stand in a column that was named before: those of a vocabulary. Another one would be a
// word that nobody knows.
func (t Table) Bounds(name string, least, most int64) Table {
	t.Columns = slices.Clone(t.Columns)
	i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	t.Columns[i].Least, t.Columns[i].Most = least, most
	return t
}

// JSON says that the text in a column that was named before is empty or the JSON of a value of this type.
func (t Table) JSON(name string, like any) Table {
	t.Columns = slices.Clone(t.Columns)
	i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	t.Columns[i].Shape = reflect.TypeOf(like)
	return t
}

// Unique names a column with text that may name anybody, of which no two rows of one owner, person or parent have the
// same.
func (t Table) Unique(name string) Table {
	t = t.with(Words, name)
	t.Columns[len(t.Columns)-1].Unique = true
	return t
}

// Own names columns with text about the row's own person.
func (t Table) Own(names ...string) Table { return t.with(Own, names...) }

// Address names columns by which somebody is recognised.
func (t Table) Address(names ...string) Table { return t.with(Address, names...) }

// Secret names columns with keys and digests.
func (t Table) Secret(names ...string) Table { return t.with(Secret, names...) }

// Link names a column that leads to a row of another table.
func (t Table) Link(name, table string) Table {
	t = t.with(Link, name)
	t.Columns[len(t.Columns)-1].Table = table
	return t
}

// Person names a column with a person who stays for it when an import is taken back, and what becomes of the row when
// the person is erased.
func (t Table) Person(name string, rule Rule) Table {
	t = t.Mention(name, rule)
	t.Columns[len(t.Columns)-1].Holds = true
	return t
}

// Mention names a column with a person whom the row alone does not keep here.
func (t Table) Mention(name string, rule Rule) Table {
	t = t.with(Person, name)
	t.Columns[len(t.Columns)-1].Rule = rule
	return t
}

// Kept names a column with text that is not changed when it names somebody who is erased, and says why; it is named for
// review.
func (t Table) Kept(name, why string) Table {
	t = t.with(Words, name)
	t.Columns[len(t.Columns)-1].Why = why
	return t
}

// Below says that the rows belong to rows of another table, which this column names.
func (t Table) Below(column, parent string) Table {
	t.Parent, t.ParentColumn = parent, column
	return t.with(Link, column)
}

// OfPerson says that the rows are as private as the person in a column, and go with that person, who stays for them.
func (t Table) OfPerson(column string) Table {
	t = t.Person(column, Goes)
	t.Parent, t.ParentColumn = "person", column
	return t
}

// Anchored says how a row is known to be within the space $1, with %s for the alias, where a table has no column space.
func (t Table) Anchored(condition string) Table {
	t.Anchor = condition
	return t
}

// SameBy names the columns that tell a row when a second import brings it too: the person, the row of another table or
// none, and words of which only the last may hold anything.
func (t Table) SameBy(person, item string, words ...string) Table {
	t.Same = Same{person, item, words}
	return t
}

// Within returns the condition that a row under an alias is within the space $1.
func (t Table) Within(alias string) string {
	if t.Anchor == "" {
		return alias + ".space = $1"
	}
	return strings.ReplaceAll(t.Anchor, "%s", alias)
}

// InOrder names the columns of the primary key, without the space: in their order the rows are read fastest.
func (t Table) InOrder(columns ...string) Table {
	t.Order = columns
	return t
}

// MadeAgain marks a table as derived from others.
func (t Table) MadeAgain() Table {
	t.Derived = true
	return t
}

// NoOutput is why a table is withheld whose rows nobody but their owner may ever infer, by any output.
const NoOutput = "private to its owner for ever: no output holds it"

// Withheld marks a table whose rows are in no export, and says why.
func (t Table) Withheld(why string) Table {
	t.NotExported = why
	return t
}

// Column returns the name of the first column of a kind; empty when there is none.
func (t Table) Column(kind Kind) string {
	for _, c := range t.Columns {
		if c.Kind == kind {
			return c.Name
		}
	}
	return ""
}

// All returns the columns of a kind.
func (t Table) All(kind Kind) []Column {
	var out []Column
	for _, c := range t.Columns {
		if c.Kind == kind {
			out = append(out, c)
		}
	}
	return out
}

// Tables returns the tables of all rooms in their order: what rows belong to comes before them.
func Tables(rooms []Room) []Table {
	var out []Table
	for _, r := range rooms {
		out = append(out, r.Tables...)
	}
	return out
}

// Find returns the table of that name.
func Find(tables []Table, name string) (Table, bool) {
	i := slices.IndexFunc(tables, func(t Table) bool { return t.Name == name })
	if i < 0 {
		return Table{}, false
	}
	return tables[i], true
}

// Mine returns the condition that a row of a table, under an alias, is a member's, whose id stands in the placeholder.
// It is empty for tables that are nobody's.
func Mine(tables []Table, t Table, alias, placeholder string) string {
	if owner := t.Column(Owner); owner != "" {
		return alias + "." + owner + " = " + placeholder
	}
	if t.Parent == "" {
		return ""
	}
	parent, ok := Find(tables, t.Parent)
	if !ok {
		return ""
	}
	up := "of_" + alias
	inner := Mine(tables, parent, up, placeholder)
	if inner == "" {
		return ""
	}
	return `exists (select 1 from ` + parent.Name + ` ` + up + ` where ` + up + `.space = ` + alias + `.space and ` +
		up + `.` + parent.Column(Key) + ` = ` +
		alias + `.` + t.ParentColumn + ` and ` + inner + `)`
}
