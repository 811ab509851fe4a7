package tie

import (
	"context"
	"iter"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
)

// Statements is what people said of others as far as a viewer may see it, the oldest first. It never changes and is
// shared by requests. A million take 28 MB, in columns without pointers.
type Statements struct {
	people []id.ID // whom they are about, in the order in which they come
	kinds  []statementKind
	// In each column is a value for each statement.
	source, target []uint32 // places in people
	kind           []uint32 // a place in kinds
	weight         []float64
	time           []int64
}

// statementKind is what many statements have in common.
type statementKind struct {
	Owner    id.ID
	Layer    string
	Sign     int
	Directed bool
	Source   string
}

// Len is how many there are.
func (s *Statements) Len() int { return len(s.kind) }

// All returns all of them, without what they are called and when they came in.
func (s *Statements) All() iter.Seq[Statement] {
	return func(yield func(Statement) bool) {
		for row, k := range s.kind {
			kind := &s.kinds[k]
			if !yield(Statement{
				Owner: kind.Owner, Layer: kind.Layer, Sign: kind.Sign, Weight: s.weight[row],
				SourcePerson: s.people[s.source[row]], TargetPerson: s.people[s.target[row]], Directed: kind.Directed,
				Time: s.time[row], Source: kind.Source,
			}) {
				return
			}
		}
	}
}

// Bytes is how much memory they take.
func (s *Statements) Bytes() int64 {
	return 28*int64(s.Len()) + 16*int64(len(s.people)) + 96*int64(len(s.kinds))
}

// statementMaker makes columns of statements that come one by one.
type statementMaker struct {
	Statements
	place  map[id.ID]uint32
	kindOf map[statementKind]uint32
}

func newStatementMaker() *statementMaker {
	return &statementMaker{place: map[id.ID]uint32{}, kindOf: map[statementKind]uint32{}}
}

// add takes in the next one.
func (m *statementMaker) add(x *Statement) {
	placed := func(person id.ID) uint32 {
		at, known := m.place[person]
		if !known {
			at = uint32(len(m.people))
			m.place[person], m.people = at, append(m.people, person)
		}
		return at
	}
	kind := statementKind{x.Owner, x.Layer, x.Sign, x.Directed, x.Source}
	k, known := m.kindOf[kind]
	if !known {
		k = uint32(len(m.kinds))
		m.kindOf[kind], m.kinds = k, append(m.kinds, kind)
	}
	m.source, m.target = append(m.source, placed(x.SourcePerson)), append(m.target, placed(x.TargetPerson))
	m.kind, m.weight, m.time = append(m.kind, k), append(m.weight, x.Weight), append(m.time, x.Time)
}

// statements returns what was made; nothing is added to it any more.
func (m *statementMaker) statements() *Statements {
	s := &m.Statements
	s.people, s.source, s.target = exactly(s.people), exactly(s.source), exactly(s.target)
	s.kind, s.weight, s.time = exactly(s.kind), exactly(s.weight), exactly(s.time)
	return s
}

// Statements returns what people said of others, as far as the viewer may see it.
func (s *Store) Statements(ctx context.Context, v op.Viewer) (*Statements, error) {
	return db.Keep(ctx, s.db, scope.Kept(v, "statements"), statementTable,
		func(ctx context.Context, _ *Statements, _ db.Change) (*Statements, error) {
			out := newStatementMaker()
			err := db.Each(ctx, s.db, func(row *Statement) error {
				out.add(row)
				return nil
			}, `select t.owner, t.layer, t.sign, t.weight, t.source_person, t.target_person, t.directed, t.time, t.source
				from statement t where t.space = $1 and (t.owner = $2 or t.visibility >= $3) order by t.id`,
				v.Space, v.Member, scope.Least(v))
			if err != nil {
				return nil, err
			}
			return out.statements(), nil
		})
}

// statementTable is the table that statements are read from.
var statementTable = []string{"statement"}
