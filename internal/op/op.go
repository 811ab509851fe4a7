// Package op is where an operation is said once: its name, typed input and output, help, and who may do it. The REST
// endpoint with its OpenAPI description, the command and the tool for assistants are all made from it, so that they
// cannot drift apart.
package op

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
)

// Role says what a viewer may do in a space; a later role may do all that an earlier one may.
type Role int

// The roles.
const (
	Anonymous Role = iota // not signed in, or not a member of the space
	Guest                 // sees what is public and what was shared
	Member                // works in the space
	Owner                 // also governs it
)

// String returns the role's English name.
func (r Role) String() string {
	return [...]string{"anonymous", "guest", "member", "owner"}[r]
}

// ParseRole reads a role's English name.
func ParseRole(name string) (Role, bool) {
	i := slices.Index([]string{"anonymous", "guest", "member", "owner"}, name)
	return Role(max(i, 0)), i >= 0
}

// Viewer is on whose behalf an operation runs. Every query is within its space and shows what it may see.
type Viewer struct {
	Space   id.ID
	Account id.ID
	Member  id.ID // the author of what this viewer writes
	Person  id.ID // who in the network the viewer is; zero until known
	Role    Role
	Lang    locale.Lang
	Zone    *time.Location
	// Reach is how far the way goes by which the viewer came: a token may do less than its member.
	Reach Reach
	// Session names the session of a browser that the viewer came by; empty for other ways. It opens nothing.
	Session string
	// Spaces is of how many spaces the account is a member, and SpaceName what this one is called when there are
	// several: for showing, and known of sessions only.
	Spaces    int
	SpaceName string
	// Now is the moment that the operation takes as the present; the faces set it, tests and --as-of choose it.
	Now time.Time
}

// Printer returns the words for this viewer.
func (v Viewer) Printer() *locale.Printer { return locale.New(v.Lang, v.Zone) }

// May returns a fault when the viewer's role is less than the role asked for.
func (v Viewer) May(least Role) error {
	if v.Role >= least {
		return nil
	}
	if v.Account.IsZero() {
		return fault.New(fault.Unauthenticated, "Sign in first.")
	}
	return fault.New(fault.Forbidden, "Your role in this space does not allow this.").
		WithHint("Ask an owner of the space.")
}

// Reach is how far somebody gets besides their role. The zero value is a person, who signed in or sits at the machine
// itself.
type Reach int

// How far a token gets; a later one includes an earlier one. What only a person may do is beyond them all.
const (
	Person Reach = iota
	Read         // shows
	Write        // also stores and changes
	Govern       // also erases, takes back, and changes who may do what
)

// reaches are the names of what a token can be made for.
var reaches = []string{"", "read", "write", "govern"}

// String returns the English name; empty for a person.
func (r Reach) String() string { return reaches[r] }

// ParseReach reads the English name of what a token can be made for.
func ParseReach(name string) (Reach, bool) {
	i := slices.Index(reaches, name)
	return Reach(max(i, 0)), i > 0
}

type viewerKey struct{}

