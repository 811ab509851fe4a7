package chat_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/chat"
	"gave.network/internal/intake/read/readtest"
	"gave.network/internal/realdata"
)

// chatTarget is one message as the samples say that it must be read.
type chatTarget struct {
	Timestamp string
	Author    string
}

// Every message of the samples is read with its writer and its minute.
func TestChatSamples(t *testing.T) {
	dir := realdata.Path(t, "formats/chat/chat-miner")
	tests := []struct {
		pattern string
		zone    *time.Location // in which the expected times are
	}{
		{"whatsapp/test_*.txt", time.UTC}, {
			"signal/test_export.txt", time.UTC,
		}, {"instagram/test_export.json", time.UTC}, {"telegram/test_*.json", time.UTC},
	}
	for _, test := range tests {
		files, err := filepath.Glob(filepath.Join(dir, test.pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", test.pattern, files, err)
		}
		for _, file := range files {
			b, err := os.ReadFile(filepath.Join(filepath.Dir(file), "target.json"))
			if err != nil {
				t.Fatal(err)
			}
			var target []chatTarget
			if err := json.Unmarshal(b, &target); err != nil {
				t.Fatal(err)
			}
			c, _, errs := readtest.Path(t, file)
			if len(errs) > 0 || len(c.Rejects) > 0 {
				t.Errorf("%s: %v %v", file, errs, c.Rejects)
			}
			// The first message of each writer and day must be there; there are no others.
			want := map[string]string{}
			for _, m := range target {
				key := m.Timestamp[:10] + " " + m.Author
				if old, ok := want[key]; !ok || m.Timestamp < old {
					want[key] = m.Timestamp
				}
			}
			got := map[string]bool{}
			count := 0
			for _, i := range c.Interactions {
				key := i.Time.Format(time.DateOnly) + " " + i.Parties[0].Name
				got[key] = true
				count += i.Count
				if want[key] != i.Time.Format("2006-01-02T15:04:05") {
					t.Errorf("%s: %s at %s, want %q", file, key, i.Time, want[key])
				}
			}
			if len(got) != len(want) || count != len(target) {
				t.Errorf("%s: %d writers' days of %d messages, want %d of %d", file, len(got), count,
					len(want), len(target))
			}
			readtest.CheckUnique(t, c)
		}
	}
}

func TestWhatsAppSample(t *testing.T) {
	c, src, errs := readtest.Path(t, realdata.Path(t, "formats/chat/whatstk/example.txt"))
	if len(errs) > 0 || len(c.Rejects) > 0 {
		t.Fatal(errs, c.Rejects)
	}
	messages := 0
	for _, i := range c.Interactions {
		messages += i.Count
		if i.Medium != read.Message || i.Parties[0].Role != read.From || i.Parties[0].Name == "You" {
			t.Errorf("%+v", i)
		}
	}
	// 18 messages of 8 people on 6 days; two lines of the program.
	if messages != 18 || len(c.Interactions) != 14 || src.Skipped["message of the program"] != 2 {
		t.Errorf("%d messages in %d interactions, skipped %v", messages, len(c.Interactions), src.Skipped)
	}
	if first := c.Interactions[0]; len(first.Parties) != 8 || first.Count != 2 ||
		!first.Time.Equal(time.Date(2016, 8, 6, 13, 23, 0, 0, time.UTC)) {
		t.Errorf("%+v", first)
	}
}

func TestParseChatLine(t *testing.T) {
	tests := []struct{ in, want string }{
		{"[05/03/2025, 10:14:33] Alice: text", "[5 3 2025] [10 14 33] Alice|text"},
		{
			"\u200e[05/03/2025, 10:14:33] Alice: \u200eafbeelding weggelaten",
			"[5 3 2025] [10 14 33] Alice|\u200eafbeelding weggelaten",
		},
		{"13/6/2026, 12:34 - Maria: text", "[13 6 2026] [12 34 0] Maria|text"},
		{"15.04.2016, 15:04 - Jan: x: y", "[15 4 2016] [15 4 0] Jan|x: y"},
		{"31-12-2025 09:15 - Jan van der Berg: a", "[31 12 2025] [9 15 0] Jan van der Berg|a"},
		{"9/22/26, 10:20:00\u202fAM - Bob: x", "[9 22 26] [10 20 0] am Bob|x"},
		{"9/22/26, 10:20\u00a0p.\u00a0m. - Bob: x", "[9 22 26] [10 20 0] pm Bob|x"},
		{"[15.04.16, 15:04:33] Jörg: x", "[15 4 16] [15 4 33] Jörg|x"},
		{"2019-12-24 12:23 - +31 6 12345678: x", "[2019 12 24] [12 23 0] +31 6 12345678|x"},
		{"06/20/20, 00:08 - +12 345 578 created group \"Groupname\"", "system"},
		{"31-12-2025 09:15 - Berichten en oproepen zijn end-to-end versleuteld.", "system"},
		{"31-12-2025 09:15 - Jan heeft de groepsnaam gewijzigd van “A” in “B: c”", "system"},
		{"[05/03/2025, 10:14:33] Koor: \u200eBerichten en oproepen zijn end-to-end versleuteld.", "system"},
		{"a further line", ""},
		{"12 eggs", ""},
		{"1/2/3 eggs: many", ""},
		{"", ""},
		{"[", ""},
		{"12/3/2025, 10:61", ""},
	}
	for _, test := range tests {
		l, ok := chat.ParseChatLine(test.in)
		got := ""
		if ok {
			half := map[bool]string{true: "am "}[l.Morning] + map[bool]string{true: "pm "}[l.Afternoon]
			name, text, written := l.Writer()
			if got = fmt.Sprint(l.Date, l.Clock) + " " + half + name + "|" + strings.TrimPrefix(text, " "); !written {
				got = "system"
			}
		}
		if strings.ReplaceAll(got, "][", "] [") != test.want {
			t.Errorf("%q: %q, want %q", test.in, got, test.want)
		}
	}
}

// The order of day and month is that in which all dates exist and time runs forwards.
func TestChatDateOrder(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{
			"a day beyond twelve at the end", "1/2/25, 10:00 - A: x\n3/2/25, 10:00 - B: x\n14/2/25, 10:00 - A: x\n",
			"2025-02-01 2025-02-03 2025-02-14",
		},
		{
			"a month first at the end", "1/2/25, 10:00 - A: x\n1/3/25, 10:00 - B: x\n1/14/25, 10:00 - A: x\n",
			"2025-01-02 2025-01-03 2025-01-14",
		},
		{
			"time runs", "1/2/25, 10:00 - A: x\n1/3/25, 10:00 - B: x\n1/4/25, 10:00 - A: x\n2/1/25, 10:00 - A: x\n",
			"2025-01-02 2025-01-03 2025-01-04 2025-02-01",
		},
		{"nothing tells", "3/5/25, 10:00 - A: x\n3/5/25, 10:00 - B: x\n", "2025-05-03 2025-05-03"},
		{"halves of the day tell", "3/5/25, 10:00 AM - A: x\n3/5/25, 10:00 PM - B: x\n", "2025-03-05 2025-03-05"},
	}
	for _, test := range tests {
		c, _ := readtest.Text(t, chat.WhatsApp, test.text)
		var days []string
		for _, i := range c.Interactions {
			days = append(days, i.Time.Format(time.DateOnly))
		}
		if got := strings.Join(days, " "); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
	// One date that does not fit the others is reported with its line.
	c, _ := readtest.Text(t, chat.WhatsApp, "14/2/25, 10:00 - A: x\n15/2/25, 10:00 - B: x\n2/16/25, 10:00 - A: x\n")
	if len(c.Interactions) != 2 || len(c.Rejected) != 1 || c.Rejected[0].Line != 3 {
		t.Errorf("%d interactions, rejects %v at %v", len(c.Interactions), c.Rejects, c.Rejected)
	}
}

// In a chat of two that is named after one of them the other is the owner, and the ids stay when more is added.
func TestWhatsAppOwner(t *testing.T) {
	for name, want := range map[string]string{
		"WhatsApp Chat with Anna Dam.txt": "Anna Dam", "WhatsApp-chat met Anna Dam.txt": "Anna Dam",
		"x/WhatsApp Chat - Anna Dam.zip/_chat.txt": "Anna Dam", "WhatsApp Chat mit Anna Dam (1).txt": "Anna Dam",
		"WhatsApp_Chat_with_Anna_Dam.txt": "Anna Dam", "notes.txt": "", "_chat.txt": "",
	} {
		if got := chat.ChatName(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	text := "31-12-2025 09:15 - Anna Dam: hoi\n31-12-2025 09:16 - Jan: hoi\n31-12-2025 09:17 - Anna Dam: daar\nben ik\n"
	read := func(text string) *readtest.Collector {
		c := &readtest.Collector{}
		zone := time.FixedZone("", 3600)
		if err := chat.WhatsApp.Read(context.Background(),
			&read.Source{Path: "WhatsApp Chat with Anna Dam.txt", Reader: strings.NewReader(text), Zone: zone},
			c); err != nil {
			t.Fatal(err)
		}
		readtest.CheckUnique(t, c)
		return c
	}
	before, after := read(text), read(text+"1-1-2026 00:01 - Jan: gelukkig nieuwjaar\n")
	if len(before.Interactions) != 2 || len(after.Interactions) != 3 {
		t.Fatalf("%d and %d interactions", len(before.Interactions), len(after.Interactions))
	}
	for n, i := range before.Interactions {
		if i.External != after.Interactions[n].External {
			t.Errorf("another id in the later export: %+v", i)
		}
	}
	anna, jan := before.Interactions[0], before.Interactions[1]
	if anna.Count != 2 || anna.Parties[0].Name != "Anna Dam" || !anna.Parties[1].Self || !jan.Parties[0].Self ||
		anna.Time.Format(time.RFC3339) != "2025-12-31T08:15:00Z" || anna.Title != "" {
		t.Errorf("%+v %+v", anna, jan)
	}
}

func TestTelegramBatch(t *testing.T) {
	text := `{"about":"x","personal_information":{"user_id":7,"first_name":"Me","phone_number":"+31 6 1"},
"contacts":{"about":"y","list":[{"first_name":"Anna","last_name":"Dam","phone_number":"0031612345678"},{"first_name":"","last_name":"","phone_number":""}]},
"chats":{"list":[
{"name":"Anna","type":"personal_chat","id":12,"messages":[
{"id":1,"type":"service","date":"2024-01-01T10:00:00","date_unixtime":"1704103200","actor":"Anna"},
{"id":2,"type":"message","date":"2024-01-01T10:00:00","date_unixtime":"1704103200","from":"Anna","from_id":"user12","text":"a"},
{"id":3,"type":"message","date":"2024-01-01T10:01:00","date_unixtime":1704103260,"from":"Me","from_id":"user7","text":[{"type":"bold","text":"b"}]},
{"id":4,"type":"message","date":"x","from":"Me","from_id":"user7"}]},
{"name":"bot","type":"bot_chat","id":13,"messages":[{"type":"message","date_unixtime":"1704103200","from":"bot","from_id":"user99"}]}]}}`
	c := readtest.Detected(t, "result.json", text, "telegram")
	if len(c.Contacts) != 2 || !c.Contacts[0].Self || fmt.Sprint(c.Contacts[1].Phones) != "[+31612345678]" {
		t.Errorf("contacts %+v", c.Contacts)
	}
	if len(c.Interactions) != 2 || !c.Interactions[0].Parties[1].Self ||
		c.Interactions[1].Parties[1].Handle != "telegram:user12" {
		t.Errorf("interactions %+v", c.Interactions)
	}
	if len(c.Rejects) != 2 || c.Rejected[0].Line != 2 || c.Rejected[1].Line != 8 {
		t.Errorf("rejects %v at %v", c.Rejects, c.Rejected)
	}
}

func TestMetaNames(t *testing.T) {
	text := `{"participants":[{"name":"Ren\u00c3\u00a9"},{"name":"Jan"}],"messages":[{"sender_name":"Ren\u00c3\u00a9","timestamp_ms":1579294140000,"content":"x"},
{"sender_name":"Jan","timestamp_ms":"soon"}],"title":"Ren\u00c3\u00a9","thread_path":"inbox/rene_1"}`
	c := readtest.Detected(t, "message_1.json", text, "meta")
	if len(c.Interactions) != 1 || c.Interactions[0].Parties[0].Name != "René" ||
		c.Interactions[0].Parties[1].Name != "Jan" || c.Interactions[0].Title != "" || len(c.Rejects) != 1 {
		t.Errorf("%+v %v", c.Interactions, c.Rejects)
	}
}

// A file that is cut off or wrong in the middle keeps what comes before, and says where.
func TestJSONDamaged(t *testing.T) {
	good := `{"participants":[{"name":"A"},{"name":"B"}],"messages":[` + "\n" +
		`{"sender_name":"A","timestamp_ms":1579294140000},` + "\n"
	for _, rest := range []string{
		"", `{"sender_name":`, `nonsense`, strings.Repeat("[", 1000), strings.Repeat("1", 1000),
	} {
		c := &readtest.Collector{}
		err := chat.Meta.Read(context.Background(),
			&read.Source{Path: "x.json", Reader: strings.NewReader(good + rest)}, c)
		if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "line 3") || len(c.Interactions) != 1 {
			t.Errorf("%.20q: %v, %d interactions", rest, err, len(c.Interactions))
		}
	}
}

// A text of 200 MB within a message is passed with bounded memory, and what follows is read.
func TestJSONEnormousString(t *testing.T) {
	c := &readtest.Collector{}
	text := readtest.Concat(`{"participants":[{"name":"A"},{"name":"B"}],"messages":[{"sender_name":"A","content":"`,
		&readtest.Endless{Byte: '\\', Count: 20 << 20}, `","timestamp_ms":1579294140000},`,
		`{"sender_name":"B","content":"`, &readtest.Endless{Byte: 'x', Count: 20 << 20}, `","timestamp_ms":1579294140000}]}`)
	if err := chat.Meta.Read(context.Background(), &read.Source{Path: "x.json", Reader: text}, c); err != nil ||
		len(c.Interactions) != 2 {
		t.Errorf("%v, %d interactions", err, len(c.Interactions))
	}
}

func FuzzChatText(f *testing.F) {
	for _, s := range []string{
		"[05/03/2025, 10:14:33] Alice: text\n", "1/2/25, 10:00 - A: x\nmore\n14/2/25, 10:00 AM - B:",
		"2019-12-24 12:23 - +31 6 12345678: x", "[2019-12-24, 12:23] Me: x",
		"31-12-2025 09:15 - Jan heeft de groep “A: b” gemaakt\n", "9/22/26, 10:20\u00a0p.\u00a0m. - Bob: x",
	} {
		f.Add([]byte(s), "WhatsApp Chat with A.txt")
	}
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		for _, format := range []read.Format{chat.WhatsApp, chat.Signal} {
			format.Detect(data, name)
			c := &readtest.Collector{}
			if err := format.Read(context.Background(),
				&read.Source{Path: name, Reader: bytes.NewReader(data), Size: int64(len(data))}, c); err != nil {
				t.Fatal(err)
			}
			for _, i := range c.Interactions {
				if i.Time.IsZero() || i.Count < 1 || len(i.Parties) == 0 || i.Parties[0].Role != read.From {
					t.Fatalf("%+v", i)
				}
			}
			readtest.CheckUnique(t, c)
		}
	})
}

