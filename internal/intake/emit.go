package intake

import "gave.network/internal/fault"

// rowSink hands on what is found in the rows of a table that is read from its start, and passes over the rows that were
// stored before.
type rowSink struct {
	src  *Source
	sink Sink
	file string // of a tree
	at   At
	step int64 // of a tree: where to go on
	used int   // rows that name somebody
	// silent says that what is read was stored before.
	silent bool
	// failed is what the sink returned.
	failed error
}

// place sets the place of what is emitted next. Reading goes on with this very record after a stop, so that a row that
// gives more than one record is never stored in half.
func (r *rowSink) place(line, offset int64) {
	r.at = At{File: r.file, Line: line, Offset: offset, Next: offset}
	if r.file != "" {
		r.at.Next = r.step
	}
}

// passed says that the record at hand was stored before.
func (r *rowSink) passed() bool { return r.silent || r.file == "" && r.at.Offset < r.src.Resume }

func (r *rowSink) heed(err error) error {
	if err != nil {
		r.failed = err
	}
	return err
}

func (r *rowSink) contact(c Contact) error {
	if r.passed() {
		return nil
	}
	return r.heed(r.sink.Contact(r.at, c))
}

// person hands on the contact of a row and what of it could not be used, or why none of it can.
func (r *rowSink) person(c Contact, faults []string) error {
	if reason := c.unusable(); reason != "" {
		return r.reject(reason)
	}
	r.used++
	if err := r.contact(c); err != nil {
		return err
	}
	for _, fault := range faults {
		if err := r.reject(fault); err != nil {
			return err
		}
	}
	return nil
}

// someRow is a fault when no row of a table could be used: nothing was done.
func (r *rowSink) someRow() error {
	if r.used > 0 {
		return nil
	}
	return fault.New(fault.Invalid, "%s is a table without a row that names anybody.", r.src.Path).
		WithHint("Look whether the export holds what you meant, and whether the names of the columns stand in its " +
			"first row.")
}

func (r *rowSink) interaction(i Interaction) error {
	if r.passed() {
		return nil
	}
	return r.heed(r.sink.Interaction(r.at, i))
}

func (r *rowSink) statement(s Statement) error {
	if r.passed() {
		return nil
	}
	return r.heed(r.sink.Statement(r.at, s))
}

func (r *rowSink) praise(p Praise) error {
	if r.passed() {
		return nil
	}
	return r.heed(r.sink.Praise(r.at, p))
}

func (r *rowSink) reject(reason string) error {
	if r.passed() {
		return nil
	}
	return r.heed(r.sink.Reject(r.at, reason))
}

func (r *rowSink) skip(reason string) {
	if !r.passed() {
		r.src.Skip(reason)
	}
}
