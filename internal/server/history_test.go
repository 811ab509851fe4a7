package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"gave.network/internal/account"
	"gave.network/internal/app"
	"gave.network/internal/db"
	"gave.network/internal/db/dbtest"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/people/peopletest"
	"gave.network/internal/scope"
	"gave.network/internal/server"
)

// history drives clients that write at once over HTTP, at one server or at several on one database, and then compares
// what was confirmed with what is there: nothing that was confirmed is missing or there twice, nothing that was
// refused is there, and every single value has a history in which each write took effect at one moment between its
// request and its answer (linearizability, checked by Porcupine).
type history struct {
	t       *testing.T
	app     *app.App // on the same database, to look at what is there
	clients []*client
	began   time.Time

	mu        sync.Mutex
	objects   []*object
	registers []*register
	calls     map[string]map[int]int // how often each operation was answered with each status
	failures  []string
}

// member is one of the members in whose name clients write.
type member struct {
	viewer op.Viewer
	people []string // people whom the member keeps and nobody removes
	hot    []string // addresses that several give to people at once
}

// client is one who writes, at one of the servers.
type client struct {
	*history
	member *member
	url    string
	token  string
	number int
	random *rand.Rand
	made   int
}

// object is a thing that was added, with a mark that nothing else has.
type object struct {
	member  *member
	kind    string
	mark    string
	id      string
	person  string // whom it is about
	status  int    // of the answer to adding; 0 when none came
	removed int    // how often its removal was confirmed
	doubt   bool   // a removal was not answered
	asked   bool   // somebody removes it already
	twice   bool   // two may remove it
}

// register is a single value that many write and read.
type register struct {
	member     *member // whose it is; nil for everybody's
	path       string
	method     string
	read       string
	body       func(value string) string
	value      func(c *client) string
	found      func(fields map[string]any) string
	operations []porcupine.Operation
}

// kinds says how often a mark is in the database, and how what has it is removed. {} stands for the id, {person} for
// whom it is about.
var kinds = map[string]struct {
	count  string
	remove string
}{
	"person":       {`select count(*) from person where name = $1`, "/people/{}"},
	"note":         {`select count(*) from note where body = $1`, "/notes/{}"},
	"gift":         {`select count(*) from gift where body = $1 and direction = 1`, "/gifts/{}"},
	"return":       {`select count(*) from gift where body = $1 and direction = -1`, "/gifts/{}"},
	"fact":         {`select count(*) from fact where body = $1`, "/goodwill/facts/{}"},
	"goal":         {`select count(*) from goal where title = $1`, "/power/goals/{}"},
	"ask":          {`select count(*) from ask where body = $1`, "/asks/{}"},
	"resource":     {`select count(*) from resource where title = $1`, "/commons/{}"},
	"interaction":  {`select count(*) from interaction where title = $1`, "/interactions/{}"},
	"token":        {`select count(*) from api_token where name = $1`, "/tokens/{}"},
	"tag":          {`select count(*) from person_tag where tag = $1`, "/people/{person}/tags?tag={}"},
	"date":         {`select count(*) from important_date where kind = $1`, "/people/{person}/dates?kind={}"},
	"identifier":   {`select count(*) from identifier where value = $1`, "/people/{person}/identifiers?value={}"},
	"praise":       {`select count(*) from praise where body = $1 and withdrawn = 0`, "/praise/{}"},
	"outcome":      {`select count(*) from outcome where what = $1`, ""},
	"observation":  {`select count(*) from statement where layer = $1`, ""},
	"invitation":   {`select count(*) from praise_invitation where occasion = $1`, ""},
	"introduction": {`select count(*) from introduction where body = $1`, ""},
	"move":         {`select count(*) from move_answer where move = $1`, ""},
	"captured": {
		`select (select count(*) from note where body like '%' || $1 || '%') +
			(select count(*) from fact where body like '%' || $1 || '%')`,
		"",
	},
	"asked": {`select count(*) from ask_person where note = $1`, ""},
	"organisation": {
		`select count(*) from person_role r join organisation o on o.space = r.space and o.id = r.organisation
			where o.name = $1`,
		"",
	},
}