func FuzzChatJSON(f *testing.F) {
	f.Add([]byte(
		`{"participants":[{"name":"A"}],"messages":[{"sender_name":"A","timestamp_ms":1579294140000}],"title":"x"}`))
	f.Add([]byte(`{"name":"x","type":"personal_chat","id":1,"messages":[{"type":"message","date_unixtime":"1","from":"A","from_id":"user1"}]}`))
	f.Add([]byte(`{"chats":{"list":[{"messages":[{"date":"2024-01-01T10:00:00","from":null}]}]},"contacts":{"list":[{"first_name":"A"}]},"personal_information":{"user_id":1}}`))
	f.Add([]byte(`{"x":1e700,"messages":[{"sender_name":"A","timestamp_ms":1e700}]}`))
	f.Add([]byte(`{"messages":[{"sender_name":"\ud83d\u00c3","timestamp_ms":1e12}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range []read.Format{chat.Telegram, chat.Meta} {
			format.Detect(data, "x.json")
			c := &readtest.Collector{}
			err := format.Read(context.Background(), &read.Source{Path: "x.json", Reader: bytes.NewReader(data)}, c)
			if err != nil && fault.CodeOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			for _, i := range c.Interactions {
				if i.Time.IsZero() || i.Count < 1 || len(i.Parties) == 0 {
					t.Fatalf("%+v", i)
				}
			}
		}
	})
}
