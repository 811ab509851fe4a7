package formats

import (
	"context"
	"time"

	"gave.network/internal/intake/read"
)

// Rejection says which record of a file could not be used, and why.
type Rejection struct {
	At     read.At
	Reason string
}

// ReadLetters reads the mails at a path: an archive (mbox, LISTSERV), a mail, a Maildir, also packed. yield gets them
// in the order of the file; an error that it returns ends the reading. Records that cannot be used are returned, at
// most 1,000 of them. A file that is no mail is an error only when there is no mail beside it.
func ReadLetters(ctx context.Context, path string, yield func(read.Letter) error) ([]Rejection, error) {
	rejected := &rejections{}
	var unusable, stop error
	any := false
	for entry, err := range Open(ctx, path) {
		if err == nil && !entry.Format.Mail {
			continue // a folder may hold anything; only mail is read here
		}
		if err == nil {
			src := &read.Source{Zone: time.UTC, Letters: func(l read.Letter) error {
				any = true
				stop = yield(l)
				return stop
			}}
			err = entry.Read(ctx, src, rejected)
		}
		if stop != nil {
			return rejected.list, stop
		}
		if ctx.Err() != nil {
			return rejected.list, ctx.Err()
		}
		if err != nil && unusable == nil {
			unusable = err
		}
	}
	if any {
		unusable = nil
	}
	return rejected.list, unusable
}

// rejections is a sink that keeps only what was rejected.
type rejections struct{ list []Rejection }

func (*rejections) Contact(read.At, read.Contact) error { return nil }

func (*rejections) Interaction(read.At, read.Interaction) error { return nil }

func (*rejections) Statement(read.At, read.Statement) error { return nil }

func (*rejections) Praise(read.At, read.Praise) error { return nil }

func (*rejections) Tie(read.At, read.Tie) error { return nil }

func (r *rejections) Reject(at read.At, reason string) error {
	if len(r.list) < 1000 {
		r.list = append(r.list, Rejection{at, reason})
	}
	return nil
}
