package tie

import (
	"context"
	"slices"
	"strings"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/scope"
	"gave.network/internal/tact"
)

// sharedTables are those that decide who is shown the ties of whom, beside the ties.
var sharedTables = []string{"share_rule", "member"}

// delicateTables are those by whose words a tie may be delicate, beside what happened.
var delicateTables = []string{"note", "person_tag", "important_date", "statement"}

// levelOf is in SQL how much an owner shows of the tie with a person: the narrowest rule holds, and of several that are
// as narrow the one that shows least. What comes from several sources is shown as the least of them is; a source
// without a rule of its own is shown by the rule of all. $4 is the zero id.
func levelOf(space, owner, person string) string {
	rule := func(width, where string) string {
		return `(select min(r.level) from share_rule r where r.space = ` + space + ` and r.owner = ` + owner +
			` and r.width = ` + width + where + `)`
	}
	names := `(select ` + person + ` union all select x.id from person x where x.space = ` + space +
		` and x.merged = ` + person + `)`
	all := rule("0", "")
	sources := `(select min(coalesce(s.level, ` + all + `, 0)) from (
		select i.import from participant q join interaction i on i.space = q.space and i.id = q.interaction
			where q.space = ` + space + ` and i.owner = ` + owner + ` and q.person in ` + names + `
		union all select c.import from tie_carried c where c.space = ` + space + ` and c.owner = ` + owner + `
			and c.person in ` + names + `
		union all select c.import from tie_carried c where c.space = ` + space + ` and c.owner = ` + owner + `
			and c.other in ` + names + `
		union all select x.import from person x where x.space = ` + space + ` and x.owner = ` + owner + `
			and x.id in ` + names + `
		) e left join share_rule s on s.space = ` + space + ` and s.owner = ` + owner + ` and s.width = 1
			and s.person = $4 and s.import = e.import)`
	return `coalesce(` + rule("3", ` and r.person in `+names) + `, ` + rule("2", ` and r.person in `+names) + `, ` +
		sources + `, ` + all + `, 0)`
}

// Audience is to whom ties are shown.
type Audience struct {
	Space          id.ID
	Member, Person id.ID // who looks; none for any other member
	// Most is how much of their own ties they show: nobody is shown more of others'.
	Most Level
	// Only is the member whose ties are asked for; none for those of all others.
	Only id.ID
}

// audience says what the viewer is shown of others' ties; nothing to who shows none, and nothing to guests.
func (s *Store) audience(ctx context.Context, v op.Viewer) (Audience, error) {
	out := Audience{Space: v.Space, Member: v.Member, Person: v.Person}
	if v.Role < op.Member || v.Member.IsZero() {
		return out, nil
	}
	var err error
	out.Most, err = s.SharesAtMost(ctx, v)
	return out, err
}

// SharesAtMost is how much the viewer shows of their ties, and so how much they are shown of others': what they show
// where no narrower rule says otherwise, or less where narrower rules leave less than half of their ties shown as far.
// So a few people, or a private address book, may be kept back, and hiding nearly all by narrower rules is hiding.
func (s *Store) SharesAtMost(ctx context.Context, v op.Viewer) (Level, error) {
	most, err := db.Keep(ctx, s.db, scope.Kept(v, "shares by default"), sharedTables[:1],
		func(ctx context.Context, _ Level, _ db.Change) (Level, error) {
			return db.Value[Level](ctx, s.db, `select coalesce(min(level), 0) from share_rule
				where space = $1 and owner = $2 and width = 0`, v.Space, v.Member)
		})
	if err != nil || most == Hidden {
		return most, err
	}
	return db.Keep(ctx, s.db, scope.Kept(v, "shares"), slices.Concat(tieTable, sharedTables),
		func(ctx context.Context, _ Level, _ db.Change) (Level, error) { return sharesAtMost(ctx, s.db, v) })
}

func sharesAtMost(ctx context.Context, q db.Queryer, v op.Viewer) (Level, error) {
	found, err := db.Select[struct {
		Most             Level
		Ties, Known, How int
	}](ctx, q, `select coalesce((select min(r.level) from share_rule r where r.space = $1 and r.owner = $2
			and r.width = 0), 0) as most, count(*) as ties,
			coalesce(sum(case when w.level >= 1 then 1 else 0 end), 0) as known,
			coalesce(sum(case when w.level >= 2 then 1 else 0 end), 0) as how
		from (select `+levelOf("t.space", "t.owner", "t.other")+` as level
			from member m cross join tie t join person p on p.space = t.space and p.id = t.other
			where m.space = $1 and m.id = $2 and t.space = m.space and t.owner = m.id and t.person = m.person
				and p.merged = $4 and p.visibility >= $3) w`, v.Space, v.Member, int(scope.Space), id.Zero)
	if err != nil || len(found) == 0 {
		return Hidden, err
	}
	r := found[0]
	switch {
	case r.Most >= KnownHow && 2*r.How >= r.Ties:
		return KnownHow, nil
	case r.Most >= Known && 2*r.Known >= r.Ties:
		return Known, nil
	}
	return Hidden, nil
}