// With returns a context that says on whose behalf the work is done, for the trail of what was done.
func With(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// From returns on whose behalf the work is done.
func From(ctx context.Context) (Viewer, bool) {
	v, ok := ctx.Value(viewerKey{}).(Viewer)
	return v, ok
}

// Operation is one thing that a user can do.
type Operation struct {
	Name    string // noun.verb, such as "people.list"
	Method  string // of HTTP
	Path    string // below /api/v1, with {field} for fields of the input
	Allow   Role   // the least role
	Summary string // one English line, also a translation key
	Help    string // a paragraph for those who want to know more; may be empty
	Example string // a command line that shows it; may be empty
	// LocalOnly keeps an operation off the network: it reads or writes files of the machine it runs on.
	LocalOnly bool
	// Computes says that the operation changes nothing though it is no GET: its input is too long for an address.
	Computes bool
	// Parts says that the operation writes in several transactions of its own, because it takes long or does more than
	// write.
	Parts bool
	// Needs is how far a token must reach; Person means that no token is enough.
	Needs Reach
	// Careful says that an assistant must have the user's word for each call: what it does cannot be undone, or others
	// see it.
	Careful bool
	In, Out reflect.Type
	call    func(ctx context.Context, v Viewer, in any) (any, error)
	version func(ctx context.Context, v Viewer, in any) (string, error)
	home    *Registry
}

var validName = regexp.MustCompile(`^[a-z]+(\.[a-z]+)+$|^[a-z]+$`)

// New says an operation. In and Out are structs; the fields of In carry the tags json (name), doc (help), and where
// wanted arg (position on the command line), enum, default, example, minimum, maximum and maxLength. A field without
// omitempty is required.
func New[In, Out any](
	name, method, path string, allow Role, summary string, run func(ctx context.Context, v Viewer, in In) (Out, error),
) Operation {
	if !validName.MatchString(name) {
		panic("op: bad name " + name)
	}
	needs := Write
	if method == http.MethodGet {
		needs = Read
	}
	return Operation{
		Name: name, Method: method, Path: path, Allow: allow, Summary: summary,
		Needs: needs, Careful: method == http.MethodDelete,
		In: reflect.TypeFor[In](), Out: reflect.TypeFor[Out](),
		call: func(ctx context.Context, v Viewer, in any) (any, error) {
			typed, ok := in.(In)
			if !ok {
				return nil, fmt.Errorf("op: %s takes %s, not %T", name, reflect.TypeFor[In](), in)
			}
			return run(ctx, v, typed)
		},
	}
}

// With returns the operation with help and an example.
func (o Operation) With(help, example string) Operation {
	o.Help, o.Example = help, example
	return o
}

// Local returns the operation marked as one that stays on this machine.
func (o Operation) Local() Operation {
	o.LocalOnly = true
	return o
}

// Computing returns the operation marked as one that changes nothing.
func (o Operation) Computing() Operation {
	o.Computes = true
	return o
}

// InParts returns the operation marked as one that writes in transactions of its own.
func (o Operation) InParts() Operation {
	o.Parts = true
	return o
}

// Governing returns the operation marked as one that changes who may do what, or that takes away for good.
func (o Operation) Governing() Operation {
	o.Needs, o.Careful = Govern, !o.ReadOnly()
	return o
}

// Personal returns the operation marked as one that no token is enough for.
func (o Operation) Personal() Operation {
	o.Needs = Person
	return o
}

// WithCare returns the operation marked as one that an assistant asks the user about first.
func (o Operation) WithCare() Operation {
	o.Careful = true
	return o
}

// ReadOnly says whether the operation changes nothing.
func (o Operation) ReadOnly() bool { return o.Method == http.MethodGet || o.Computes }

// Command returns the words of the command: people.list is "people list".
func (o Operation) Command() []string { return strings.Split(o.Name, ".") }

// Registry holds all operations.
type Registry struct {
	list       []Operation
	byName     map[string]Operation
	principles []Group
	writer     Writer
	check      Check
}

// Add adds operations. Two of one name, or of one method and path, are a fault of ours and panic at start.
func (r *Registry) Add(operations ...Operation) {
	if r.byName == nil {
		r.byName = map[string]Operation{}
	}
	for _, o := range operations {
		if _, taken := r.byName[o.Name]; taken {
			panic("op: two operations are called " + o.Name)
		}
		for _, other := range r.list {
			if !o.LocalOnly && !other.LocalOnly && other.Method == o.Method && other.Path == o.Path {
				panic("op: " + o.Name + " and " + other.Name + " have one path")
			}
		}
		o.home = r
		r.byName[o.Name] = o
		r.list = append(r.list, o)
	}
}

// All returns the operations in the order they were added.
func (r *Registry) All() []Operation { return r.list }

// Find returns the operation of that name.
func (r *Registry) Find(name string) (Operation, bool) {
	o, ok := r.byName[name]
	return o, ok
}

// Call checks the viewer's role and runs the operation. in is a value of the operation's input type.
func (r *Registry) Call(ctx context.Context, v Viewer, name string, in any) (any, error) {
	o, ok := r.byName[name]
	if !ok {
		return nil, fault.New(fault.NotFound, "There is no operation %q.", name)
	}
	return o.Call(ctx, v, in)
}

// Permit returns a fault when the viewer's role or reach is less than the operation asks for.
func (o Operation) Permit(v Viewer) error {
	if err := v.May(o.Allow); err != nil {
		return err
	}
	switch {
	case v.Reach == Person:
		return nil
	case o.Needs == Person:
		return fault.New(fault.Forbidden, "No token is enough for this.").
			WithHint("Sign in and do it on the settings page.")
	case v.Reach < o.Needs:
		return fault.New(fault.Forbidden, "This token does not reach that far.").
			WithHint("Make one on the settings page that may do this.")
	}
	return nil
}

// Call checks the viewer's role and reach and runs the operation.
func (o Operation) Call(ctx context.Context, v Viewer, in any) (any, error) {
	if err := o.Permit(v); err != nil {
		return nil, err
	}
	ctx = With(ctx, v)
	if o.ReadOnly() || o.Parts || o.home == nil {
		return o.call(ctx, v, in)
	}
	var out any
	_, err := o.home.Write(ctx, v, Request{}, func(ctx context.Context) (_ Answer, err error) {
		out, err = o.call(ctx, v, in)
		return Answer{}, err
	})
	return out, err
}

// Texter is an output that knows how to print itself for people.
type Texter interface {
	Text(p *locale.Printer) string
}

// None is the input or output of an operation that has none.
type None struct{}
