// Package once runs what writes: as one transaction, and for each key once. Who is not sure whether a request arrived
// sends it again with the same key, and gets the answer of the first. The answer is kept for a day in the transaction
// of what was written, sealed with the key, of which only a hash is kept: who reads the database reads no answer, nor
// the secrets and names in it.
package once

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"sync/atomic"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
)

const (
	// keptFor is how long an answer is kept.
	keptFor = 24 * time.Hour

	// doneWithin is how long a request that is not one transaction may take before it counts as broken off, so that it
	// may be done again.
	doneWithin = 10 * time.Minute

	// sweepEvery is how often answers that are too old are thrown away.
	sweepEvery = time.Hour

	// largest is the largest answer that is kept, in bytes.
	largest = 4 << 20
)

// Writer runs requests that write. It implements op.Writer.
type Writer struct {
	db    *db.DB
	swept atomic.Int64 // when, in microseconds
	// Now is the clock.
	Now func() time.Time
}

var _ op.Writer = (*Writer)(nil)

// New returns the writer on a database.
func New(d *db.DB) *Writer { return &Writer{db: d, Now: time.Now} }

// Write implements op.Writer.
func (w *Writer) Write(
	ctx context.Context,
	v op.Viewer,
	r op.Request,
	do func(ctx context.Context) (op.Answer, error),
) (op.Answer, error) {
	if r.Key == "" || v.Member.IsZero() {
		return w.plain(ctx, v, r, do)
	}
	if err := op.CheckKey(r.Key); err != nil {
		return op.Answer{}, err
	}
	defer w.sweep(ctx)
	k := newKeyed(w, v, r)
	if r.Parts {
		return k.inParts(ctx, do)
	}
	var out op.Answer
	err := w.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) error {
		// Requests of one member wait for each other here, so of two with one key the second finds the answer.
		answer, found, err := k.find(ctx)
		if found || err != nil {
			out = answer
			return err
		}
		if out, err = k.attempt(ctx, do); err != nil {
			return err
		}
		_, err = k.keep(ctx, out)
		return err
	})
	return out, err
}

// plain runs a request without a key.
func (w *Writer) plain(
	ctx context.Context,
	v op.Viewer,
	r op.Request,
	do func(ctx context.Context) (op.Answer, error),
) (op.Answer, error) {
	if r.Parts {
		return do(ctx)
	}
	var out op.Answer
	err := w.db.Serial(ctx, v.Space, v.Member, func(ctx context.Context) (err error) {
		out, err = do(ctx)
		return err
	})
	return out, err
}

// sweep throws away what is too old, now and then.
func (w *Writer) sweep(ctx context.Context) {
	now, last := w.Now(), w.swept.Load()
	if now.UnixMicro()-last < sweepEvery.Microseconds() || !w.swept.CompareAndSwap(last, now.UnixMicro()) {
		return
	}
	w.db.After(ctx, func() {
		// What is not swept now is swept by the next, and is not used meanwhile.
		_, _ = w.db.ExecContext(
			context.WithoutCancel(w.db.Outside(ctx)),
			`delete from answered where at < $1`,
			now.Add(-keptFor).UnixMicro(),
		)
	})
}

// keyed is one request with a key.
type keyed struct {
	*Writer
	space, member id.ID
	request       op.Request
	key           []byte // under which it is kept
	secret        []byte // with which the answer is sealed
	content       []byte // hash of what was asked
}

func newKeyed(w *Writer, v op.Viewer, r op.Request) *keyed {
	sum := func(purpose string) []byte {
		h := sha256.New()
		for _, part := range []string{purpose, r.Face, v.Member.String(), r.Key} {
			h.Write([]byte(part))
			h.Write([]byte{0})
		}
		return h.Sum(nil)
	}
	k := &keyed{Writer: w, space: v.Space, member: v.Member, request: r, key: sum("key"), secret: sum("answer")}
	mac := hmac.New(sha256.New, k.secret)
	mac.Write(r.Content)
	k.content = mac.Sum(nil)
	return k
}

type row struct {
	Request []byte
	Status  int
	Body    []byte
	At      int64
}

