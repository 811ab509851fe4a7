package main

import (
	"encoding/json"
	"os/exec"
	"path"
	"strings"
	"testing"
)

const module = "gave.network/"

// mayImport says for each package of ours which others it may import. The order is from the ground up; a package that
// is not listed here fails the test, so that every new one gets its place.
var mayImport = map[string]string{
	// The engine stands alone. Its measures import the structure, not each other.
	"graph": "graph/internal/ranges graph/internal/mapped graph/internal/decimal " +
		"graph/internal/snapfile",
	"graph/internal/ranges": "", "graph/internal/random": "", "graph/internal/bitset": "",
	"graph/internal/partition": "",
	"graph/internal/decimal":   "", "graph/internal/mapped": "", "graph/internal/snapfile": "",
	"graph/internal/linear": "graph",
	"graph/internal/leiden": "graph graph/internal/partition graph/internal/random graph/internal/ranges",
	"graph/centrality":      kernel + " graph/internal/linear",
	"graph/cohesion":        kernel,
	"graph/community":       kernel + " graph/internal/leiden",
	"graph/prediction":      kernel,
	"graph/influence":       kernel,
	"graph/inference":       kernel,
	"graph/layout":          kernel + " graph/internal/leiden",
	"graph/temporal":        kernel,
	"graph/blocks":          kernel,
	"graph/multilayer":      kernel,
	"graph/cliques":         kernel,
	"graph/signed":          kernel,
	"graph/equivalence":     kernel,
	"graph/ego":             kernel,
	"graph/twomode":         kernel,
	"graph/gonumgraph":      "graph",
	"graph/distance":        "graph graph/internal/ranges",
	"graph/dynamic":         "graph graph/internal/ranges",
	"graph/external":        "graph graph/internal/snapfile",
	"graph/graphio": "graph graph/external graph/temporal graph/internal/bitset graph/internal/decimal " +
		"graph/internal/mapped graph/internal/ranges",

	"internal/fault": "", "internal/id": "", "internal/progress": "", "internal/realdata": "",
	"internal/lang": "", "internal/near": "", // of tests
	"internal/locale": "fault lang",
	"internal/config": "fault locale",

	// What people write. The parts stand on each other in this order.
	"internal/text":           "lang",
	"internal/text/addresses": "lang text",
	"internal/text/fit":       "lang text",
	"internal/text/names":     "lang text text/addresses",
	"internal/text/mailboxes": "lang text text/addresses text/names",
	"internal/text/when":      "lang text",
	// What they keep in: their layouts know nothing of Gave.
	"internal/text/vcard":     "",
	"internal/text/icalendar": "",
	"internal/text/grammar":   "lang text text/addresses text/names text/when",

	"internal/reply": "lang text text/addresses text/when", // what people write back or pass on by mail
	"internal/tact":  "lang text",                          // the one gate before all that is proposed

	"internal/fetch":       "fault", // the one way out to the web
	"internal/post":        "",      // the one way out by mail
	"internal/safefile":    "",
	"internal/parquetfile": "",
	"internal/db":          "fault id safefile",
	"internal/job":         "db fault id", // who of several processes does what
	"internal/archive":     "db fault progress safefile",
	"internal/op":          "fault id locale",
	"internal/move":        "id locale op text",
	"internal/once":        "db fault id op",
	"internal/graphcmd":    "fault graph parquetfile progress safefile tie",

	"docs/manual":      "",
	"internal/page":    "fault id locale op",
	"internal/room":    "db id move op page tact text",
	"internal/link":    "db fault id room",
	"internal/search":  "locale op page room text",
	"internal/help":    "docs/manual fault locale op page room text",
	"internal/account": "db fault id locale op page room text text/addresses",

	// Ties and the people whom they are between.
	"internal/scope": "db op",
	"internal/tie":   "graph scope db fault id lang op tact text",
	"internal/people": "graph tie scope db fault id lang locale move op page room tact text/vcard " +
		ofPeople,
	"internal/skilled":             "people lang op id room tact text text/fit",
	"internal/people/peoplesearch": "people scope db id op room text",
	"internal/people/around":       "people graph tie id op page",
	"internal/people/peopleweb": "people people/around people/peoplesearch tie scope fault id locale op " +
		"page room tact text",
	"internal/people/identity": "people people/peopleweb tie scope db fault id locale move op page room " + ofPeople,
	"internal/people/erase":    "people tie scope db fault id lang locale op page room " + ofPeople,

	// Inside the rooms, which init adds: none imports another.
	"internal/goodwill/fetch":  "fault fetch",
	"internal/praise/boast":    "lang text",
	"internal/goodwill/chance": "graph locale",

	"internal/ask/routing":   "graph",
	"internal/horizon/atlas": "graph",

	// Readers of the formats: text in, records out.
	"internal/intake/read":           "fault lang text",
	"internal/intake/read/table":     "text text/names",
	"internal/intake/read/contacts":  "fault text text/names intake/read/table",
	"internal/intake/read/mail":      "lang text",
	"internal/intake/read/calendar":  "fault lang intake/read/table",
	"internal/intake/read/chat":      "fault lang text intake/read/table",
	"internal/intake/read/graphfile": "graph fault lang text intake/read/table",
	"internal/intake/read/linkedin":  "fault lang text text/addresses text/names intake/read/table",
	"internal/intake/read/ties":      "fault parquetfile intake/read",
	"internal/intake/read/formats":   "fault intake/read", // all of the above

	"internal/intake": "fetch graph job people people/erase people/identity people/photo tie scope db fault id " +
		"locale op page progress room " + ofPeople,
	// What comes in by itself, through the importers.
	"internal/source": "fetch intake intake/read job people reply source/dav source/imap source/oauth tie db fault " +
		"id locale op page room",
	"internal/source/dav":   "fault fetch",
	"internal/source/imap":  "fault fetch",
	"internal/source/oauth": "fault",
	// What people publish.
	"internal/news": "fetch job move people db fault id locale op page room tact text",
	// What goes to the devices of members.
	"internal/phone": "account intake/read intake/read/contacts move people people/photo phone/dav scope tact " +
		"text/icalendar text/vcard db fault id locale op page room",
	"internal/phone/dav": "text/vcard",
	// What members bring to each other: it asks people who is a member, and the rooms for what they brought.
	"internal/inbox": "people db fault id locale op page room text",
	"internal/today": "scope move db fault id locale op page room tact text/icalendar",
	// What members want by mail: of what was brought to them, and of Today.
	"internal/mailing": "account fetch inbox job link reply source/imap today move db fault id locale op page room " +
		"tact text safefile",
	// Programs that are told what is brought to members.
	"internal/webhook": "fetch job db fault id locale op page room",
	// Assistants that come in from elsewhere.
	"internal/oauth": "account db fault id locale op page room",
	// What whoever keeps people owes them.
	"internal/duties": "people people/erase db fault id locale op page room",
	"internal/capture": "give goodwill praise people tie scope db fault id locale op page room " +
		"text/grammar " + ofPeople,

	// The faces know operations, not rooms.
	"internal/api": "api/wire fault id locale op",
	"internal/mcp": "api/wire fault id locale op progress text",
	"internal/cli": "api/wire config fault id locale op progress",
	// And the rooms, which init adds.
	"internal/app": "account archive capture db duties fault fetch help id inbox intake locale mailing news oauth " +
		"people people/erase people/identity people/peopleweb tie scope once op parquetfile phone post room safefile " +
		"search source text today webhook",
	"internal/server": "account api app config db fault id locale mcp oauth op page phone progress",
	"internal/program": "account app archive cli config db fault fetch graphcmd id intake locale mcp op people post " +
		"mailing/incoming praise praise/boast progress safefile server source/oauth",
	"": "program",

	// The laboratory, which no part of the product imports.
	"lab": "app ask ask/routing cli db fault give give/trace goodwill goodwill/chance graph graph/prediction horizon " +
		"id intake intake/read locale move op progress room tie today lab/archive lab/gallery lab/world " +
		"lab/world/random lab/scale",
	"lab/scale": "app db id intake locale op parquetfile people people/identity scope " +
		"text/addresses text/names tie",
	"lab/gallery":      "fault id locale op page",
	"lab/world/random": "",
	"lab/world/cast":   "lab/world/random",
	"lab/world":        "fault lab/world/cast lab/world/random",
	"lab/archive":      "app ask ask/routing fault id intake intake/read locale op text tie",
	"lab/train/ask":    "ask/routing lab lab/archive",
	"lab/train/boast":  "intake intake/read praise/boast",
	"lab/train/tact":   "tact",
	"cmd/gave-lab":     "cli lab",
	"scale":            "", // Python, and the test that runs it
}