// ShownTo returns the ties that others show the viewer by the rules as a transaction has them, and how much they may
// show of each.
func ShownTo(ctx context.Context, q db.Queryer, v op.Viewer) ([]ShownTie, Level, error) {
	most, err := sharesAtMost(ctx, q, v)
	if err != nil {
		return nil, Hidden, err
	}
	list, err := Shown(ctx, q, Audience{Space: v.Space, Member: v.Member, Person: v.Person, Most: most})
	return list, most, err
}

// Shown returns the ties that members show an audience, in the order of the member and the person: the one place that
// says who sees the ties of whom. It is asked for in the query, so that what is hidden is never read; what is delicate
// is left out here too, whatever the rules say.
//
// Only a member's own ties are shown, with people whom all members see. Between two members a tie is shown as far as
// both show it.
func Shown(ctx context.Context, q db.Queryer, to Audience) ([]ShownTie, error) {
	if to.Most == Hidden {
		return nil, nil
	}
	only, args := ``, []any{to.Space, to.Member, to.Person, id.Zero, int(op.Member), int(to.Most), int(scope.Space)}
	if !to.Only.IsZero() {
		only, args = ` and m.id = $8`, append(args, to.Only)
	}
	list, err := db.Select[ShownTie](ctx, q, `select w.owner, w.person, w.other, w.level,
		case when w.level >= 2 then w.rank else 0 end as rank from (
		select b.owner, b.person, b.other, b.rank, case when b.level <= b.back and b.level <= $6 then b.level
			when b.back <= $6 then b.back else $6 end as level from (
		select t.owner, t.person, t.other, t.rank, `+levelOf("t.space", "t.owner", "t.other")+` as level,
			coalesce((select min(`+levelOf("o.space", "o.id", "o.known")+`) from (
				select c.space, c.id, c.person, t.person as known from member c
				where c.space = t.space and c.person = t.other and c.ended = 0 and c.id <> t.owner) o), 2) as back
		from member m cross join tie t join person p on p.space = t.space and p.id = t.other
		where m.space = $1 and m.id <> $2 and m.ended = 0 and m.role >= $5`+only+`
			and exists (select 1 from share_rule a where a.space = m.space and a.owner = m.id and a.level > 0)
			and t.space = m.space and t.owner = m.id and t.person = m.person and t.other <> $3
			and p.merged = $4 and p.visibility >= $7) b) w
		where w.level > 0 order by w.owner, w.other`, args...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return withoutDelicate(ctx, q, to.Space, list)
}

// fewKnowing is up to how many people of an interaction its title says something of each of them.
const fewKnowing = 3

// withoutDelicate leaves out the ties of which anything that their member keeps is delicate: what they did together,
// what the member noted or tagged, what the person does.
func withoutDelicate(ctx context.Context, q db.Queryer, space id.ID, list []ShownTie) ([]ShownTie, error) {
	others := map[id.ID][]id.ID{}
	for _, t := range list {
		others[t.Owner] = append(others[t.Owner], t.Other)
	}
	hidden := map[[2]id.ID]bool{}
	for owner, known := range others {
		for _, chunk := range db.Chunks(known) {
			in, args := db.In(4, chunk)
			of := func(alias, person string) string {
				return `join person k on k.space = ` + alias + `.space and k.id = ` + alias + `.` + person + `
					where ` + alias + `.space = $1 and (k.id in (` + in + `) or k.merged in (` + in + `))`
			}
			if err := db.Each(ctx, q, func(r *struct {
				ID, Merged id.ID
				Kind       int
				Body       string
			},
			) error {
				touchy := tact.Delicate
				switch r.Kind {
				case 1:
					touchy = tact.DelicateTag
				case 2:
					touchy = tact.DelicateTitle
				}
				if touchy(r.Body) {
					hidden[[2]id.ID{owner, r.ID}], hidden[[2]id.ID{owner, r.Merged}] = true, true
				}
				return nil
			}, `select k.id, k.merged, 0 as kind, i.title as body from participant q
				join interaction i on i.space = q.space and i.id = q.interaction
				`+of("q", "person")+` and i.owner = $2 and i.people <= $3 and i.title <> ''
				union all select k.id, k.merged, 0, n.body from note n `+of("n", "person")+` and n.owner = $2
				union all select k.id, k.merged, 0, n.kind from important_date n `+of("n", "person")+` and n.owner = $2
				union all select k.id, k.merged, 1, n.tag from person_tag n `+of("n", "person")+` and n.owner = $2
				union all select k.id, k.merged, 0, n.layer from statement n `+of("n", "target_person")+` and n.owner = $2
				union all select k.id, k.merged, 2, n.title || ' ' || n.organisation from person n `+of("n", "id"),
				append([]any{space, owner, fewKnowing}, args...)...); err != nil {
				return nil, err
			}
		}
	}
	return slices.DeleteFunc(list, func(t ShownTie) bool { return hidden[[2]id.ID{t.Owner, t.Other}] }), nil
}

// ShownTies returns the ties that others show the viewer. It is kept: whoever gets it leaves it as it is.
func (s *Store) ShownTies(ctx context.Context, v op.Viewer) ([]ShownTie, error) {
	if to, err := s.audience(ctx, v); err != nil || to.Most == Hidden {
		return nil, err
	}
	return db.Keep(ctx, s.db, scope.Kept(v, "shown to "+v.Person.String()), shownTables,
		func(ctx context.Context, _ []ShownTie, _ db.Change) ([]ShownTie, error) {
			to, err := s.audience(ctx, v) // as it is for what is kept
			if err != nil {
				return nil, err
			}
			return Shown(ctx, s.db, to)
		})
}

// ShareRules returns the rules of a member, the widest first.
func ShareRules(ctx context.Context, q db.Queryer, v op.Viewer) ([]ShareRule, error) {
	return db.Select[ShareRule](ctx, q, `select width, person, import, level from share_rule
		where space = $1 and owner = $2 order by width, person, import`, v.Space, v.Member)
}

// SetShareRule sets a rule of the viewer's, or removes it (NoRule), within a transaction, and notes what it was before.
func SetShareRule(ctx context.Context, tx *db.Tx, v op.Viewer, r ShareRule) error {
	before, err := db.Value[Level](ctx, tx, `select coalesce(min(level), -1) from share_rule where space = $1
		and owner = $2 and width = $3 and person = $4 and import = $5`, v.Space, v.Member, r.Width, r.Person, r.Import)
	if err != nil || before == r.Level {
		return err
	}
	if _, err := db.Insert(ctx, tx, "share_change", db.Row{
		"space": v.Space, "id": id.New(), "owner": v.Member, "width": r.Width, "person": r.Person, "import": r.Import,
		"before": before, "at": v.Now.UnixMicro(),
	}, ""); err != nil {
		return err
	}
	return writeShareRule(ctx, tx, v, r)
}

func writeShareRule(ctx context.Context, tx *db.Tx, v op.Viewer, r ShareRule) error {
	_, err := tx.ExecContext(ctx, `delete from share_rule where space = $1 and owner = $2 and width = $3
		and person = $4 and import = $5`, v.Space, v.Member, r.Width, r.Person, r.Import)
	if err != nil || r.Level == NoRule {
		return db.Fault(err)
	}
	_, err = db.Insert(ctx, tx, "share_rule", db.Row{
		"space": v.Space, "owner": v.Member, "width": r.Width, "person": r.Person, "import": r.Import,
		"level": r.Level, "at": v.Now.UnixMicro(),
	}, "")
	return err
}

// LastShareChange returns what the viewer's rule was before the last change of it that was not taken back; false when
// there is none.
func LastShareChange(
	ctx context.Context, q db.Queryer, v op.Viewer,
) (before ShareRule, change id.ID, ok bool, err error) {
	found, err := db.Select[struct {
		ID             id.ID
		Width          Width
		Person, Import id.ID
		Before         Level
	}](ctx, q, `select id, width, person, import, before from share_change where space = $1 and owner = $2
		order by id desc limit 1`, v.Space, v.Member)
	if err != nil || len(found) == 0 {
		return before, change, false, err
	}
	r := found[0]
	return ShareRule{r.Width, r.Person, r.Import, r.Before}, r.ID, true, nil
}

// UndoShareRule takes the last change of the viewer's rules back, within a transaction.
func UndoShareRule(ctx context.Context, tx *db.Tx, v op.Viewer) error {
	before, change, ok, err := LastShareChange(ctx, tx, v)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Conflict, "There is nothing to take back.")
	}
	if _, err := tx.ExecContext(ctx, `delete from share_change where space = $1 and owner = $2 and id = $3`,
		v.Space, v.Member, change); err != nil {
		return db.Fault(err)
	}
	return writeShareRule(ctx, tx, v, before)
}

// DropSharing removes all that a member who leaves showed.
func (s *Store) DropSharing(ctx context.Context, space, member id.ID) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		for _, table := range []string{"share_rule", "share_change"} {
			if _, err := tx.ExecContext(ctx, `delete from `+table+` where space = $1 and owner = $2`,
				space, member); err != nil {
				return db.Fault(err)
			}
		}
		return nil
	})
}

// SeenTitle is in SQL the title of an interaction as the viewer may see it, with scope.Args: the subjects of mails and
// the words of messages are their owner's, also where the interaction is shared.
func SeenTitle(alias string) string {
	written := []string{}
	for _, m := range []Medium{Message, Mail, List} {
		written = append(written, string(rune('0'+m.code())))
	}
	return `case when ` + alias + `.owner = $2 or ` + alias + `.medium not in (` + strings.Join(written, ", ") +
		`) then ` + alias + `.title else '' end`
}
