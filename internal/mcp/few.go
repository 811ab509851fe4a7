package mcp

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"gave.network/internal/api/wire"
	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/text"
)

// mostTools is up to how many operations are all offered as tools.
const mostTools = 20

// everyday are the operations that an assistant is shown at first, by their names: what users ask of it most, one for
// each thing that Gave is for.
var everyday = []string{
	"today", "today.answer", "inbox.list", // what there is to do
	"capture", "people.list", "people.show", "people.add", "reminders.add", // whom one knows, and what happened
	"give.log", "give.effortless", "goodwill.match", // give
	"praise.write",         // praise
	"ask.route", "ask.new", // ask
	"colleagues.team",   // colleagues
	"horizon.path",      // horizon
	"introductions.ask", // power is friends in the right places, and how one comes there
}

func (f *face) everyday() []op.Operation {
	var out []op.Operation
	for _, o := range f.operations {
		if slices.Contains(everyday, o.Name) {
			out = append(out, o)
		}
	}
	return out
}

// The names of the tools by which the others are found and used.
const (
	findTool   = "find_tools"
	readTool   = "use_reading_tool"
	changeTool = "use_changing_tool"
)

// Found is a tool that was found.
type Found struct {
	Name    string          `json:"name"`
	Use     string          `json:"use_with"` // the tool by which it is called
	Summary string          `json:"summary"`
	Input   json.RawMessage `json:"arguments"` // the schema of its arguments
}

// addFinding adds the tools by which operations that are not listed are found and used. What reads and what changes is
// used by two different ones, so that a user can let an assistant read without being asked each time.
func (f *face) addFinding(server *mcp.Server) {
	index, byTool := sync.OnceValue(f.index), map[string]op.Operation{} // few look for more
	for _, o := range f.operations {
		byTool[ToolName(o)] = o
	}
	// Who knows the name of a tool that is not listed may call it by that.
	server.AddReceivingMiddleware(func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, request mcp.Request) (mcp.Result, error) {
			if called, ok := request.(*mcp.CallToolRequest); ok {
				if o, known := byTool[called.Params.Name]; known && !slices.Contains(everyday, o.Name) {
					return next(ctx, method, wrapped(called, o))
				}
			}
			return next(ctx, method, request)
		}
	})
	no, yes := false, true
	server.AddTool(&mcp.Tool{
		Name: findTool, Title: "Find more tools.",
		Description: "Find more tools of Gave by what they do, in English or Dutch: surveys, goals, calendars, " +
			"imports, merging doubles, invitations, settings and much more. The best come first, each with what " +
			"it takes.",
		InputSchema: json.RawMessage(`{"type":"object","additionalProperties":false,"required":["words"],"properties":` +
			`{"words":{"type":"string","maxLength":400,"description":"what should be done, in a few words"}}}`),
		Annotations: &mcp.ToolAnnotations{
			ReadOnlyHint: true, IdempotentHint: true, OpenWorldHint: &no, DestructiveHint: &no,
		},
	}, func(ctx context.Context, request *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return f.find(ctx, request, index()), nil
	})
	use := func(tool *mcp.Tool, reads bool) {
		tool.InputSchema = json.RawMessage(`{"type":"object","additionalProperties":false,"required":["name"],` +
			`"properties":{"name":{"type":"string","description":"the name of the tool"},"arguments":` +
			`{"type":"object","description":"its arguments, as ` + findTool + ` says"}}}`)
		tool.Annotations.OpenWorldHint = &no
		server.AddTool(tool, func(ctx context.Context, request *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return f.use(ctx, request, byTool, reads), nil
		})
	}
	use(&mcp.Tool{
		Name: readTool, Title: "Use a tool that shows.",
		Description: "Use a tool that " + findTool + " found and that changes nothing.",
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true, DestructiveHint: &no},
	}, true)
	if slices.ContainsFunc(f.operations, func(o op.Operation) bool { return !o.ReadOnly() }) {
		use(&mcp.Tool{
			Name: changeTool, Title: "Use a tool that changes.",
			Description: "Use a tool that " + findTool + " found and that stores, changes, sends or removes something.",
			Annotations: &mcp.ToolAnnotations{DestructiveHint: &yes},
		}, false)
	}
}

// useTool is the tool by which one that is not listed is called.
func useTool(o op.Operation) string {
	if o.ReadOnly() {
		return readTool
	}
	return changeTool
}