// steps are what clients do, by the operation that they drive. Each writes once or more.
var steps = map[string]func(c *client){
	"people.add": func(c *client) {
		mark := c.mark("Person ")
		if c.random.IntN(2) == 0 { // several give one address to a person of their own
			address := c.member.hot[c.random.IntN(len(c.member.hot))]
			c.add("contender", mark, address, "people.add", "POST", "/people",
				fields{"name": mark, "email": []string{address}}, "id")
			return
		}
		c.add(
			"person",
			mark,
			"",
			"people.add",
			"POST",
			"/people",
			fields{
				"name":  mark,
				"email": []string{strings.ToLower(strings.ReplaceAll(mark, " ", "")) + "@example.org"},
			},
			"id",
		)
	},
	"people.note": func(c *client) { c.about("note", "people.note", "/people/{}/notes", "text", "note", nil) },
	"people.tag":  func(c *client) { c.about("tag", "people.tag", "/people/{}/tags", "tags", "", nil) },
	"people.date": func(c *client) {
		c.about("date", "people.date", "/people/{}/dates", "kind", "", fields{"day": "05-03"})
	},
	"people.identify": func(c *client) {
		c.about("identifier", "people.identify", "/people/{}/identifiers", "value", "", nil)
	},
	"give.log": func(c *client) { c.about("gift", "give.log", "/gifts", "body", "gift", fields{"to": []string{"{}"}}) },
	"give.receive": func(c *client) {
		c.about("return", "give.receive", "/returns", "body", "gift", fields{"to": []string{"{}"}})
	},
	"goodwill.note": func(c *client) {
		c.about("fact", "goodwill.note", "/goodwill/facts", "body", "fact", fields{"person": "{}", "kind": "need"})
	},
	"goodwill.outcome": func(c *client) {
		c.about("outcome", "goodwill.outcome", "/goodwill/people/{}/outcomes", "what", "", fields{"yes": true})
	},
	"praise.write": func(c *client) {
		c.about("praise", "praise.write", "/praise", "text", "praise", fields{"person": "{}"})
	},
	"praise.keep": func(c *client) {
		c.about("praise", "praise.keep", "/praise/received", "text", "praise", fields{"person": "{}"})
	},
	"praise.invite": func(c *client) {
		c.about("invitation", "praise.invite", "/praise/invitations", "occasion", "", fields{"person": "{}"})
	},
	"colleagues.observe": func(c *client) {
		c.about(
			"observation",
			"colleagues.observe",
			"/colleagues/observations",
			"layer",
			"",
			fields{"first": "{}", "second": "me", "certainty": 1},
		)
	},
	"interactions.add": func(c *client) {
		at := time.Now().
			Add(-time.Duration(c.random.IntN(400*24)) * time.Hour)
			// mostly before what was noted already, so that ties are derived anew
		c.about("interaction", "interactions.add", "/interactions", "title", "interaction", fields{
			"with": []string{"{}"}, "medium": "call", "time": at.UTC().Format(time.RFC3339),
		})
	},
	"capture": func(c *client) { c.about("captured", "capture", "/capture", "text", "", nil) },
	"ask.new": func(c *client) { c.about("ask", "ask.new", "/asks", "text", "id", fields{"audience": "space"}) },
	"commons.share": func(c *client) {
		c.about("resource", "commons.share", "/commons", "title", "resource", fields{"text": "x"})
	},
	"today.answer": func(c *client) {
		c.about("move", "today.answer", "/today/answers", "move", "", fields{"answer": "later"})
	},
	"power.goal.add": func(c *client) {
		c.about("goal", "power.goal.add", "/power/goals", "title", "id", fields{"item": []string{"skill: printing"}})
	},
	"introductions.ask": func(c *client) {
		c.about(
			"introduction",
			"introductions.ask",
			"/introductions",
			"text",
			"",
			fields{"target": "{}", "through": c.person(), "address": "me@example.org"},
		)
	},
	"ask.help": func(c *client) {
		if o := c.other("ask"); o != nil {
			mark := c.mark("Help ")
			c.add("asked", mark, "", "ask.help", "POST", "/asks/"+o.id+"/help", fields{"note": mark}, "").twice = true
		}
	},

	"notes.remove":        func(c *client) { c.remove("note") },
	"give.remove":         func(c *client) { c.remove([]string{"gift", "return"}[c.random.IntN(2)]) },
	"goodwill.remove":     func(c *client) { c.remove("fact") },
	"power.goal.remove":   func(c *client) { c.remove("goal") },
	"ask.remove":          func(c *client) { c.remove("ask") },
	"commons.remove":      func(c *client) { c.remove("resource") },
	"interactions.remove": func(c *client) { c.remove("interaction") },
	"people.untag":        func(c *client) { c.remove("tag") },
	"people.undate":       func(c *client) { c.remove("date") },
	"people.unidentify":   func(c *client) { c.remove("identifier") },
	"praise.withdraw":     func(c *client) { c.remove("praise") },
	"erase":               func(c *client) { c.remove("person") },
}

