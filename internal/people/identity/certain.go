package identity

import (
	"slices"

	"gave.network/internal/id"
	"gave.network/internal/people"
	"gave.network/internal/text"
	"gave.network/internal/text/addresses"
	"gave.network/internal/text/mailboxes"
	"gave.network/internal/text/names"
)

// Holder is a record that has an identifier.
type Holder struct {
	Person id.ID // whom the record was found to be; itself when it stands alone
	Name   names.Name
	None   bool // there is no name: only an address, a number or a handle
}

// Standing is which of the records that have an identifier one with a name is.
type Standing struct {
	At    int   // the place among the holders
	Other bool  // it is the same person under another name
	Apart []int // the places of those whom the names keep apart, each person once; also when nobody was found
}

// manyPeople is from how many people an identifier says nothing of any one of them: a reception, a firm's web page.
const manyPeople = 3

// Public says that an identifier belongs to a role or to many people, and so tells nothing of any one of them.
func Public(n people.Identifier, holders []Holder) bool {
	return peopleOf(holders) >= manyPeople || n.Kind == people.MailAddress && mailboxes.Shared(n.Value)
}

func peopleOf(holders []Holder) (count int) {
	for i, h := range holders {
		if !slices.ContainsFunc(holders[:i], func(o Holder) bool { return o.Person == h.Person }) {
			count++
		}
	}
	return count
}

// Clashes says whether a name clashes with any name of a person among the holders of an identifier.
func Clashes(holders []Holder, person id.ID, name names.Name) bool {
	return slices.ContainsFunc(holders, func(h Holder) bool {
		return h.Person == person && !h.None && names.Agreeing(h.Name, name) == names.Clash
	})
}

// StandsFor says whom an identifier stands for, as far as the name allows it: names that clash keep people apart, and
// what belongs to a role or to many people tells nobody. Without a name it is the first of them. The holders are in the
// order in which they were met.
func StandsFor(n people.Identifier, holders []Holder, name names.Name, none bool) (out Standing, ok bool) {
	if len(holders) == 0 {
		return out, false
	}
	if n.Kind == people.Handle { // the source itself says who is who
		return out, true
	}
	public := Public(n, holders)
	if none {
		return out, peopleOf(holders) == 1 || !public
	}
	if out.At = slices.IndexFunc(holders, func(h Holder) bool {
		return !h.None && names.Agreeing(h.Name, name) == names.Same
	}); out.At >= 0 {
		return out, true
	}
	if out.At = slices.IndexFunc(holders, func(h Holder) bool { return h.None }); out.At >= 0 { // it has no name yet
		return out, true
	}
	out.At = 0
	if !public {
		// A part of a known name says nothing new, and of a known part the whole is learnt: in whichever order they
		// come.
		for i, h := range holders {
			if partOf(h.Name, name) && names.Agreeing(h.Name, name) >= names.Agree &&
				!Clashes(holders, h.Person, name) {
				out.At = i
				return out, true
			}
		}
	}
	least := names.Silent
	if n.Kind == people.Telephone || n.Kind == people.Link && !addresses.PersonalLink(n.Value) {
		least = names.Agree
	}
	for i, h := range holders {
		if !public && names.Agreeing(h.Name, name) >= least && !Clashes(holders, h.Person, name) {
			out.At, out.Other = i, true
			return out, true
		}
		if !slices.ContainsFunc(out.Apart, func(k int) bool { return holders[k].Person == h.Person }) {
			out.Apart = append(out.Apart, i)
		}
	}
	return out, false
}

// partOf says whether one of two names is a single word of the other.
func partOf(a, b names.Name) bool {
	one, other := text.Words(a.Full), text.Words(b.Full)
	if len(one) > len(other) {
		one, other = other, one
	}
	return len(one) == 1 && slices.Contains(other, one[0])
}