// wrapped is a call of a tool that is not listed as a call of the one by which it is used.
func wrapped(request *mcp.CallToolRequest, o op.Operation) *mcp.CallToolRequest {
	arguments := request.Params.Arguments
	if len(arguments) == 0 {
		arguments = json.RawMessage("{}")
	}
	outer, params := *request, *request.Params
	params.Name = useTool(o)
	params.Arguments = slices.Concat([]byte(`{"name":"`+ToolName(o)+`","arguments":`), arguments, []byte("}"))
	outer.Params = &params
	return &outer
}

// index has all operations with their words in both languages, what they do twice and how that works once.
func (f *face) index() *text.Index {
	index := &text.Index{}
	dutch := locale.New(locale.Dutch, nil)
	for _, o := range f.operations {
		name := strings.NewReplacer(".", " ", "_", " ").Replace(o.Name)
		summary, help := dutch.T(o.Summary), dutch.T(o.Help)
		english := text.Terms(strings.Join([]string{name, o.Summary, o.Summary, o.Help, f.fields(o)}, " "), "en")
		index.Add(o.Name, append(english, text.Terms(strings.Join([]string{summary, summary, help}, " "), "nl")...))
	}
	return index
}

// fields are the words with which the arguments of an operation are explained.
func (f *face) fields(o op.Operation) string {
	in, err := f.set.InputSchema(o)
	if err != nil {
		panic("mcp: " + o.Name + ": " + err.Error())
	}
	var schema struct {
		Properties map[string]struct{ Description string }
	}
	if err := json.Unmarshal(in, &schema); err != nil {
		panic("mcp: " + o.Name + ": " + err.Error())
	}
	var words []string
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		words = append(words, schema.Properties[name].Description)
	}
	return strings.Join(words, " ")
}

// mostFound is how many tools are found at most; their arguments take room.
const mostFound = 6

// find answers with the tools that fit some words best.
func (f *face) find(ctx context.Context, request *mcp.CallToolRequest, index *text.Index) *mcp.CallToolResult {
	v, err := f.who(ctx, request.Extra)
	failed := func(err error) *mcp.CallToolResult { return problem(err, v.Printer()) }
	if err != nil {
		return failed(err)
	}
	var in struct{ Words string }
	if err := json.Unmarshal(request.Params.Arguments, &in); err != nil || strings.TrimSpace(in.Words) == "" {
		return failed(fault.New(fault.Usage, "Say in a few words what should be done.").WithField("words"))
	}
	found := []Found{}
	for _, ranked := range index.Rank(text.Terms(in.Words, ""), len(f.operations)) {
		o, _ := f.registry.Find(ranked.ID)
		if v.May(o.Allow) != nil || o.Permit(v) != nil {
			continue
		}
		tool := f.describe(o)
		schema, ok := tool.InputSchema.(json.RawMessage)
		if !ok {
			return failed(fault.New(fault.Internal, "Something went wrong on our side."))
		}
		found = append(found, Found{Name: tool.Name, Use: useTool(o), Summary: tool.Description, Input: schema})
		if len(found) == mostFound {
			break
		}
	}
	out, err := wire.Marshal(map[string][]Found{"tools": found})
	if err != nil {
		return failed(fault.Wrap(err, fault.Internal, "Something went wrong on our side."))
	}
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: string(out)}}}
}

// use calls a tool that is not listed as if it were.
func (f *face) use(
	ctx context.Context, request *mcp.CallToolRequest, byTool map[string]op.Operation, reads bool,
) *mcp.CallToolResult {
	v, err := f.who(ctx, request.Extra)
	failed := func(err error) *mcp.CallToolResult { return problem(err, v.Printer()) }
	if err != nil {
		return failed(err)
	}
	var in struct {
		Name      string
		Arguments json.RawMessage
	}
	if err := json.Unmarshal(request.Params.Arguments, &in); err != nil {
		return failed(fault.New(fault.Usage, "The input must be one JSON object."))
	}
	o, known := byTool[in.Name]
	switch {
	case !known:
		return failed(fault.New(fault.NotFound, "There is no tool %q.", in.Name).WithHint("Find one with find_tools."))
	case o.ReadOnly() != reads && reads:
		return failed(fault.New(fault.Usage, "This tool changes something.").
			WithHint("Call it with use_changing_tool."))
	case o.ReadOnly() != reads:
		return failed(fault.New(fault.Usage, "This tool only shows.").WithHint("Call it with use_reading_tool."))
	}
	if len(in.Arguments) == 0 || string(in.Arguments) == "null" {
		in.Arguments = json.RawMessage("{}")
	}
	inner, params := *request, *request.Params
	params.Name, params.Arguments = in.Name, in.Arguments
	inner.Params = &params
	return f.call(ctx, &inner, o)
}
