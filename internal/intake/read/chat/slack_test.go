package chat_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/chat"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/linkedin"
	"gave.network/internal/intake/read/readtest"
	"gave.network/internal/realdata"
)

func TestSlackSample(t *testing.T) {
	c, src, errs := readtest.Path(t, realdata.Path(t, "formats/slack/slack-export-enrique.zip"))
	if len(errs) > 0 || len(c.Rejects) > 0 {
		t.Fatal(errs, c.Rejects)
	}
	messages, addressed := 0, 0
	for _, i := range c.Interactions {
		messages += i.Count
		if len(i.Parties) == 2 {
			addressed += i.Count
		}
		if i.Medium != read.List || i.Title != "#enrique" {
			t.Errorf("%+v", i)
		}
	}
	// 102 records: 68 of robots, 4 of people joining, 30 messages, of which 10 mention one person.
	if len(c.Contacts) != 4 || len(c.Interactions) != 13 || messages != 30 || addressed != 10 ||
		src.Skipped["robot"] != 68 || src.Skipped["message of the program"] != 4 {
		t.Errorf("%d contacts, %d interactions of %d messages, %d addressed, skipped %v", len(c.Contacts),
			len(c.Interactions), messages, addressed, src.Skipped)
	}
	readtest.CheckUnique(t, c)
}

var slackExport = map[string]string{
	"users.json": `[{"id":"U1","team_id":"T1","name":"anna","real_name":"Anna Dam","profile":{"display_name":"an","email":"Anna@x.nl","title":"Chef","phone":"+31612345678"}},
{"id":"U2","team_id":"T1","name":"bob","profile":{"real_name":"Bob Smit","email":"bob@x.nl"}},{"id":"U3","name":"carla"},{"id":"U4","name":"silent","profile":{"real_name":"Never Wrote"}},
{"id":"B1","name":"bot","is_bot":true}]`,
	"channels.json":           `[{"id":"C1","name":"general","members":["U1","U2","U3","U4","B1"]}]`,
	"groups.json":             `[{"id":"G1","name":"secret","members":["U1","U2","U3"]}]`,
	"dms.json":                `[{"id":"D1","created":1,"members":["U1","U2"]}]`,
	"mpims.json":              `[{"id":"G2","name":"mpdm-anna--bob--carla-1","members":["U1","U2","U3"]}]`,
	"integration_logs.json":   `[]`,
	"general/2024-01-02.json": `[{"type":"message","user":"U2","text":"yes","ts":"1704189600.000200","thread_ts":"1704103200.000100"},{"type":"message","user":"U3","text":"ask <@U1|anna> or <@U2>","ts":"1704189700.000200"}]`,
	"general/2024-01-01.json": `[{"type":"message","user":"U1","text":"who?","ts":"1704103200.000100","thread_ts":"1704103200.000100"},{"type":"message","subtype":"channel_join","user":"U3","ts":"1704103201.0"},{"type":"message","subtype":"bot_message","bot_id":"B1","ts":"1704103202.0"},{"type":"message","user":"B1","ts":"1704103203.0"},{"type":"message","user":"U9","ts":"1704103204.0"},{"type":"message","user":"U1","ts":"never"}]`,
	"D1/2024-01-01.json":      `[{"type":"message","user":"U1","text":"a","ts":"1704103200.1"},{"type":"message","user":"U1","text":"b","ts":"1704103300.1"},{"type":"message","user":"U2","text":"c","ts":"1704103400.1"}]`,
	"secret/2024-01-01.json":  `[{"type":"message","user":"U3","text":"a","ts":"1704103200.1"}]`,
	"canvas_in_the_conversation/2024-01-01.json": `{"not":"a list"}`,
	"mpdm-anna--bob--carla-1/2024-01-01.json":    `[{"type":"message","user":"U2","text":"a","ts":"1704103200.1"},`,
}

