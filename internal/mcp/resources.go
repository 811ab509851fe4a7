package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"gave.network/internal/api/wire"
	"gave.network/internal/fault"
	"gave.network/internal/op"
)

// resource is something that a user can hand to an assistant before asking anything: what an operation answers.
type resource struct {
	address, name, title, about string
	operation                   string
	field                       string // of the operation's input, which the end of the address fills in
}

var resources = []resource{
	{
		address: "gave://today", name: "today", title: "What to do today",
		about: "At most seven moves, each with its why.", operation: "today",
	},
	{
		address: "gave://inbox", name: "inbox", title: "What others brought",
		about:     "Praise, asks and introductions that wait for an answer, and what became of others.",
		operation: "inbox.list",
	},
	{
		address: "gave://people/{person}", name: "person", title: "A person",
		about:     "All that is known of a person, by identifier, mail address or an unambiguous name.",
		operation: "people.show", field: "person",
	},
}

// addResources adds what there is of them.
func (f *face) addResources(server *mcp.Server) {
	for _, r := range resources {
		o, known := f.reached(r.operation)
		if !known {
			continue
		}
		read := func(ctx context.Context, request *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
			return f.read(ctx, request, r, o)
		}
		if r.field == "" {
			server.AddResource(&mcp.Resource{
				URI: r.address, Name: r.name, Title: r.title, Description: r.about, MIMEType: "application/json",
			}, read)
			continue
		}
		server.AddResourceTemplate(&mcp.ResourceTemplate{
			URITemplate: r.address, Name: r.name, Title: r.title, Description: r.about, MIMEType: "application/json",
		}, read)
	}
}

// reached returns an operation if the assistant reaches it.
func (f *face) reached(name string) (op.Operation, bool) {
	at := slices.IndexFunc(f.operations, func(o op.Operation) bool { return o.Name == name })
	if at < 0 {
		return op.Operation{}, false
	}
	return f.operations[at], true
}

// read answers with what the operation does.
func (f *face) read(
	ctx context.Context, request *mcp.ReadResourceRequest, r resource, o op.Operation,
) (*mcp.ReadResourceResult, error) {
	v, err := f.who(ctx, request.Extra)
	if err != nil {
		return nil, f.refused(ctx, r.name, err, v)
	}
	input := map[string]string{}
	if r.field != "" {
		base, _, _ := strings.Cut(r.address, "{")
		value, err := url.PathUnescape(strings.TrimPrefix(request.Params.URI, base))
		if err != nil || value == "" {
			return nil, mcp.ResourceNotFoundError(request.Params.URI)
		}
		input[r.field] = value
	}
	text, err := json.Marshal(input)
	if err != nil {
		return nil, f.refused(ctx, r.name, err, v)
	}
	in, err := f.set.Read(o, text, false, nil)
	if err != nil {
		return nil, f.refused(ctx, r.name, err, v)
	}
	out, err := o.Call(ctx, v, in)
	if fault.CodeOf(err) == fault.NotFound {
		return nil, mcp.ResourceNotFoundError(request.Params.URI)
	}
	if err != nil {
		return nil, f.refused(ctx, r.name, err, v)
	}
	if text, err = wire.Marshal(out); err != nil {
		return nil, f.refused(ctx, r.name, err, v)
	}
	return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{{
		URI: request.Params.URI, MIMEType: "application/json", Text: string(text),
	}}}, nil
}

// refused is what is said of a failure where no result can say it: what went wrong, without the cause.
func (f *face) refused(ctx context.Context, what string, err error, v op.Viewer) error {
	f.report(ctx, what, err)
	return errors.New(v.Printer().Fault(err))
}