// kernel is what a package of measures may import.
const kernel = "graph graph/internal/ranges graph/internal/random graph/internal/bitset graph/internal/partition"

// ofPeople are the readers of what tells people apart.
const ofPeople = "text text/addresses text/names text/mailboxes"

const everyRoom = "link people people/around tie scope graph move page db fault id lang locale op room tact text " +
	"skilled text/addresses text/fit text/when"

func init() {
	for _, r := range principles() {
		mayImport["internal/"+r.Key] = everyRoom
		mayImport["internal/app"] += " " + r.Key
	}
	// A chart is read from the same directories as address books.
	mayImport["internal/colleagues"] += " intake/read intake/read/contacts"
}

// outside says which packages may import what is costly or belongs in one place only, and why.
var outside = map[string]struct {
	only []string
	why  string
}{
	"github.com/yuin/goldmark": {
		[]string{"internal/give", "internal/help"}, "Markdown becomes pages where texts of people do, and the manual",
	},
	"codeberg.org/readeck/go-readability": {
		[]string{"internal/goodwill/fetch"}, "pages of the web are read in one place",
	},
	"gonum.org/v1/gonum": {
		[]string{"lab/train/boast", "lab/train/tact", "graph/gonumgraph"},
		"learning happens before the program is built, and who wants the engine alone does not get gonum",
	},
	"github.com/mmcdole/gofeed":   {[]string{"internal/news"}, "feeds are read in one place"},
	"github.com/wneessen/go-mail": {[]string{"internal/post"}, "mail is sent in one place"},
	"github.com/emersion/go-smtp": {
		[]string{"internal/mailing/incoming", "internal/post/posttest"}, "mail comes in in one place",
	},
	"modernc.org/sqlite":   {[]string{"internal/db"}, "package db decides once how SQL is done"},
	"github.com/jackc/pgx": {[]string{"internal/db"}, "package db decides once how SQL is done"},
	"github.com/danielgtaylor/huma": {
		[]string{"internal/api"}, "the library behind the API can be replaced in one place",
	},
	"github.com/spf13/cobra": {
		[]string{"internal/cli", "internal/program", "lab"}, "commands are made in one place",
	},
	"github.com/modelcontextprotocol/go-sdk": {
		[]string{"internal/mcp"}, "the library behind the tools can be replaced in one place",
	},
}

