package read

import "gave.network/internal/fault"

// Emitter hands on what is found in a source that is read from its start, and passes over the rows that were
// stored before.
type Emitter struct {
	Source *Source
	Sink   Sink
	File   string // of a tree
	At     At
	Step   int64 // of a tree: where to go on
	used   int   // rows that name somebody
	// Silent says that what is read was stored before.
	Silent bool
	// Failed is what the sink returned.
	Failed error
}

// Place sets the place of what is emitted next. Reading goes on with this very record after a stop, so that a row that
// gives more than one record is never stored in half.
func (r *Emitter) Place(line, offset int64) {
	r.At = At{File: r.File, Line: line, Offset: offset, Next: offset}
	if r.File != "" {
		r.At.Next = r.Step
	}
}

// passed says that the record at hand was stored before.
func (r *Emitter) passed() bool { return r.Silent || r.File == "" && r.At.Offset < r.Source.Resume }

// Heed remembers an error of the sink, and returns it.
func (r *Emitter) Heed(err error) error {
	if err != nil {
		r.Failed = err
	}
	return err
}

// Contact hands on a contact, unless it was stored before.
func (r *Emitter) Contact(c Contact) error {
	if r.passed() {
		return nil
	}
	return r.Heed(r.Sink.Contact(r.At, c))
}

// Person hands on the contact of a row and what of it could not be used, or why none of it can.
func (r *Emitter) Person(c Contact, faults []string) error {
	if reason := c.Unusable(); reason != "" {
		return r.Reject(reason)
	}
	r.used++
	if err := r.Contact(c); err != nil {
		return err
	}
	for _, fault := range faults {
		if err := r.Reject(fault); err != nil {
			return err
		}
	}
	return nil
}

// SomeRow is a fault when no row of a table could be used: nothing was done.
func (r *Emitter) SomeRow() error {
	if r.used > 0 {
		return nil
	}
	return fault.New(fault.Invalid, "%s is a table without a row that names anybody.", r.Source.Path).
		WithHint("Look whether the export holds what you meant, and whether the names of the columns stand in its " +
			"first row.")
}

// Interaction hands on an interaction, unless it was stored before.
func (r *Emitter) Interaction(i Interaction) error {
	if r.passed() {
		return nil
	}
	return r.Heed(r.Sink.Interaction(r.At, i))
}

// Statement hands on a statement, unless it was stored before.
func (r *Emitter) Statement(s Statement) error {
	if r.passed() {
		return nil
	}
	return r.Heed(r.Sink.Statement(r.At, s))
}

// Praise hands on praise, unless it was stored before.
func (r *Emitter) Praise(p Praise) error {
	if r.passed() {
		return nil
	}
	return r.Heed(r.Sink.Praise(r.At, p))
}

// Reject reports a record that cannot be used, unless it was reported before.
func (r *Emitter) Reject(reason string) error {
	if r.passed() {
		return nil
	}
	return r.Heed(r.Sink.Reject(r.At, reason))
}

// Skip counts a record that is left out, unless it was counted before.
func (r *Emitter) Skip(reason string) {
	if !r.passed() {
		r.Source.Skip(reason)
	}
}
