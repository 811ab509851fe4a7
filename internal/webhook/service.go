package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/job"
	"gave.network/internal/op"
)

const (
	// mostHooks is how many webhooks a member may have.
	mostHooks = 10
	// firstPause and longestPause are how long is waited after a failure, and givenUp for how long a receiver may fail.
	firstPause, longestPause, givenUp = time.Minute, 6 * time.Hour, 5 * 24 * time.Hour
	// purpose is what secrets are sealed for.
	purpose = "webhook"
	// mark begins secrets, as Standard Webhooks has it.
	mark = "whsec_"
	// trial is the kind of the message by which a receiver is tried.
	trial = "trial"
)

// Hook is a webhook as its owner sees it.
type Hook struct {
	ID      id.ID      `json:"id"`
	Name    string     `json:"name"`
	Address string     `json:"address"`
	Took    *time.Time `json:"took" doc:"when the receiver last took a message; null for never"`
	Next    *time.Time `json:"next" doc:"when it is told next; null when there is nothing to tell"`
	Trouble string     `json:"trouble,omitempty" doc:"why it does not take them"`
	Ended   bool       `json:"ended" doc:"it failed for five days and is told nothing more"`
}

// Sent is a message to a webhook.
type Sent struct {
	ID     id.ID      `json:"id" doc:"the same at every try, so that a receiver can tell what it had"`
	Hook   id.ID      `json:"hook"`
	Kind   string     `json:"kind"`
	At     time.Time  `json:"at"`
	Took   *time.Time `json:"took" doc:"when the receiver took it"`
	Status int        `json:"status" doc:"what the receiver answered last; 0 for nothing"`
}

// Body is what a message says: that something of a kind was brought, and nothing of what it is.
type Body struct {
	Type      string    `json:"type" doc:"what was brought, such as praise, with inbox. before it"`
	Timestamp time.Time `json:"timestamp"`
	Data      Data      `json:"data"`
}

// Data says where what was brought can be read, by whoever may.
type Data struct {
	Item id.ID  `json:"item"`
	Path string `json:"path" doc:"of the page where it stands, on this server"`
}

// Add makes a webhook, and returns the secret with which its messages are signed.
func (s *Service) Add(ctx context.Context, v op.Viewer, name, address string) (Hook, string, error) {
	address = strings.TrimSpace(address)
	if err := s.client.Checks(address); err != nil {
		return Hook{}, "", fault.About(err, "address")
	}
	if name = strings.TrimSpace(name); name == "" {
		return Hook{}, "", fault.New(fault.Invalid, "Say what it is for.").WithField("name")
	}
	n, err := s.count(ctx, v)
	if err == nil && n >= mostHooks {
		err = fault.New(fault.Conflict, "You have %d webhooks already.", n)
	}
	if err != nil {
		return Hook{}, "", err
	}
	key := make([]byte, 32)
	rand.Read(key) // never fails: see its documentation
	sealed, err := s.sealer.Seal(v.Space, v.Member, purpose, key)
	if err != nil {
		return Hook{}, "", err
	}
	r := row{ID: id.New(), Name: name, Address: address, Secret: sealed, Due: never}
	err = s.db.Write(ctx, func(tx *db.Tx) error { return s.insert(ctx, tx, v, r) })
	return hookOf(v, r), mark + base64.StdEncoding.EncodeToString(key), err
}

// List returns the viewer's webhooks with their last messages.
func (s *Service) List(ctx context.Context, v op.Viewer) ([]Hook, []Sent, error) {
	rows, err := s.rows(ctx, `space = $1 and owner = $2 order by created, id`, v.Space, v.Member)
	if err != nil {
		return nil, nil, err
	}
	hooks, sent := []Hook{}, []Sent{}
	for _, r := range rows {
		hooks = append(hooks, hookOf(v, r))
	}
	if len(rows) == 0 {
		return hooks, sent, nil
	}
	messages, err := s.newest(ctx, v)
	for _, m := range messages {
		sent = append(sent, Sent{
			ID: m.ID, Hook: m.Hook, Kind: m.Kind, At: time.UnixMicro(m.At).UTC(), Took: db.Moment(m.Took),
			Status: m.Status,
		})
	}
	return hooks, sent, err
}

