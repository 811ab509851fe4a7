package people

import (
	"context"
	"encoding/json"
	"slices"

	"gave.network/internal/db"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

// How merges come about.
const (
	ByHand   = "hand"
	ByImport = "import" // an identifier told, under another name
	ByNames  = "names"  // as good as certain
	InBulk   = "bulk"   // accepted together with others
)

// Joined says how a merge came about.
type Joined struct {
	Origin  string
	Import  id.ID // none unless an import did it
	Batch   id.ID // of those that were accepted together
	Score   float64
	Reasons []string
}

// Reasons why two records share something; they are translation keys.
const (
	ReasonSameAddress   = "same mail address"
	ReasonSameTelephone = "same telephone number"
	ReasonSameLink      = "same link"
	ReasonSameHandle    = "same account of a source"
)

// ReasonOf returns the reason that an identifier of this kind gives.
func ReasonOf(kind IdentifierKind) string {
	return [...]string{"", ReasonSameAddress, ReasonSameTelephone, ReasonSameLink, ReasonSameHandle}[kind]
}

// SharedScore is how likely two people are one who share an identifier of this kind, although their names speak against
// it. Couples and colleagues share telephones more often than mail addresses.
func SharedScore(kind IdentifierKind) float64 {
	if kind == Telephone || kind == Link {
		return 0.5
	}
	return 0.74
}

// ShareIdentifiers marks identifiers of the viewer's that more than one record has from now on.
func ShareIdentifiers(ctx context.Context, tx db.Queryer, v op.Viewer, list []Identifier) error {
	byKind := map[IdentifierKind][]string{}
	for _, n := range list {
		byKind[n.Kind] = append(byKind[n.Kind], n.Value)
	}
	for kind, values := range byKind {
		slices.Sort(values)
		for _, chunk := range db.Chunks(values) {
			in, args := db.In(4, chunk)
			if _, err := tx.ExecContext(ctx, `update identifier set shared = 1
				where space = $1 and owner = $2 and kind = $3 and value in (`+in+`)`,
				append([]any{v.Space, v.Member, kind}, args...)...); err != nil {
				return db.Fault(err)
			}
		}
	}
	return nil
}

// Record notes that a record without evidence of its own, which points to the kept person already, was found to be that
// person. It is a merge like any other and can be undone.
func Record(ctx context.Context, tx db.Queryer, v op.Viewer, kept, absorbed id.ID, how Joined) error {
	if _, err := recordMerge(ctx, tx, v, kept, absorbed, how); err != nil {
		return err
	}
	return takeOver(ctx, tx, v, kept, absorbed)
}

func recordMerge(ctx context.Context, tx db.Queryer, v op.Viewer, kept, absorbed id.ID, how Joined) (id.ID, error) {
	reasons := []byte("[]")
	if len(how.Reasons) > 0 {
		var err error
		if reasons, err = json.Marshal(how.Reasons); err != nil {
			return id.Zero, err
		}
	}
	if how.Score == 0 {
		how.Score = 1
	}
	if _, err := db.Insert(ctx, tx, "merge", db.Row{
		"space": v.Space, "id": id.New(), "owner": v.Member, "kept": kept, "absorbed": absorbed, "score": how.Score,
		"reasons": string(reasons), "state": MergeMerged, "author": v.Member, "at": v.Now.UnixMicro(),
		"origin": how.Origin, "import": orNone(how.Import), "batch": orNone(how.Batch),
	}, `on conflict (space, owner, kept, absorbed) do update set state = excluded.state, at = excluded.at,
		origin = excluded.origin, import = excluded.import, batch = excluded.batch, before = '',
		reasons = case when excluded.reasons = '[]' then merge.reasons else excluded.reasons end`); err != nil {
		return id.Zero, err
	}
	return db.Value[id.ID](ctx, tx, `select id from merge
		where space = $1 and owner = $2 and kept = $3 and absorbed = $4`, v.Space, v.Member, kept, absorbed)
}

// orNone is nil for the zero ID.
func orNone(key id.ID) any {
	if key.IsZero() {
		return nil
	}
	return key
}

// Adopt lets the person that a record was found to be show what only the record has.
func Adopt(ctx context.Context, tx db.Queryer, v op.Viewer, record id.ID) error {
	kept, err := db.Values[id.ID](ctx, tx, `select merged from person
		where space = $1 and id = $2 and owner = $3 and merged > $4`,
		v.Space, record, v.Member, id.Zero)
	if err != nil || len(kept) == 0 {
		return err
	}
	return takeOver(ctx, tx, v, kept[0], record)
}

// takeOver lets the kept person show what only the absorbed one has, and notes in the merge that it had it not, so that
// undoing the merge takes it away again. The person of a member takes nothing over: all members see that person.
func takeOver(ctx context.Context, tx db.Queryer, v op.Viewer, kept, absorbed id.ID) error {
	both, err := db.Select[Person](ctx, tx, `select `+personColumns+` from person p where p.space = $1
		and p.id in ($2, $3)`, v.Space, kept, absorbed)
	if err != nil || len(both) != 2 {
		return err
	}
	k, a := both[0], both[1]
	if k.ID != kept {
		k, a = a, k
	}
	if a.narrower(k) {
		member, err := MemberOf(ctx, tx, v.Space, kept)
		if err != nil {
			return err
		}
		if !member.IsZero() {
			return ReindexPeople(ctx, tx, v.Space, []id.ID{kept})
		}
	}
	before := map[string]string{}
	after := k
	if (k.Given == "" || k.Family == "") && a.Given != "" && a.Family != "" {
		before["name"] = k.Name
		after.Name, after.Given, after.Particle, after.Family, after.Prefix, after.Suffix, after.SortKey = a.Name,
			a.Given, a.Particle, a.Family, a.Prefix,
			a.Suffix, a.SortKey
	}
	if k.Organisation == "" && k.Title == "" && a.Organisation != "" {
		before["organisation"], before["title"] = "", ""
		after.Organisation, after.Title = a.Organisation, a.Title
	}
	for _, f := range Fields {
		if has, more := f.Of(&after), *f.Of(&a); !f.Work && *has == "" && more != "" {
			before[f.Column] = ""
			*has = more
		}
	}
	if k.Photo == 0 && a.Photo > 0 {
		if err := settlePhotos(ctx, tx, v.Space, kept); err != nil {
			return err
		}
	}
	if len(before) > 0 {
		if err := writeShown(ctx, tx, v.Space, after); err != nil {
			return err
		}
		if err := noteBefore(ctx, tx, v, kept, absorbed, before); err != nil {
			return err
		}
	}
	return copyWords(ctx, tx, v.Space, kept, absorbed)
}

func writeShown(ctx context.Context, tx db.Queryer, space id.ID, p Person) error {
	_, err := db.Update(ctx, tx, "person", p.nameAndFields(), `space = $1 and id = $2`, space, p.ID)
	return err
}

func noteBefore(ctx context.Context, tx db.Queryer, v op.Viewer, kept, absorbed id.ID, before map[string]string) error {
	noted, err := db.Values[string](ctx, tx, `select before from merge
		where space = $1 and owner = $2 and kept = $3 and absorbed = $4`,
		v.Space, v.Member, kept, absorbed)
	if err != nil || len(noted) == 0 { // merged by way of another
		return err
	}
	if noted[0] != "" {
		earlier := map[string]string{}
		if err := json.Unmarshal([]byte(noted[0]), &earlier); err != nil {
			return err
		}
		for field, value := range earlier {
			before[field] = value
		}
	}
	encoded, err := json.Marshal(before)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `update merge set before = $5
		where space = $1 and owner = $2 and kept = $3 and absorbed = $4`,
		v.Space, v.Member, kept, absorbed, string(encoded))
	return db.Fault(err)
}

