package erase

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text"
)

// Suppressions are the identifiers that imports of a member leave out, because the member, or an owner for the whole
// space, erased whose they were.
type Suppressions struct {
	keys   [][]byte
	hashes map[[sha256.Size]byte]id.ID
}

// LoadSuppressions returns what imports of a member leave out.
func LoadSuppressions(ctx context.Context, tx db.Queryer, space, member id.ID) (*Suppressions, error) {
	if err := keyTheOld(ctx, tx, space); err != nil {
		return nil, err
	}
	out := &Suppressions{hashes: map[[sha256.Size]byte]id.ID{}}
	rows, err := db.Select[struct {
		ID   id.ID
		Hash []byte
	}](ctx, tx, `select id, hash from suppression where space = $1 and owner in ($2, $3) order by id`,
		space, member, id.Zero)
	if err != nil || len(rows) == 0 {
		return out, err
	}
	for _, r := range rows {
		if len(r.Hash) == sha256.Size {
			out.hashes[[sha256.Size]byte(r.Hash)] = r.ID
		}
	}
	out.keys, err = db.Values[[]byte](ctx, tx, `select secret from suppression_key
		where space = $1 and owner in ($2, $3) order by owner`, space, member, id.Zero)
	return out, err
}

// Any says whether anything at all is left out.
func (s *Suppressions) Any() bool { return len(s.hashes) > 0 }

// Of returns the suppression of an identifier, and whether there is one.
func (s *Suppressions) Of(space id.ID, n people.Identifier) (id.ID, bool) {
	if len(s.hashes) == 0 {
		return id.Zero, false
	}
	for _, key := range s.keys {
		if found, ok := s.hashes[keyed(key, UnkeyedHash(space, n))]; ok {
			return found, true
		}
	}
	return id.Zero, false
}

// UnkeyedHash is what is keyed: SHA-256 of space, kind and folded value, which older versions stored as it is.
func UnkeyedHash(space id.ID, n people.Identifier) []byte {
	sum := sha256.Sum256([]byte(space.String() + "\x00" + n.Kind.String() + "\x00" + text.Fold(n.Value)))
	return sum[:]
}

func keyed(key, hash []byte) [sha256.Size]byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(hash)
	return [sha256.Size]byte(mac.Sum(nil))
}

// suppressionKey returns the key of a member's suppressions, or of the space's, and makes it when it is not there.
func suppressionKey(ctx context.Context, tx db.Queryer, space, owner id.ID) ([]byte, error) {
	key := make([]byte, sha256.Size)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, `insert into suppression_key (space, owner, secret) values ($1, $2, $3)
		on conflict (space, owner) do nothing`,
		space, owner, key); err != nil {
		return nil, db.Fault(err)
	}
	return db.Value[[]byte](ctx, tx, `select secret from suppression_key where space = $1 and owner = $2`, space, owner)
}

// keyTheOld makes suppressions of the space of what older versions kept: hashes without a key, of which nobody knows
// who made them.
func keyTheOld(ctx context.Context, tx db.Queryer, space id.ID) error {
	old, err := db.Select[struct {
		Hash []byte
		At   int64
	}](ctx, tx, `select hash, at from suppressed where space = $1 order by at, hash`, space)
	if err != nil || len(old) == 0 {
		return err
	}
	key, err := suppressionKey(ctx, tx, space, id.Zero)
	if err != nil {
		return err
	}
	for _, o := range old {
		hash := keyed(key, o.Hash)
		if err := insertSuppression(ctx, tx, space, id.Zero, id.New(), hash[:], "", id.Zero, o.At); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `delete from suppressed where space = $1`, space)
	return db.Fault(err)
}

func insertSuppression(ctx context.Context, tx db.Queryer, space, owner, erasure id.ID, hash []byte, reason string,
	author id.ID, at int64,
) error {
	_, err := db.Insert(ctx, tx, "suppression", db.Row{
		"space": space, "id": id.New(), "owner": owner, "erasure": erasure, "hash": hash, "reason": reason,
		"author": author, "at": at, "left_out": 0,
	}, "on conflict (space, owner, hash) do nothing")
	return err
}

// suppress keeps a hash of each identifier, so that imports of the owner, or of the whole space, leave it out.
func suppress(
	ctx context.Context, tx db.Queryer, v op.Viewer, owner id.ID, identifiers []people.Identifier, reason string,
) error {
	if len(identifiers) == 0 {
		return nil
	}
	key, err := suppressionKey(ctx, tx, v.Space, owner)
	if err != nil {
		return err
	}
	erasure := id.New()
	for _, n := range identifiers {
		hash := keyed(key, UnkeyedHash(v.Space, n))
		if err := insertSuppression(ctx, tx, v.Space, owner, erasure, hash[:], reason, v.Member,
			v.Now.UnixMicro()); err != nil {
			return err
		}
	}
	return nil
}

