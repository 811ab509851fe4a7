// Package incoming is where mail comes in: by SMTP, and from a mailbox that is read for answers to letters of Gave. Of
// all mails the fields are read that say where they went and what they answer; the text is read only of those that
// belong to a letter, and of notices of servers that a mail did not arrive.
package incoming

import (
	"context"
	"log/slog"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/fetch"
	"gave.network/internal/id"
	"gave.network/internal/job"
	"gave.network/internal/reply"
	"gave.network/internal/source/imap"
)

const (
	// often is how often a mailbox is read.
	often = time.Minute
	// firstPause is how long is waited after a failure, longestPause at most.
	firstPause, longestPause = 2 * time.Minute, time.Hour
	// longest is how long one reading may take, and most of how many mails: the newest.
	longest = 10 * time.Minute
	most    = 20_000
	// atOnce is how many headers are asked for in one command.
	atOnce = 200
)

// Mailbox is the mailbox that is read for answers.
type Mailbox struct {
	DB *db.DB
	// At is where it is: imaps://user:password@imap.example.
	At     *url.URL
	Server *fetch.Server
	// Hear takes in what is found. A fault of the database keeps it for the next time.
	Hear func(ctx context.Context, m reply.Mail) error
}

// key names the mailbox, whatever its password is.
func (m *Mailbox) key() id.ID {
	var out id.ID
	copy(out[:], id.Digest(m.At.User.Username()+"@"+m.At.Host))
	return out
}

// Read reads what is new, when it is due and no other process does.
func (m *Mailbox) Read(ctx context.Context) (err error) {
	r, mine, err := m.take(ctx)
	if err != nil || !mine {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, longest)
	defer stop()
	go r.work().Beat(ctx, m.DB, stop)
	defer r.work().Release(m.DB)
	before := r
	err = m.once(ctx, &r)
	r.Tries, r.Due = 0, time.Now().Add(often-5*time.Second).UnixMicro()
	if err != nil {
		if db.Lost(err) {
			return err
		}
		r.Tries = before.Tries + 1
		r.Due = time.Now().Add(job.Pause(r.Tries, firstPause, longestPause)).UnixMicro()
		slog.WarnContext(ctx, "mailbox of answers", "error", fault.Discreet(err))
	}
	return m.keep(context.WithoutCancel(ctx), r)
}

// once reads the mailbox from where it was read up to.
func (m *Mailbox) once(ctx context.Context, r *row) (err error) {
	defer func() {
		if wrong := recover(); wrong != nil { // what a server sends must not end the program
			slog.ErrorContext(ctx, "mailbox of answers", "panic", fault.Mask(string(debug.Stack())))
			err = fault.New(fault.Internal, "Something went wrong on our side.")
		}
	}()
	at := *m.At
	at.User, at.Path = nil, ""
	client, err := imap.Dial(ctx, m.Server, &at)
	if err != nil {
		return err
	}
	defer client.Close()
	password, _ := m.At.User.Password()
	if err := client.SignIn(m.At.User.Username(), password); err != nil {
		return err
	}
	state, err := client.Look("INBOX")
	if err != nil {
		return err
	}
	if r.Validity != int64(state.Validity) {
		first := r.Validity == 0
		r.Validity, r.Reached = int64(state.Validity), 0
		if first && state.Next > 0 { // what lies there already answers no letter
			r.Reached = int64(state.Next) - 1
		}
	}
	if state.Next > 0 && int64(state.Next) == r.Reached+1 {
		return nil
	}
	if err := client.Open("INBOX"); err != nil {
		return err
	}
	numbers, err := client.Since(uint32(r.Reached))
	if err != nil {
		return err
	}
	numbers = numbers[max(0, len(numbers)-most):]
	for len(numbers) > 0 && ctx.Err() == nil {
		some := numbers[:min(atOnce, len(numbers))]
		numbers = numbers[len(some):]
		var wanted []uint32
		if err := client.Heads(some, reply.Wanted(), func(h imap.Head) error {
			if head := reply.ReadHead(h.Text); head.Notice() || len(head.Tokens()) > 0 {
				wanted = append(wanted, h.Number)
			}
			return nil
		}); err != nil && !imap.Refused(err) {
			return err
		}
		for _, n := range wanted {
			whole, err := client.Beginning(n, reply.MostBytes)
			if err != nil && !imap.Refused(err) {
				return err
			}
			if err != nil || whole == "" { // a damaged mail keeps no other
				continue
			}
			if err := m.Hear(ctx, reply.Read([]byte(whole))); err != nil {
				return err
			}
		}
		r.Reached = int64(some[len(some)-1])
	}
	return ctx.Err()
}

// PlusAddress returns the addresses at which letters that are sent from an address are answered: those with a plus
// (RFC 5233), which arrive in the same mailbox.
func PlusAddress(from string) func(token string) string {
	local, domain, _ := strings.Cut(from, "@")
	return func(token string) string { return local + "+" + reply.Answers + token + "@" + domain }
}