func slackLines(c *readtest.Collector) string {
	var lines []string
	for _, i := range c.Interactions {
		line := i.Time.Format("01-02 15:04") + " " + string(i.Medium) + " " + i.Title + fmt.Sprintf(" %d", i.Count)
		for _, p := range i.Parties {
			line += fmt.Sprintf(" %d%s", p.Role, strings.TrimPrefix(p.Handle, "slack:t1/"))
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func TestSlack(t *testing.T) {
	path := readtest.WriteFile(t, t.TempDir(), "export.zip", readtest.Zip(t, slackExport))
	c, src, errs := readtest.Path(t, path)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	want := `01-01 10:00 message  2 0u1 1u2
01-01 10:03 message  1 0u2 1u1
01-01 10:00 list #general 1 0u1
01-01 10:00 list #general 1 0u9
01-02 10:00 list #general 1 0u2 1u1
01-02 10:01 list #general 1 0u3 1u1
01-02 10:01 list #general 1 0u3 1u2
01-01 10:00 message  1 0u2 1u1 1u3
01-01 10:00 message  1 0u3 1u1 1u2`
	if got := slackLines(c); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(c.Contacts) != 3 || fmt.Sprintf("%v %s %s", c.Contacts[0].Addresses, c.Contacts[0].Name.Full,
		c.Contacts[0].Handle) != "[anna@x.nl] Anna Dam slack:t1/u1" {
		t.Errorf("contacts %+v", c.Contacts)
	}
	if src.Skipped["robot"] != 2 || src.Skipped["message of the program"] != 1 {
		t.Errorf("skipped %v", src.Skipped)
	}
	// A message without a time, and a day that is cut off.
	if len(c.Rejects) != 2 || c.Rejected[0].File != "general/2024-01-01.json" ||
		!strings.Contains(c.Rejects[1], "ends in the middle") {
		t.Errorf("rejects %v at %v", c.Rejects, c.Rejected)
	}
	readtest.CheckUnique(t, c)

	// Going on behind any day gives the rest, threads included.
	for step := int64(1); step <= 5; step++ {
		rest := &readtest.Collector{}
		for entry, err := range formats.Open(context.Background(), path) {
			if err == nil {
				err = entry.Read(context.Background(), &read.Source{Zone: time.UTC, Resume: step}, rest)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if lines := slackLines(rest); !strings.HasSuffix(want, lines) || lines == want {
			t.Errorf("after %d days:\n%s", step, lines)
		}
	}
}

func TestLinkedInSnapshot(t *testing.T) {
	text := `{"paging":{"start":0,"count":10},"elements":[{"snapshotData":[{"First Name":"Anna","Last Name":"Dam","URL":"https://www.linkedin.com/in/anna","Company":"ACME","Connected On":"12 Mar 2024"}],"snapshotDomain":"CONNECTIONS"},
{"snapshotDomain":"PROFILE","snapshotData":[{"First Name":"Me","Last Name":"Self","Headline":"Chef","Geo Location":"Utrecht"}]},
{"snapshotDomain":"X","snapshotData":[{"What":1}]}]}`
	c := readtest.Detected(t, "page.json", text, "linkedin")
	if len(c.Contacts) != 2 || c.Contacts[0].Name.Given != "Anna" || !c.Contacts[1].Self || len(c.Statements) != 1 ||
		c.Statements[0].Time.Format(time.DateOnly) != "2024-03-12" {
		t.Errorf("%+v %+v", c.Contacts, c.Statements)
	}
	// The same connection in the archive has the same id.
	archive, _ := readtest.Text(t, linkedin.LinkedIn,
		"First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"+
			"Anna,Dam,http://linkedin.com/in/anna/,,,,1 Jan 2020\n")
	if archive.Statements[0].External != c.Statements[0].External {
		t.Error("another id in the archive")
	}
}

func FuzzSlack(f *testing.F) {
	f.Add([]byte(slackExport["users.json"]), []byte(slackExport["channels.json"]),
		[]byte(slackExport["general/2024-01-01.json"]))
	f.Add([]byte(slackExport["users.json"]), []byte(slackExport["dms.json"]), []byte(slackExport["D1/2024-01-01.json"]))
	f.Fuzz(func(t *testing.T, users, rooms, day []byte) {
		files := readtest.Memory{
			"users.json": string(users), "channels.json": string(rooms), "dms.json": string(rooms),
			"general/2024-01-01.json": string(day), "D1/2024-01-01.json": string(day),
		}
		c := &readtest.Collector{}
		if err := chat.ReadSlack(context.Background(), files, &read.Source{Path: "x.zip"}, c); err != nil {
			t.Fatal(err)
		}
		for _, i := range c.Interactions {
			if i.Time.IsZero() || i.Count < 1 || len(i.Parties) == 0 {
				t.Fatalf("%+v", i)
			}
		}
	})
}
