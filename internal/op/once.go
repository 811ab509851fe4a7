package op

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"gave.network/internal/fault"
)

// Request says of a request what makes it the same one when it is sent again.
type Request struct {
	Face string // api, page …: each has keys of its own
	Key  string // chosen by who asks; empty when they do not care
	// Content is all that was asked. The same key with other content is a fault.
	Content []byte
	// Parts says that it is not one transaction: it takes long or does more than write.
	Parts bool
	// Failure is how the face says that it failed; nil when a request that failed is done again.
	Failure func(error) Answer
}

// RetrySoon is how many seconds somebody is told to wait for a database that does not answer: it is mostly being
// started again.
const RetrySoon = "5"

// Answer is what a face answered to a request.
type Answer struct {
	Status int
	Head   string // what the face keeps beside the body
	Body   []byte
	Again  bool // it was answered before, and nothing was done now
}

// Writer runs requests that write: as one transaction, and once for each key.
type Writer interface {
	// Write runs do. A request with a key that was answered before gets that answer; one that is being done at this
	// moment waits for it or is refused as a conflict. When do returns a fault all that it wrote is taken back.
	Write(ctx context.Context, v Viewer, r Request, do func(ctx context.Context) (Answer, error)) (Answer, error)
}

// WriteWith says who runs what writes, by whatever face.
func (r *Registry) WriteWith(w Writer) { r.writer = w }

// Write runs a request of a face that writes, as the registry's Writer does it.
func (r *Registry) Write(
	ctx context.Context,
	v Viewer,
	request Request,
	do func(ctx context.Context) (Answer, error),
) (Answer, error) {
	if r.writer == nil {
		return do(ctx)
	}
	return r.writer.Write(ctx, v, request, do)
}

// longestKey bounds the keys of requests, in bytes.
const longestKey = 200

// CheckKey says what is wrong with the key of a request.
func CheckKey(key string) error {
	if len(key) > longestKey {
		return fault.New(fault.Usage, "The key of a request has at most %d characters.", longestKey).
			WithHint("A random UUID will do.")
	}
	for _, r := range key {
		if r < ' ' || r > '~' {
			return fault.New(fault.Usage, "The key of a request is plain text.").WithHint("A random UUID will do.")
		}
	}
	return nil
}

// Versioned returns the operation with the version of what it shows or changes: a text that changes with it. field
// names the input that says what that is; empty when there is only one. A version that cannot be found is the fault
// that the operation itself gives.
func (o Operation) Versioned(
	field string,
	version func(ctx context.Context, v Viewer, which string) (string, error),
) Operation {
	var index []int
	for _, f := range o.Fields() {
		if f.Name == field {
			index = f.Index
		}
	}
	if field != "" && index == nil {
		panic("op: " + o.Name + " has no field " + field)
	}
	o.version = func(ctx context.Context, v Viewer, in any) (string, error) {
		which := ""
		if index != nil {
			which = fmt.Sprint(reflect.ValueOf(in).FieldByIndex(index).Interface())
		}
		return version(ctx, v, which)
	}
	return o
}

// Versions gives operations of the registry the version of what they show or change: see Versioned.
func (r *Registry) Versions(
	field string,
	version func(ctx context.Context, v Viewer, which string) (string, error),
	names ...string,
) {
	for _, name := range names {
		i := slices.IndexFunc(r.list, func(o Operation) bool { return o.Name == name })
		if i < 0 {
			panic("op: there is no operation " + name + " to give a version")
		}
		r.list[i] = r.list[i].Versioned(field, version)
		r.byName[name] = r.list[i]
	}
}

// HasVersion says whether what the operation shows or changes has a version.
func (o Operation) HasVersion() bool { return o.version != nil }

// Version returns the version of what the operation shows or changes.
func (o Operation) Version(ctx context.Context, v Viewer, in any) (string, error) {
	return o.version(ctx, v, in)
}

// VersionOf makes a version of all that is in the parts, as JSON has it.
func VersionOf(parts ...any) (string, error) {
	text, err := json.Marshal(parts)
	if err != nil {
		return "", fault.Wrap(err, fault.Internal, "Something went wrong on our side.")
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12]), nil
}

// ChangedMeanwhile is the fault of a change to something that is not any more as it was when it was shown.
func ChangedMeanwhile() error {
	return fault.New(fault.Changed, "This was changed meanwhile.").WithHint("Look at it again, then change it.")
}