// fields is the input of an operation.
type fields map[string]any

func (c *client) mark(kind string) string {
	c.made++
	return fmt.Sprintf("%sc%dn%dx", kind, c.number, c.made) // none is the beginning of another
}

func (c *client) person() string { return c.member.people[c.random.IntN(len(c.member.people))] }

// send sends a request and returns the status and what was answered; 0 when no answer came.
func (c *client) send(operation, method, path string, in fields, heads ...string) (int, map[string]any, string) {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			c.fail("%v", err)
			return 0, nil, ""
		}
		body = strings.NewReader(string(text))
	}
	r, err := http.NewRequest(method, c.url+"/api/v1"+path, body)
	if err != nil {
		c.fail("%v", err)
		return 0, nil, ""
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(heads); i += 2 {
		r.Header.Set(heads[i], heads[i+1])
	}
	status, text := 0, []byte(nil)
	if answer, err := http.DefaultClient.Do(r); err == nil {
		status = answer.StatusCode
		text, err = io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			status = 0
		}
	}
	var out map[string]any
	if len(text) > 0 {
		_ = json.Unmarshal(text, &out) // what is no object has no fields
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls[operation] == nil {
		c.calls[operation] = map[int]int{}
	}
	c.calls[operation][status]++
	if status >= 500 || status == 0 {
		c.failures = append(c.failures, fmt.Sprintf("%s %s: %d %s", method, path, status, text))
	}
	return status, out, string(text)
}

func (h *history) fail(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failures = append(h.failures, fmt.Sprintf(format, args...))
}

// about adds a thing with a mark about one of the member's people, whose id stands for {}.
func (c *client) about(kind, operation, path, markField, idField string, in fields) {
	mark := c.mark(kind + " ")
	person := c.person()
	whole := fields{}
	for name, value := range in {
		switch value := value.(type) {
		case string:
			whole[name] = strings.ReplaceAll(value, "{}", person)
		case []string:
			whole[name] = []string{strings.ReplaceAll(value[0], "{}", person)}
		default:
			whole[name] = value
		}
	}
	switch kind {
	case "tag":
		mark = strings.ReplaceAll(mark, " ", "")
		whole[markField] = []string{mark}
	case "identifier":
		mark = strings.ReplaceAll(mark, " ", "") + "@example.org"
		whole[markField] = mark
	case "captured":
		mark = strings.ReplaceAll(mark, " ", "")
		whole[markField] = "@" + person + " needs a " + mark
	default:
		whole[markField] = mark
	}
	c.add(kind, mark, person, operation, "POST", strings.ReplaceAll(path, "{}", person), whole, idField)
}