// find returns the answer that was given before.
func (k *keyed) find(ctx context.Context) (answer op.Answer, found bool, err error) {
	rows, err := db.Select[row](
		ctx,
		k.db,
		`select request, status, body, at from answered where space = $1 and member = $2 and key = $3 and at >= $4`,
		k.space,
		k.member,
		k.key,
		k.Now().Add(-keptFor).UnixMicro(),
	)
	if err != nil || len(rows) == 0 {
		return op.Answer{}, false, err
	}
	r := rows[0]
	if !hmac.Equal(r.Request, k.content) {
		return op.Answer{}, true, fault.New(fault.Invalid, "This key was used for another request.").
			WithHint("Choose a new key for each new request.")
	}
	if r.Status == 0 {
		if r.At < k.Now().Add(-doneWithin).UnixMicro() {
			return op.Answer{}, false, nil
		}
		return op.Answer{}, true, fault.New(fault.Conflict, "This request is being done already.").
			WithHint("Wait, then send it again with the same key.")
	}
	answer, err = k.open(r)
	return answer, true, err
}

// attempt runs do as a part of the transaction. A failure that is final is an answer too.
func (k *keyed) attempt(ctx context.Context, do func(ctx context.Context) (op.Answer, error)) (op.Answer, error) {
	var out op.Answer
	err := k.db.Serial(ctx, k.space, k.member, func(ctx context.Context) (err error) {
		out, err = do(ctx)
		return err
	})
	if err == nil || k.request.Failure == nil || !final(err) {
		return out, err
	}
	return k.request.Failure(err), nil
}

// final says whether a request that failed so would fail again: it is not for the time being, nor our own fault.
func final(err error) bool {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.NotFound, fault.Conflict, fault.Changed, fault.TooLarge:
		return true
	}
	return false
}

// keep stores the answer. One that is too large is not kept: the request is done again.
func (k *keyed) keep(ctx context.Context, answer op.Answer) (kept bool, err error) {
	if answer.Status == 0 || len(answer.Body) > largest || k.request.Failure == nil && answer.Status >= 400 {
		return false, nil
	}
	sealed, err := k.seal(answer)
	if err != nil {
		return false, err
	}
	// There may be a row that is too old, or of a request that was broken off.
	err = k.write(ctx, answer.Status, sealed)
	return err == nil, err
}

// write notes what a request was answered with; status 0 says that it is being done.
func (k *keyed) write(ctx context.Context, status int, body []byte) error {
	_, err := db.Insert(ctx, k.db, "answered", db.Row{
		"space": k.space, "member": k.member, "key": k.key, "request": k.content, "status": status, "body": body,
		"at": k.Now().UnixMicro(),
	}, `on conflict (space, member, key) do update set request = excluded.request, status = excluded.status,
		body = excluded.body, at = excluded.at`)
	return err
}

// inParts runs a request that is not one transaction: its key is taken first, and given back when nothing came of it.
func (k *keyed) inParts(ctx context.Context, do func(ctx context.Context) (op.Answer, error)) (op.Answer, error) {
	var out op.Answer
	found := false
	err := k.db.Serial(ctx, k.space, k.member, func(ctx context.Context) (err error) {
		if out, found, err = k.find(ctx); found || err != nil {
			return err
		}
		return k.write(ctx, 0, []byte{})
	})
	if found || err != nil {
		return out, err
	}
	kept := false
	defer func() {
		if !kept { // nothing came of it: it may be done again
			_, _ = k.db.ExecContext(
				context.WithoutCancel(ctx),
				`delete from answered where space = $1 and member = $2 and key = $3 and status = 0`,
				k.space,
				k.member,
				k.key,
			)
		}
	}()
	out, err = do(ctx)
	if err != nil && k.request.Failure != nil && final(err) {
		out, err = k.request.Failure(err), nil
	}
	if err != nil {
		return out, err
	}
	kept, err = k.keep(context.WithoutCancel(ctx), out)
	return out, err
}

func (k *keyed) cipher() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.secret)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal writes an answer so that only who has the key can read it.
func (k *keyed) seal(answer op.Answer) ([]byte, error) {
	plain, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	c, err := k.cipher()
	if err != nil {
		return nil, err
	}
	return c.Seal(nil, nil, plain, k.content), nil
}

func (k *keyed) open(r row) (op.Answer, error) {
	var out op.Answer
	c, err := k.cipher()
	if err == nil {
		var plain []byte
		if plain, err = c.Open(nil, nil, r.Body, k.content); err == nil {
			err = json.Unmarshal(plain, &out)
		}
	}
	if err != nil {
		return out, fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	out.Again = true
	return out, nil
}

// NewKey makes a key that nobody chose before.
func NewKey() string { return rand.Text() }