// LeftOut notes that records of an import were left out because of suppressions.
func LeftOut(ctx context.Context, tx db.Queryer, space id.ID, counts map[id.ID]int64) error {
	for key, n := range counts {
		if _, err := tx.ExecContext(ctx, `update suppression set left_out = left_out + $3 where space = $1 and id = $2`,
			space, key, n); err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

// Suppression is an erased person who is not to come back. Nothing is kept of who it was.
type Suppression struct {
	ID          id.ID     `json:"id"`
	At          time.Time `json:"at" doc:"when the person was erased"`
	Reason      string    `json:"reason,omitempty"`
	Space       bool      `json:"space" doc:"an owner made it for the whole space; otherwise it is yours alone"`
	Identifiers int       `json:"identifiers" doc:"how many addresses, numbers and links are left out"`
	LeftOut     int64     `json:"left_out" doc:"how many records imports left out because of it"`
}

// SuppressionsOutput lists suppressions.
type SuppressionsOutput struct {
	Suppressions []Suppression `json:"suppressions"`
}

// Text prints a line for each suppression.
func (o SuppressionsOutput) Text(p *locale.Printer) string {
	if len(o.Suppressions) == 0 {
		return p.T("Nobody is kept out.") + "\n"
	}
	var b strings.Builder
	for _, x := range o.Suppressions {
		whose := p.T("for your imports")
		if x.Space {
			whose = p.T("for the whole space")
		}
		fmt.Fprintf(&b, "%s  %s  %s, %s; %s", x.ID, p.Date(x.At), whose, p.T("%d identifiers", x.Identifiers),
			p.T("%d records left out", int(x.LeftOut)))
		if x.Reason != "" {
			b.WriteString("  " + x.Reason)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// LiftInput names a suppression.
type LiftInput struct {
	Suppression string `json:"suppression" arg:"1" doc:"its id, or an address, number or link of the person" maxLength:"300"`
}

// LiftOutput says what was lifted.
type LiftOutput struct {
	Lifted int64 `json:"lifted" doc:"how many identifiers are no longer left out"`
}

// Text says what follows.
func (o LiftOutput) Text(p *locale.Printer) string {
	return p.T("Lifted. The next import may bring the person in again.") + "\n"
}

// ListSuppressions returns the viewer's own suppressions and those of the space, the newest first.
func (s *Service) ListSuppressions(ctx context.Context, v op.Viewer) ([]Suppression, error) {
	if err := s.DB().Write(ctx, func(tx *db.Tx) error { return keyTheOld(ctx, tx, v.Space) }); err != nil {
		return nil, err
	}
	rows, err := db.Select[struct {
		Erasure id.ID
		Owner   id.ID
		Reason  string
		At      int64
		N       int
		LeftOut int64
	}](ctx, s.DB(), `select erasure, owner, min(reason) as reason, min(at) as at, count(*) as n,
		cast(sum(left_out) as bigint) as left_out from suppression
		where space = $1 and owner in ($2, $3) group by erasure, owner order by at desc, erasure`,
		v.Space, v.Member, id.Zero)
	if err != nil {
		return nil, err
	}
	out := []Suppression{}
	for _, r := range rows {
		out = append(out,
			Suppression{r.Erasure, time.UnixMicro(r.At).UTC(), r.Reason, r.Owner.IsZero(), r.N, r.LeftOut})
	}
	return out, nil
}

// LiftSuppression lets imports bring a person in again. It is named by its id, or by an address, number or link of the
// person. Those of the space are for its owners to lift.
func (s *Service) LiftSuppression(ctx context.Context, v op.Viewer, reference string) (int64, error) {
	lifted := int64(0)
	err := s.DB().Write(ctx, func(tx *db.Tx) error {
		erasure, err := id.Parse(reference)
		if err != nil {
			n, err := people.ReadIdentifier(reference)
			if err != nil {
				return err
			}
			list, err := LoadSuppressions(ctx, tx, v.Space, v.Member)
			if err != nil {
				return err
			}
			found, _ := list.Of(v.Space, n)
			if erasure, err = db.Value[id.ID](ctx, tx, `select erasure from suppression where space = $1 and id = $2`,
				v.Space, found); err != nil {
				return err
			}
		}
		owner, err := db.Value[id.ID](ctx, tx, `select owner from suppression
			where space = $1 and erasure = $2 and owner in ($3, $4) order by owner limit 1`,
			v.Space, erasure, v.Member, id.Zero)
		if err != nil {
			return err
		}
		if owner.IsZero() && v.Role < op.Owner {
			return fault.New(fault.Forbidden, "An owner of the space made this for everybody.").
				WithHint("Ask an owner of the space.")
		}
		if lifted, err = db.Exec(ctx, tx, `delete from suppression where space = $1 and erasure = $2 and owner = $3`,
			v.Space, erasure, owner); err != nil {
			return err
		}
		return s.Note(ctx, tx, v, "suppression.lift", fmt.Sprint(lifted))
	})
	return lifted, err
}

// suppressionOperations are what can be done about people who are not to come back.
func (s *Service) suppressionOperations() []op.Operation {
	return []op.Operation{
		op.New("suppressions.list", http.MethodGet, "/suppressions", op.Member,
			"List who was erased and is not to come back.", s.listSuppressions).
			With("Nothing is kept of who it was: only keyed hashes of addresses, numbers and links. Yours hold for "+
				"your imports; those of the space for everybody's.",
				"gave suppressions list"),
		op.New("suppressions.lift", http.MethodPost, "/suppressions/lift", op.Member,
			"Let imports bring an erased person in again.", s.liftSuppression).
			With("", "gave suppressions lift anna@example.org"),
	}
}

func (s *Service) listSuppressions(ctx context.Context, v op.Viewer, _ op.None) (SuppressionsOutput, error) {
	list, err := s.ListSuppressions(ctx, v)
	return SuppressionsOutput{list}, err
}

func (s *Service) liftSuppression(ctx context.Context, v op.Viewer, in LiftInput) (LiftOutput, error) {
	n, err := s.LiftSuppression(ctx, v, in.Suppression)
	return LiftOutput{n}, err
}