func hookOf(v op.Viewer, r row) Hook {
	out := Hook{ID: r.ID, Name: r.Name, Address: r.Address, Took: db.Moment(r.Took)}
	out.Ended = r.Tries > 0 && r.Due == never
	p := v.Printer()
	switch {
	case out.Ended:
		out.Trouble = p.T("It failed for five days, and is told nothing more.")
	case r.Tries > 0:
		out.Trouble = p.T("The receiver does not take what it is told. It is tried again.")
	}
	if r.Due < never {
		next := time.UnixMicro(max(r.Due, v.Now.UnixMicro())).UTC()
		out.Next = &next
	}
	return out
}

// Try tells a receiver that it is tried, at once.
func (s *Service) Try(ctx context.Context, v op.Viewer, key id.ID) error {
	if _, err := s.one(ctx, v, key); err != nil {
		return err
	}
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := again(ctx, tx, v, key); err != nil {
			return err
		}
		return addMessage(ctx, tx, v.Space, key, trial, id.Zero, v.Now)
	}); err != nil {
		return err
	}
	r, err := s.one(ctx, v, key)
	if err != nil {
		return err
	}
	return s.tell(ctx, r)
}

// Remove removes a webhook with what it was to be told.
func (s *Service) Remove(ctx context.Context, v op.Viewer, key id.ID) error {
	return s.remove(ctx, s.db, v, key)
}

// TellDue tells what is due, one receiver after another.
func (s *Service) TellDue(ctx context.Context) error {
	return job.Each(ctx, s.db, "webhook", s.due, s.tell)
}

// tell takes a webhook upon this process and sends what it is to be told, in its order, until the receiver fails. What
// was sent and of which no answer came is sent again under the same id.
func (s *Service) tell(ctx context.Context, r row) error {
	now, err := s.db.Clock(ctx)
	if err != nil || !r.Free(now) {
		return err
	}
	if mine, err := r.work().Take(ctx, s.db, r.Claim, now); err != nil || !mine {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go r.work().Beat(ctx, s.db, stop) // receivers that take their time are many seconds together
	defer r.work().Release(s.db)
	key, ok := s.sealer.Unseal(r.Space, r.Owner, purpose, r.Secret)
	messages, err := s.waiting(ctx, r)
	if err != nil {
		return err
	}
	done := context.WithoutCancel(ctx)
	for _, m := range messages {
		status, wrong := 0, error(fault.New(fault.Unavailable, "The key in the data directory is another one."))
		if ok {
			status, wrong = s.send(ctx, r, key, m, now)
		}
		if wrong != nil && ctx.Err() != nil {
			return ctx.Err() // stopped: it is sent again by whoever goes on
		}
		took := int64(0)
		if wrong == nil {
			if now, err = s.db.Clock(done); err != nil {
				return err
			}
			took = now.UnixMicro()
			r.Took, r.Tries, r.Failing = took, 0, 0
		}
		mine, err := s.answered(done, r, m, status, took)
		if err != nil || !mine { // removed, or another process went on with it
			return err
		}
		if wrong != nil {
			return s.fails(done, r, now, wrong)
		}
	}
	r.Due = never
	return s.settle(done, r)
}

// fails notes that the receiver does not take what it is told.
func (s *Service) fails(ctx context.Context, r row, now time.Time, wrong error) error {
	slog.InfoContext(ctx, "webhook", "error", fault.Discreet(wrong))
	r.Tries++
	if r.Failing == 0 {
		r.Failing = now.UnixMicro()
	}
	r.Due = now.Add(job.Pause(r.Tries, firstPause, longestPause)).UnixMicro()
	if now.UnixMicro()-r.Failing > givenUp.Microseconds() {
		r.Due = never
	}
	return s.settle(ctx, r)
}

// send sends a message, signed as Standard Webhooks has it: HMAC-SHA256 over the id, the time and the body.
func (s *Service) send(ctx context.Context, r row, key []byte, m message, now time.Time) (int, error) {
	data := Body{Type: "inbox." + m.Kind, Timestamp: time.UnixMicro(m.At).UTC(), Data: Data{m.Item, "/inbox"}}
	if m.Kind == trial {
		data.Type, data.Data.Path = trial, "/webhooks"
	}
	body, err := json.Marshal(data)
	if err != nil {
		return 0, err
	}
	name, at := "msg_"+m.ID.String(), strconv.FormatInt(now.Unix(), 10)
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set("webhook-id", name)
	header.Set("webhook-timestamp", at)
	header.Set("webhook-signature", "v1,"+sign(key, name, at, body))
	return s.client.Post(ctx, r.Address, header, body)
}

// sign signs a message.
func sign(key []byte, name, at string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(bytes.Join([][]byte{[]byte(name), []byte(at), body}, []byte(".")))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