func TestImportDirections(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for decoder.More() {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, strings.TrimSuffix(module, "/")), "/")
		if strings.HasSuffix(name, "test") || strings.HasPrefix(name, "bench") { // helpers of tests and benchmarks
			continue
		}
		home := name
		allowed, ok := mayImport[home]
		for !ok && strings.Contains(home, "/") { // a folder inside a package is part of it
			home = path.Dir(home)
			allowed, ok = mayImport[home]
		}
		if !ok {
			t.Errorf("package %s has no place in the order of imports: give it one in mayImport", name)
			continue
		}
		may := map[string]bool{}
		for _, a := range strings.Fields(allowed) {
			may[a] = true
		}
		for _, imported := range p.Imports {
			ours, isOurs := strings.CutPrefix(imported, module)
			short := strings.TrimPrefix(ours, "internal/")
			if isOurs && (within("graph", name) || within("internal/text", ours)) {
				if !may[short] { // in these a folder is a package like any other
					t.Errorf("%s imports %s, against the order: it may import %q", name, ours, allowed)
				}
				continue
			}
			if isOurs {
				// Whoever may import people may not import its pages by that.
				placed := within("internal/people", ours) && mayImport[ours] != ""
				if ours != home && !strings.HasPrefix(ours, home+"/") && !strings.HasPrefix(home, ours+"/") &&
					!may[short] && (placed || !may[path.Dir(short)]) {
					t.Errorf("%s imports %s, against the order: it may import %q", name, ours, allowed)
				}
				continue
			}
			if within("graph", name) && name != "graph/gonumgraph" &&
				strings.Contains(strings.Split(imported, "/")[0], ".") &&
				!strings.HasPrefix(imported, "golang.org/x/sys") {
				t.Errorf("%s imports %s: the engine stands on the standard library and golang.org/x/sys alone",
					name, imported)
			}
			for prefix, rule := range outside {
				if !strings.HasPrefix(imported, prefix) {
					continue
				}
				permitted := false
				for _, only := range rule.only {
					permitted = permitted || name == only || strings.HasPrefix(name, only+"/")
				}
				if !permitted {
					t.Errorf("%s imports %s: %s", name, imported, rule.why)
				}
			}
		}
	}
}

func within(folder, name string) bool { return name == folder || strings.HasPrefix(name, folder+"/") }

// The product links nothing that only measures or makes worlds.
func TestTheProductIsFreeOfTheLaboratory(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.Lines(string(out)) {
		if strings.HasPrefix(name, module+"lab") || strings.HasPrefix(name, module+"cmd/") ||
			strings.HasPrefix(name, "gonum.org/") {
			t.Errorf("the product links %s", name)
		}
	}
}
