package server_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// assist calls a method of the protocol of assistants, and returns what was answered.
func (d *desk) assist(path, method string, params any) json.RawMessage {
	d.t.Helper()
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	if err != nil {
		d.t.Fatal(err)
	}
	r, err := http.NewRequest("POST", d.url+path, strings.NewReader(string(body)))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	text := d.send(r).body
	for line := range strings.Lines(text) {
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			text = data
		}
	}
	var answer struct{ Result, Error json.RawMessage }
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		d.t.Fatalf("%s: %v in %s", method, err, text)
	}
	if answer.Error != nil {
		return answer.Error
	}
	return answer.Result
}

// tool calls a tool and returns the text of its answer.
func (d *desk) tool(name string, arguments any) string {
	d.t.Helper()
	var result struct{ Content []struct{ Text string } }
	text := d.assist("/mcp", "tools/call", map[string]any{"name": name, "arguments": arguments})
	if err := json.Unmarshal(text, &result); err != nil || len(result.Content) != 1 {
		d.t.Fatalf("%s answers in one form, not %s", name, text)
	}
	return result.Content[0].Text
}

// An assistant is shown at most twenty tools, which it can hold beside its work, and finds all others.
func TestAnAssistantIsShownFewTools(t *testing.T) {
	d := openDesk(t, "", t.TempDir())
	listed := func(path string) (names []string, size int) {
		var result struct{ Tools []struct{ Name string } }
		text := d.assist(path, "tools/list", map[string]any{})
		if err := json.Unmarshal(text, &result); err != nil {
			t.Fatal(err)
		}
		for _, tool := range result.Tools {
			names = append(names, tool.Name)
		}
		return names, len(text)
	}
	few, size := listed("/mcp")
	all, sizeOfAll := listed("/mcp?tools=all")
	t.Logf("%d tools in %d bytes, with all %d in %d", len(few), size, len(all), sizeOfAll)
	if len(few) < 15 || len(few) > 20 || size > 20_000 || len(all) < 150 {
		t.Errorf("%d tools in %d bytes: %q; of %d", len(few), size, few, len(all))
	}
	out := d.tool("capture", map[string]any{"text": "lunch with Anna Arends yesterday"})
	if !strings.Contains(out, "Anna") {
		t.Error(out)
	}
	if out := d.tool("use_changing_tool", map[string]any{
		"name": "people_note", "arguments": map[string]any{"person": "Anna Arends", "text": "likes chess"},
	}); !strings.Contains(out, "note") {
		t.Error(out)
	}
	for name, want := range map[string]string{"use_reading_tool": "changes something", "people_show": "chess"} {
		arguments := map[string]any{"person": "Anna Arends"}
		if name == "use_reading_tool" {
			arguments = map[string]any{"name": "people_note", "arguments": arguments}
		}
		if out := d.tool(name, arguments); !strings.Contains(out, want) {
			t.Errorf("%s: %s", name, out)
		}
	}
	// What cannot be undone is asked first, whichever way it is called.
	erase := map[string]any{"name": "erase", "arguments": map[string]any{"person": "Anna Arends"}}
	if out := d.tool("use_changing_tool", erase); !strings.Contains(out, "must agree") {
		t.Errorf("erase: %s", out)
	}
	if out := d.tool("use_changing_tool", map[string]any{"name": "tokens_make"}); !strings.Contains(out, "no tool") {
		t.Errorf("what no token reaches is called: %s", out)
	}
}

// Requests in the words of users lead to a tool that does what they ask: one of those that an assistant is shown at
// once, or else one that find_tools names.
func TestRequestsFindTheirTool(t *testing.T) {
	d := openDesk(t, "", t.TempDir())
	var listed struct{ Tools []struct{ Name string } }
	if err := json.Unmarshal(d.assist("/mcp", "tools/list", map[string]any{}), &listed); err != nil {
		t.Fatal(err)
	}
	everyday := map[string]bool{}
	for _, tool := range listed.Tools {
		everyday[tool.Name] = true
	}
	file, err := os.Open("testdata/requests.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	count, shown, first, among := 0, 0, 0, 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		words, wanted, ok := strings.Cut(lines.Text(), "\t")
		if !ok {
			continue
		}
		count++
		right := strings.Split(wanted, "|")
		if slices.ContainsFunc(right, func(name string) bool { return everyday[name] }) {
			shown++
			continue
		}
		var found struct{ Tools []struct{ Name string } }
		if err := json.Unmarshal([]byte(d.tool("find_tools", map[string]any{"words": words})), &found); err != nil {
			t.Fatal(err)
		}
		names := []string{}
		for _, tool := range found.Tools {
			names = append(names, tool.Name)
		}
		at := slices.IndexFunc(names, func(name string) bool { return slices.Contains(right, name) })
		if at == 0 {
			first++
		}
		if at >= 0 {
			among++
		} else {
			t.Logf("%s: %v, not %s", words, names, wanted)
		}
	}
	t.Logf("of %d requests %d are for a tool that is shown; of the others %d find theirs, %d as the first",
		count, shown, among, first)
	if count != 40 || shown < 27 || among < 10 || first < 4 {
		t.Errorf("%d requests: %d shown, %d found, %d as the first", count, shown, among, first)
	}
}

// The official clients get the tools, resources and prompts.
func TestOfficialClientsOfAssistants(t *testing.T) {
	commands := map[string]func(t *testing.T) *exec.Cmd{
		"Python": func(t *testing.T) *exec.Cmd {
			return exec.Command(clientProgram(t, "python"), "testdata/assistant.py")
		},
		"TypeScript": func(t *testing.T) *exec.Cmd {
			if _, err := os.Stat("../../node_modules/@modelcontextprotocol"); err != nil {
				t.Skip("the client is not there: make test gets it from npm")
			}
			return exec.Command("node", "testdata/assistant.mjs")
		},
	}
	for name, command := range commands {
		t.Run(name, func(t *testing.T) {
			cmd, d := command(t), openDesk(t, "", t.TempDir())
			cmd.Args = append(cmd.Args, d.url+"/mcp")
			cmd.Env = append(os.Environ(), "TOKEN="+d.token)
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			var got struct {
				Tools, Resources, Prompts                   []string
				Capture, Found, Note, Today, Person, Prompt string
			}
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatalf("%v in %s", err, out)
			}
			if len(got.Tools) != 20 || !slices.Contains(got.Resources, "gave://today") || len(got.Prompts) != 3 {
				t.Errorf("listed are %q, %q and %q", got.Tools, got.Resources, got.Prompts)
			}
			for said, want := range map[string]string{
				got.Capture: "Anna", got.Found: "people_note", got.Note: "note", got.Today: "moves",
				got.Person: "likes chess", got.Prompt: "a hall",
			} {
				if !strings.Contains(said, want) {
					t.Errorf("%q is not in %s", want, said)
				}
			}
		})
	}
}
