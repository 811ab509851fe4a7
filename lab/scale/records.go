package scale

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/people"
	"gave.network/internal/people/identity"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/names"
)

// Record is what one source says of somebody.
type Record struct {
	ID          string      `json:"id"` // 32 hexadecimal digits; the smaller came first
	Name        string      `json:"name"`
	Identifiers [][2]string `json:"identifiers"` // kind (mail, link, handle or telephone) and value
	// Kept is set by Join: the record that this one was found to be, itself when it stands alone.
	Kept string `json:"kept,omitempty"`
}

// kinds are the identifiers that certainly name somebody, the surest first, and how each is written to be compared.
var kinds = []struct {
	kind   people.IdentifierKind
	normal func(value string) (string, bool)
}{
	{people.MailAddress, addresses.Mail},
	{people.Link, addresses.Link},
	{people.Handle, func(value string) (string, bool) { return strings.ToLower(value), value != "" }},
	{people.Telephone, func(value string) (string, bool) { return addresses.Phone(value, "NL") }},
}

// normal writes the identifiers of a record as they are compared, the surest first and those of a kind in the order of
// their values; what is none is left out.
func (r *Record) normal() (out []people.Identifier) {
	given := r.Identifiers
	r.Identifiers = [][2]string{}
	slices.SortFunc(given, func(a, b [2]string) int { return strings.Compare(a[1], b[1]) })
	for _, k := range kinds {
		for _, g := range given {
			value, ok := k.normal(g[1])
			n := people.Identifier{Kind: k.kind, Value: value}
			if g[0] == k.kind.String() && ok && !slices.Contains(out, n) {
				out = append(out, n)
				r.Identifiers = append(r.Identifiers, [2]string{k.kind.String(), value})
			}
		}
	}
	return out
}

// holder is a record that an identifier was met with.
type holder struct {
	record int
	name   names.Name
	none   bool
}

// alike is from what similarity of names on one record that names two people is of one person, as in an address book.
const alike = 0.6

// Join finds out which records are of one person, in the order in which they came: what importing them one after the
// other would, by the same rules (identity.StandsFor). Less certain pairs are left for the product to propose. It sorts
// the records.
func Join(records []Record) {
	slices.SortFunc(records, func(a, b Record) int { return strings.Compare(a.ID, b.ID) })
	top := make([]int, len(records))
	find := func(i int) int {
		for top[i] != i {
			top[i] = top[top[i]]
			i = top[i]
		}
		return i
	}
	of := make([][]names.Name, len(records)) // the names of each person, at the first of the records
	join := func(i, to int) {
		top[i] = to
		of[to], of[i] = append(of[to], of[i]...), nil
	}
	known := map[people.Identifier][]holder{}
	standing := func(n people.Identifier) (out []identity.Holder) {
		for _, h := range known[n] {
			out = append(out, identity.Holder{Person: numberID(find(h.record)), Name: h.name, None: h.none})
		}
		return out
	}
	for i := range records {
		top[i] = i
		list := records[i].normal()
		name := names.Parse(records[i].Name)
		none := records[i].Name == "" || strings.Contains(records[i].Name, "@")
		if !none {
			of[i] = []names.Name{name}
		}
		for _, n := range list {
			if s, ok := identity.StandsFor(n, standing(n), name, none); ok {
				join(i, find(known[n][s.At].record))
				break
			}
		}
		for _, n := range list {
			holders := standing(n)
			if len(holders) > 0 && !none && !identity.Public(n, holders) {
				// The record names somebody else too: one person, when both are called alike.
				h := known[n][0]
				similar, _ := names.Similarity(h.name, name)
				least := names.Silent
				if n.Kind == people.Telephone {
					least = names.Agree
				}
				one, other := find(h.record), find(i)
				if one != other && !h.none && similar >= alike && names.Agreeing(h.name, name) >= least &&
					!clash(of[one], of[other]) {
					join(max(one, other), min(one, other))
				}
			}
			if n.Kind == people.Handle && len(holders) > 0 {
				continue // an account of a source is one person's
			}
			known[n] = append(known[n], holder{i, name, none})
		}
	}
	for i := range records {
		records[i].Kept = records[find(i)].ID
	}
}

// clash says whether some name of one person clashes with one of another, or is marked as the father's or the son's.
func clash(a, b []names.Name) bool {
	return slices.ContainsFunc(a, func(x names.Name) bool {
		return slices.ContainsFunc(b, func(y names.Name) bool {
			return names.Agreeing(x, y) == names.Clash || names.OtherGeneration(x, y)
		})
	})
}

// numberID is an id for a number.
func numberID(n int) (out id.ID) {
	for i := range 8 {
		out[15-i] = byte(n >> (8 * i))
	}
	return out
}

// longestLine bounds the records that are joined at once: those that share identifiers, directly or not.
const longestLine = 1 << 28

// Records reads lines, each a JSON list of records, and writes each back with the records joined.
func Records(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 1<<16), longestLine)
	buffered := bufio.NewWriterSize(out, 1<<16)
	to := json.NewEncoder(buffered)
	for n := 1; lines.Scan(); n++ {
		var records []Record
		if err := json.Unmarshal(lines.Bytes(), &records); err != nil {
			return fmt.Errorf("scale: line %d: %w", n, err)
		}
		for _, r := range records {
			if key, err := hex.DecodeString(r.ID); err != nil || len(key) != len(id.Zero) {
				return fmt.Errorf("scale: line %d: the id of a record has no 16 bytes: %q", n, r.ID)
			}
		}
		Join(records)
		if err := to.Encode(records); err != nil {
			return err
		}
	}
	return errors.Join(lines.Err(), buffered.Flush())
}