// add adds a thing, one time in three by two requests at once with one key.
func (c *client) add(kind, mark, person, operation, method, path string, in fields, idField string) *object {
	o := &object{member: c.member, kind: kind, mark: mark, person: person}
	var out map[string]any
	if c.random.IntN(3) == 0 {
		key := []string{"Idempotency-Key", "key of " + mark}
		var second int
		var first, again string
		var group sync.WaitGroup
		group.Go(func() { o.status, out, first = c.send(operation, method, path, in, key...) })
		group.Go(func() { second, _, again = c.send(operation, method, path, in, key...) })
		group.Wait()
		// What is not one transaction refuses the second while the first is being done.
		const busy = "This request is being done already."
		switch {
		case second == http.StatusConflict && strings.Contains(again, busy):
			second, again = o.status, first
		case o.status == http.StatusConflict && strings.Contains(first, busy):
			o.status, first = second, again
			_ = json.Unmarshal([]byte(again), &out)
		}
		if o.status != second || first != again {
			c.fail("%s with one key: %d %s and %d %s", operation, o.status, first, second, again)
		}
	} else {
		o.status, out, _ = c.send(operation, method, path, in)
	}
	if kind == "captured" && out["stored"] != true && o.status < 300 {
		o.status = 422 // it says that it was not stored
	}
	if idField != "" {
		o.id, _ = out[idField].(string)
	} else {
		o.id = mark
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.objects = append(c.objects, o)
	return o
}

// other finds a thing of another member.
func (c *client) other(kind string) *object {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, o := range c.objects {
		if o.kind == kind && o.member != c.member && o.status == http.StatusOK && !o.asked {
			return o
		}
	}
	return nil
}

// remove removes a thing of the member's, one time in two by two requests at once, of which one is confirmed.
func (c *client) remove(kind string) {
	c.mu.Lock()
	var found *object
	for _, o := range c.objects {
		if o.kind == kind && o.member == c.member && o.status != 0 && o.status < 300 && !o.asked && o.id != "" {
			found = o
			break
		}
	}
	if found != nil {
		found.asked = true
	}
	c.mu.Unlock()
	if found == nil {
		return
	}
	path := strings.NewReplacer("{}", url.QueryEscape(found.id), "{person}", found.person).Replace(kinds[kind].remove)
	times := 1 + c.random.IntN(2)
	status := make([]int, times)
	var group sync.WaitGroup
	for i := range times {
		group.Go(func() { status[i], _, _ = c.send("remove "+kind, "DELETE", path, nil) })
	}
	group.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range status {
		switch {
		case s == 0:
			found.doubt = true
		case s < 300:
			found.removed++
		}
	}
}

// write writes a value to a register, one time in three only when it was not changed since it was looked at; read
// reads it.
func (c *client) write(r *register) {
	value := r.value(c)
	var heads []string
	if c.random.IntN(3) == 0 && r.method == "PATCH" {
		if tag := c.tag(r.read); tag != "" {
			heads = []string{"If-Match", tag}
		}
	}
	in := fields{}
	if err := json.Unmarshal([]byte(r.body(value)), &in); err != nil {
		c.fail("%v", err)
		return
	}
	start := time.Since(c.began)
	status, _, text := c.send("write "+r.path, r.method, r.path, in, heads...)
	end := time.Since(c.began)
	switch {
	case status == 0: // it may take effect at any time
		end = time.Hour
	case status == http.StatusPreconditionFailed || status == http.StatusConflict:
		return // refused: nobody may ever read it
	case status >= 300:
		c.fail("write %s: %d %s", r.path, status, text)
		return
	}
	c.record(
		r,
		porcupine.Operation{
			ClientId: c.number,
			Input:    input{true, value},
			Call:     int64(start),
			Output:   "",
			Return:   int64(end),
		},
	)
}

func (c *client) read(r *register) {
	start := time.Since(c.began)
	status, out, text := c.send("read "+r.read, "GET", r.read, nil)
	if status != http.StatusOK {
		c.fail("read %s: %d %s", r.read, status, text)
		return
	}
	c.record(
		r,
		porcupine.Operation{
			ClientId: c.number,
			Input:    input{},
			Call:     int64(start),
			Output:   r.found(out),
			Return:   int64(time.Since(c.began)),
		},
	)
}

func (c *client) tag(path string) string {
	r, err := http.NewRequest("GET", c.url+"/api/v1"+path, nil)
	if err != nil {
		return ""
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return ""
	}
	defer answer.Body.Close()
	return answer.Header.Get("ETag")
}

func (h *history) record(r *register, o porcupine.Operation) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r.operations = append(r.operations, o)
}

// input is what is done to a register.
type input struct {
	write bool
	value string
}