// giveBack takes from the kept person what it showed only because of the absorbed one. What was changed since stays.
func giveBack(ctx context.Context, tx db.Queryer, v op.Viewer, kept, absorbed id.ID, noted string) error {
	if noted == "" {
		return nil
	}
	before := map[string]string{}
	if err := json.Unmarshal([]byte(noted), &before); err != nil {
		return err
	}
	both, err := db.Select[Person](ctx, tx, `select `+personColumns+` from person p where p.space = $1
		and p.id in ($2, $3)`, v.Space, kept, absorbed)
	if err != nil || len(both) != 2 {
		return err
	}
	k, a := both[0], both[1]
	if k.ID != kept {
		k, a = a, k
	}
	for field, value := range before {
		if field == "name" && k.Name == a.Name {
			k.Named(value)
		}
		for _, f := range Fields {
			if shown := f.Of(&k); field == f.Column && *shown == *f.Of(&a) {
				*shown = value
			}
		}
	}
	return writeShown(ctx, tx, v.Space, k)
}

// copyWords lets a person be found under the words of another record of theirs.
func copyWords(ctx context.Context, tx db.Queryer, space, kept, absorbed id.ID) error {
	found, err := db.Select[struct {
		Word  string
		Owner id.ID
	}](ctx, tx, `select word, owner from person_word where space = $1 and person = $2 order by word, owner`,
		space, absorbed)
	if err != nil {
		return err
	}
	var words []any
	for _, w := range found {
		words = append(words, space, w.Word, kept, w.Owner)
	}
	return db.InsertMany(ctx, tx, `insert into person_word (space, word, person, owner)`,
		4, words, "on conflict do nothing")
}
