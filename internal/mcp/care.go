package mcp

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// confirmField is the argument by which an assistant says that its user agreed to this very call.
const confirmField = "confirm"

// withConfirm adds the argument to the schema of a tool's input.
func withConfirm(schema json.RawMessage) json.RawMessage {
	fields := map[string]json.RawMessage{}
	properties := map[string]json.RawMessage{}
	if err := json.Unmarshal(schema, &fields); err != nil {
		panic("mcp: " + err.Error())
	}
	if fields["properties"] != nil {
		if err := json.Unmarshal(fields["properties"], &properties); err != nil {
			panic("mcp: " + err.Error())
		}
	}
	properties[confirmField] = json.RawMessage(
		`{"type":"boolean","description":"true only when the user was shown exactly this call and agreed to it"}`)
	var err error
	if fields["properties"], err = json.Marshal(properties); err != nil {
		panic("mcp: " + err.Error())
	}
	out, err := json.Marshal(fields)
	if err != nil {
		panic("mcp: " + err.Error())
	}
	return out
}

// takeConfirm takes the argument out of the others and says whether it is true.
func takeConfirm(arguments json.RawMessage) (json.RawMessage, bool) {
	fields := map[string]json.RawMessage{}
	if json.Unmarshal(arguments, &fields) != nil {
		return arguments, false // whoever reads the input says what is wrong with it
	}
	said, there := fields[confirmField]
	if !there {
		return arguments, false
	}
	delete(fields, confirmField)
	rest, err := json.Marshal(fields)
	if err != nil {
		return arguments, false
	}
	return rest, string(said) == "true"
}

// question names the one thing that a user is asked.
const question = "agree"

// ask says what stands between a call that cannot be undone, or that others will see, and its being done; nil when the
// user agreed. A client that can ask its user is made to ask, whatever the assistant claims; of another the argument is
// believed.
func ask(
	request *mcp.CallToolRequest, o op.Operation, arguments json.RawMessage, confirmed bool, p *locale.Printer,
) *mcp.CallToolResult {
	refused := problem(fault.New(fault.Forbidden, "The user must agree to this first.").
		WithHint("Show them what would be done and to whom; when they agree, call again with confirm set to true."), p)
	if can := request.ClientCapabilities(); can == nil || can.Elicitation == nil ||
		can.Elicitation.Form == nil && can.Elicitation.URL != nil {
		if confirmed {
			return nil
		}
		return refused
	}
	sum := sha256.Sum256(append([]byte(o.Name+"\x00"), arguments...))
	state := hex.EncodeToString(sum[:]) // the answer is to this very call, and to no other
	if answer, ok := request.Params.InputResponses[question].(*mcp.ElicitResult); ok &&
		request.Params.RequestState == state {
		if answer.Action == "accept" {
			return nil
		}
		return refused
	}
	return &mcp.CallToolResult{RequestState: state, InputRequests: mcp.InputRequestMap{question: &mcp.ElicitParams{
		Mode:            "form",
		Message:         p.T("An assistant wants to do this for you:") + " " + p.T(o.Summary) + " " + string(arguments),
		RequestedSchema: json.RawMessage(`{"type":"object","properties":{}}`),
	}}}
}