// single is the model of a register.
var single = porcupine.Model{
	Init: func() any { return "\x00" }, // not known until it is first read or written
	Step: func(state, in, out any) (bool, any) {
		if i := in.(input); i.write {
			return true, i.value
		}
		return state == "\x00" || state == out, out
	},
	DescribeOperation: func(in, out any) string { return fmt.Sprint(in, out) },
}

// spare are values for the inputs of operations that no step drives, by field. Nothing of them is looked at but that
// no answer is a 5xx.
func (c *client) spare(name string) string {
	switch name {
	case "person", "first", "target":
		return c.person()
	case "second", "other", "through":
		return c.person()
	case "member":
		return "01a00000-0000-7000-8000-000000000000" // nobody: a client whose role changed would be refused
	case "file":
		return "person,department\n" + c.person() + ",A\n"
	case "day":
		return "05-03"
	case "with":
		return []string{"private", "space"}[c.random.IntN(2)]
	}
	kind := map[string]string{
		"gift": "gift", "return": "return", "ask": "ask", "goal": "goal", "praise": "praise", "fact": "fact",
	}[name]
	c.mu.Lock()
	defer c.mu.Unlock()
	for range 20 {
		if len(c.objects) > 0 {
			if o := c.objects[c.random.IntN(len(c.objects))]; o.kind == kind && o.id != "" {
				return o.id
			}
		}
	}
	return "01a00000-0000-7000-8000-000000000000"
}

// otherwise calls an operation that no step drives.
func (c *client) otherwise(o op.Operation) {
	path, in := o.Path, fields{}
	query := url.Values{}
	for _, f := range o.Fields() {
		value := c.spare(f.Name)
		if len(f.Enum) > 0 {
			value = f.Enum[c.random.IntN(len(f.Enum))]
		}
		switch {
		case f.InPath:
			path = strings.ReplaceAll(path, "{"+f.Name+"}", value)
		case !f.Required:
		case o.Method == http.MethodDelete:
			query.Set(f.Name, value)
		case f.IsList():
			in[f.Name] = []string{value}
		default:
			in[f.Name] = value
		}
	}
	switch o.Name {
	case "merges.all": // it would make one of all people
		in["from"] = 2
	case "profile.password":
		in["old"], in["new"] = "not this one", "a long new password"
	}
	if o.Method == http.MethodDelete {
		in = nil
		if len(query) > 0 {
			path += "?" + query.Encode()
		}
	}
	c.send(o.Name, o.Method, path, in)
}

// run lets all clients write for a while.
func (h *history) run(ctx context.Context) {
	var rest []op.Operation
	var names []string
	for _, o := range h.app.Operations.All() {
		if o.ReadOnly() || o.LocalOnly || seldom[o.Name] {
			continue
		}
		if steps[o.Name] == nil {
			rest = append(rest, o)
			continue
		}
		names = append(names, o.Name)
	}
	if len(names) != len(steps) {
		h.t.Errorf("%d steps for %d operations: which is gone?", len(steps), len(names))
	}
	var group sync.WaitGroup
	for _, c := range h.clients {
		group.Go(func() {
			for turn := 0; ctx.Err() == nil; turn++ {
				switch {
				case turn%16 == 5: // brings the ties up to date while others write
					c.send("today", "GET", "/today", nil)
				case turn%8 == 0:
					c.otherwise(rest[c.random.IntN(len(rest))])
				case turn%2 == 0:
					steps[names[c.random.IntN(len(names))]](c)
				default:
					var mine []*register
					for _, r := range h.registers {
						if r.member == nil || r.member == c.member {
							mine = append(mine, r)
						}
					}
					r := mine[c.random.IntN(len(mine))]
					if c.random.IntN(3) == 0 {
						c.read(r)
					} else {
						c.write(r)
					}
				}
			}
		})
	}
	group.Wait()
	// Each that is left is done once at least, and every register is read at the end.
	for i, name := range slices.Concat(names, names) {
		steps[name](h.clients[i%len(h.clients)])
	}
	for i, o := range rest {
		h.clients[i%len(h.clients)].otherwise(o)
	}
	for _, r := range h.registers {
		for _, c := range h.clients {
			if r.member == nil || r.member == c.member {
				c.read(r)
			}
		}
	}
}

// seldom are operations that no client drives, with why.
var seldom = map[string]bool{
	"tokens.new":    true, // no token is enough for it
	"tokens.feed":   true, // no token is enough for it
	"tokens.revoke": true, // it takes what the two above make
	"people.share":  true, // it changes what others may read: the permission matrix drives it
	"merges.make":   true, // it makes one of two people in whom registers lie; its own test follows
}

// compare looks at what is there.
func (h *history) compare() {
	h.t.Helper()
	ctx := context.Background()
	held := map[string]int{}
	lost, doubled, revived := 0, 0, 0
	for _, o := range h.objects {
		kind := o.kind
		if kind == "contender" {
			kind = "person"
		}
		n, err := db.Value[int](ctx, h.app.DB, kinds[kind].count, o.mark)
		if err != nil {
			h.t.Fatalf("%s: %v", kind, err)
		}
		confirmed := o.status != 0 && o.status < 300
		switch {
		case n > 1:
			doubled++
			h.t.Errorf("%s %q is there %d times", kind, o.mark, n)
		case o.removed > 1 && !o.twice:
			h.t.Errorf("%s %q was removed %d times", kind, o.mark, o.removed)
		case confirmed && o.removed == 0 && !o.doubt && n == 0 && !h.gone(o):
			lost++
			h.t.Errorf("%s %q of %s was confirmed and is not there", kind, o.mark, o.person)
		case (o.status >= 300 || o.removed > 0) && n > 0:
			revived++
			h.t.Errorf("%s %q was answered with %d, removed %d times, and is there", kind, o.mark, o.status, o.removed)
		}
		if o.kind == "contender" && confirmed {
			held[o.member.viewer.Member.String()+" "+o.person]++
			holders, err := db.Values[string](
				ctx,
				h.app.DB,
				`select p.name from identifier n join person p on p.space = n.space and p.id = n.person
				where n.owner = $1 and n.value = $2`,
				o.member.viewer.Member,
				o.person,
			)
			if err != nil || len(holders) != 1 || holders[0] != o.mark {
				h.t.Errorf("%s was confirmed with %s, which belongs to %v, %v", o.mark, o.person, holders, err)
			}
		}
	}
	for address, n := range held {
		if n > 1 {
			h.t.Errorf("%s was confirmed for %d people", address, n)
		}
	}
	writes := 0
	for _, r := range h.registers {
		for _, o := range r.operations {
			if o.Input.(input).write {
				writes++
			}
		}
		switch porcupine.CheckOperationsTimeout(single, r.operations, 20*time.Second) {
		case porcupine.Illegal:
			h.t.Errorf("%s has no history in which each write took effect at one moment: %v", r.path, r.operations)
		case porcupine.Unknown:
			h.t.Logf("%s: its history is too long to be decided", r.path)
		}
	}
	for operation, answers := range h.calls {
		if steps[operation] != nil && answers[http.StatusOK]+answers[http.StatusNoContent] == 0 {
			h.t.Errorf("%s was never confirmed: %v", operation, answers)
		}
	}
	for i, failure := range h.failures {
		if i == 10 {
			h.t.Errorf("and %d more", len(h.failures)-i)
			break
		}
		h.t.Error(failure)
	}
	requests, statuses := 0, map[int]int{}
	for _, answers := range h.calls {
		for status, n := range answers {
			requests += n
			statuses[status] += n
		}
	}
	h.t.Logf(
		"%d clients, %d requests %v, %d things, %d writes of %d single values: %d lost, %d doubled, %d against a "+
			"refusal",
		len(h.clients),
		requests,
		statuses,
		len(h.objects),
		writes,
		len(h.registers),
		lost,
		doubled,
		revived,
	)
	h.ties()
}

// gone says whether a thing went with another: an ask takes with it who offered to help.
func (h *history) gone(o *object) bool { return o.kind == "asked" }

// ties compares the ties with a rebuild, bit for bit.
func (h *history) ties() {
	h.t.Helper()
	ctx := context.Background()
	now := time.Now()
	all := func() []string {
		rows, err := db.Select[struct {
			Line string
		}](ctx, h.app.DB, `select 'x' || intensity || ' ' || sent || ' ' || received || ' ' || peak || ' ' || as_of ||
			' ' || interactions as line
			from tie order by owner, person, other`)
		if err != nil {
			h.t.Fatal(err)
		}
		var out []string
		for _, r := range rows {
			out = append(out, r.Line)
		}
		return out
	}
	space := h.clients[0].member.viewer.Space
	if _, err := h.app.Network.Settle(ctx, space, now); err != nil {
		h.t.Fatal(err)
	}
	before := all()
	if _, err := h.app.Network.Rebuild(ctx, space, now); err != nil {
		h.t.Fatal(err)
	}
	if after := all(); !slices.Equal(before, after) {
		h.t.Errorf("%d ties are not those of a rebuild, which has %d", len(before), len(after))
	}
}

// newHistory makes members, people and values, and clients at the servers.
func newHistory(t *testing.T, a *app.App, seed uint64, clients int, urls ...string) *history {
	t.Helper()
	ctx := context.Background()
	h := &history{t: t, app: a, began: time.Now(), calls: map[string]map[int]int{}}
	owner, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		t.Fatal(err)
	}
	const members = 3
	var shared people.Person
	for i := range members {
		link, err := a.Account.Invite(ctx, owner, op.Owner)
		if err != nil {
			t.Fatal(err)
		}
		session, err := a.Account.Accept(
			ctx,
			link,
			fmt.Sprint("Member ", i),
			fmt.Sprintf("member%d@example.org", i),
			secret,
			"",
		)
		if err != nil {
			t.Fatal(err)
		}
		v, err := a.Account.Session(ctx, session)
		if err != nil {
			t.Fatal(err)
		}
		self := peopletest.Person(t, a.DB, v, fmt.Sprint("Self ", i), fmt.Sprintf("self%d@example.org", i))
		if err := a.Account.SetPerson(ctx, v, self.ID); err != nil {
			t.Fatal(err)
		}
		v.Person = self.ID
		m := &member{viewer: v}
		for j := range 6 {
			p := peopletest.Person(t, a.DB, v, fmt.Sprintf("Kept %d of %d", j, i))
			m.people = append(m.people, p.ID.String())
			if i == 0 && j == 0 {
				shared = p
				if err := a.Network.Share(ctx, v, p, scope.Space); err != nil {
					t.Fatal(err)
				}
			}
		}
		for j := range 4 {
			m.hot = append(m.hot, fmt.Sprintf("hot%d.%d@example.org", i, j))
		}
		path := "/people/" + m.people[1]
		text := func(name string) *register {
			return &register{
				member: m, path: path, method: "PATCH", read: path,
				value: func(c *client) string { return c.mark("v") },
				body:  func(value string) string { return fmt.Sprintf("{%q:%q}", name, value) },
				found: func(fields map[string]any) string { value, _ := fields[name].(string); return value },
			}
		}
		h.registers = append(h.registers, text("place"), text("nickname"), text("organisation"))
		profile := text("name")
		profile.path, profile.read = "/profile", "/profile"
		h.registers = append(h.registers, profile)
		// every member has a date of their own of the shared person
		for _, person := range []string{m.people[2], shared.ID.String()} {
			h.registers = append(h.registers, &register{
				member: m, path: "/people/" + person + "/dates", method: "POST", read: "/people/" + person,
				value: func(c *client) string {
					return fmt.Sprintf("%02d-%02d", 1+c.random.IntN(12), 1+c.random.IntN(28))
				},
				body: func(value string) string { return fmt.Sprintf("{%q:%q}", "day", value) },
				found: func(fields map[string]any) string {
					dates, _ := fields["dates"].([]any)
					for _, one := range dates {
						if d := one.(map[string]any); d["kind"] == "birthday" && d["own"] == true {
							return fmt.Sprintf("%02v-%02v", d["month"], d["day"])
						}
					}
					return ""
				},
			})
		}
		for j := range (clients + members - 1 - i) / members {
			token, err := a.Account.MakeToken(ctx, v, account.TokenInput{Name: "client", Scope: "govern"})
			if err != nil {
				t.Fatal(err)
			}
			number := len(h.clients)
			h.clients = append(h.clients, &client{
				history: h, member: m, url: urls[j%len(urls)], token: token.Secret, number: number,
				random: rand.New(rand.NewPCG(seed, uint64(number))),
			})
		}
		c := h.clients[len(h.clients)-1]
		if _, out, text := c.send("give.log", "POST", "/gifts",
			fields{"body": "a gift", "to": []string{m.people[3]}}); out["gift"] != nil {
			gift := fmt.Sprint("/gifts/", out["gift"])
			for _, name := range []string{"body", "link"} {
				r := *h.registers[0]
				r.member, r.path, r.read = m, gift, gift
				r.body = func(value string) string { return fmt.Sprintf("{%q:%q}", name, value) }
				r.found = func(fields map[string]any) string { value, _ := fields[name].(string); return value }
				r.operations = nil
				h.registers = append(h.registers, &r)
			}
		} else {
			t.Fatal(text)
		}
		if _, out, text := c.send("power.goal.add", "POST", "/power/goals",
			fields{"title": fmt.Sprint("Goal ", i), "item": []string{"skill: printing"}}); out["id"] != nil {
			goal := fmt.Sprint("/power/goals/", out["id"])
			h.registers = append(h.registers, &register{
				member: m, path: goal + "/state", method: "POST", read: goal,
				body:  func(value string) string { return fmt.Sprintf("{%q:%q}", "state", value) },
				value: func(c *client) string { return []string{"open", "reached", "dropped"}[c.random.IntN(3)] },
				found: func(fields map[string]any) string { value, _ := fields["state"].(string); return value },
			})
		} else {
			t.Fatal(text)
		}
	}
	h.registers = append(h.registers, &register{
		path: "/space", method: "PATCH", read: "/profile", value: func(c *client) string { return c.mark("space ") },
		body:  func(value string) string { return fmt.Sprintf("{%q:%q}", "name", value) },
		found: func(fields map[string]any) string { value, _ := fields["space_name"].(string); return value },
	})
	return h
}

// soak says how long clients write: some seconds, or minutes when GAVE_SOAK=1 asks for it.
func soak() (time.Duration, bool) {
	if os.Getenv("GAVE_SOAK") == "1" {
		return 3 * time.Minute, true
	}
	return 3 * time.Second, false
}

// What is confirmed is there, and what is refused is not, whoever writes at the same time: on SQLite and one server.
func TestHistoryOnSQLite(t *testing.T) {
	lasting, _ := soak()
	a, err := app.Open(context.Background(), app.Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	web := httptest.NewServer(server.New(a, "test").Handler())
	defer web.Close()
	h := newHistory(t, a, 7, 9, web.URL)
	ctx, stop := context.WithTimeout(context.Background(), lasting)
	defer stop()
	h.run(ctx)
	h.compare()
}

// The same on two servers and one PostgreSQL: two processes when GAVE_SOAK=1, else two servers of this one, which
// share nothing.
func TestHistoryOnTwoNodes(t *testing.T) {
	lasting, long := soak()
	address, data := dbtest.PostgreSQLAddress(t), t.TempDir() // nodes share both, as the manual says
	a, err := app.Open(context.Background(), app.Config{Database: address, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var urls []string
	for range 2 {
		if long {
			urls = append(urls, process(t, address, data))
			continue
		}
		node, err := app.Open(context.Background(), app.Config{Database: address, Data: data})
		if err != nil {
			t.Fatal(err)
		}
		defer node.Close()
		web := httptest.NewServer(server.New(node, "test").Handler())
		defer web.Close()
		urls = append(urls, web.URL)
	}
	h := newHistory(t, a, 11, 12, urls...)
	ctx, stop := context.WithTimeout(context.Background(), lasting)
	defer stop()
	h.run(ctx)
	h.compare()
}

// process starts gave serve with a data directory and returns its address.
func process(t *testing.T, database, data string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "gave")
	if out, err := exec.Command("go", "build", "-o", binary, "gave.network").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cmd := exec.Command(binary, "serve", "--data", data, "--database", database, "--listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		var exit *exec.ExitError
		if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
			t.Error(err)
		}
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := regexp.MustCompile(`http://[^\s/]+`).FindString(lines.Text()); found != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return found
		}
	}
	t.Fatal("the server says no address")
	return ""
}
