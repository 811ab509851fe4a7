package chat_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/calendar"
	"gave.network/internal/intake/read/chat"
	"gave.network/internal/intake/read/readtest"
)

// said gathers what was read: "medium time writer>others (count)".
func said(c *readtest.Collector) []string {
	var out []string
	name := func(p read.Party) string {
		switch {
		case p.Self:
			return "me"
		case p.Name != "":
			return p.Name
		}
		return p.Address + p.Phone
	}
	for _, i := range c.Interactions {
		line := string(i.Medium) + " " + i.Time.Format("2006-01-02T15:04")
		for n, p := range i.Parties {
			if p.Bulk {
				continue
			}
			sign := ","
			if n == 0 {
				sign = " "
			} else if n == 1 {
				sign = ">"
			}
			line += sign + name(p)
		}
		if i.Count > 1 {
			line += " x" + string(rune('0'+i.Count))
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

// The exports of programs for chats, as people have them.
func TestChatApps(t *testing.T) {
	for _, c := range []struct {
		name, format, text string
		want               []string
		rejects            int
	}{
		{
			"dm.json", "discord", `{"guild":{"id":"0","name":"Direct Messages"},"channel":{"id":"1","type":"DirectTextChat","name":"Dis Cord"},"messages":[
				{"id":"1","type":"Default","timestamp":"2026-03-03T10:00:00.000+00:00","author":{"id":"2","name":"dis","nickname":"Dis Cord"}},
				{"id":"2","type":"Reply","timestamp":"2026-03-03T10:01:00+00:00","author":{"id":"3","name":"ik","nickname":"Ik"}},
				{"id":"3","type":"Call","timestamp":"2026-03-03T10:01:00+00:00","author":{"id":"3","name":"ik"}},
				{"id":"4","type":"Default","timestamp":"gisteren","author":{"id":"3","name":"ik"}}]}`,
			[]string{"message 2026-03-03T10:00 Dis Cord>me", "message 2026-03-03T10:01 me>Dis Cord"},
			1,
		},
		{
			"channel.json", "discord", `{"guild":{"id":"9","name":"Club"},"channel":{"id":"7","type":"GuildTextChat","name":"algemeen"},"messages":[
				{"type":"Default","timestamp":"2026-03-03T10:00:00Z","author":{"id":"2","name":"ada"}},
				{"type":"Default","timestamp":"2026-03-03T10:00:00Z","author":{"id":"8","name":"bot","isBot":true}},
				{"type":"Default","timestamp":"2026-03-03T11:00:00Z","author":{"id":"3","name":"bo"}}]}`,
			[]string{"list 2026-03-03T10:00 ada>bo", "list 2026-03-03T11:00 bo>ada"},
			0,
		},
		{
			"messages.json", "skype", `{"userId":"8:live:ik","exportDate":"2026-04-01T10:00","conversations":[
				{"id":"8:live:anna","displayName":"Anna Bos","MessageList":[
					{"id":"2","originalarrivaltime":"2026-03-03T10:05:00.5Z","messagetype":"RichText","from":"8:live:ik","content":"x"},
					{"id":"1","originalarrivaltime":"2026-03-03T10:00:00.5Z","messagetype":"RichText","from":"8:live:anna"}]},
				{"id":"19:abc@thread.skype","displayName":"Groep","MessageList":[
					{"originalarrivaltime":"2026-03-04T10:00:00Z","messagetype":"Text","from":"8:live:anna"},
					{"originalarrivaltime":"2026-03-04T10:00:00Z","messagetype":"ThreadActivity/AddMember","from":"8:live:anna"},
					{"originalarrivaltime":"2026-03-04T11:00:00Z","messagetype":"Text","from":"8:live:bo","displayName":"Bo Vos"},
					{"originalarrivaltime":"2026-03-04T12:00:00Z","messagetype":"Text","from":"28:robot"}]}]}`,
			[]string{
				"message 2026-03-03T10:00 Anna Bos>me", "message 2026-03-03T10:05 me>Anna Bos",
				"message 2026-03-04T10:00 Anna Bos>Bo Vos", "message 2026-03-04T11:00 Bo Vos>Anna Bos",
			},
			0,
		},
		{
			"sms.xml", "sms", `<?xml version='1.0' encoding='UTF-8' standalone='yes' ?><!--File Created By SMS Backup & Restore--><smses count="6">
				<sms address="+31612340070" date="1772528400000" type="1" body="hoi &#55357;&#56832; > x" contact_name="Es &amp; Em" />
				<sms address="06-12340071" date="1772528500000" type="2" body="dag" contact_name="(Unknown)" />
				<sms address="ING" date="1772528500000" type="1" body="code" contact_name="(Unknown)" />
				<sms address="+31612340070" date="1772528600000" type="3" body="concept" contact_name="Es &amp; Em" />
				<sms address="+31612340070" date="null" type="1" body="x" contact_name="Es &amp; Em" />
				<mms date="1772528700000" msg_box="2" address="+31612340070~+31612340071" contact_name="Es &amp; Em, Bo Vos" ><parts><part seq="0" text="hallo"/></parts>
				<addrs><addr address="+31612340070" type="151"/></addrs></mms></smses>`,
			[]string{
				"message 2026-03-03T09:00 Es & Em>me", "message 2026-03-03T09:01 me>06-12340071",
				"message 2026-03-03T09:05 me>Es & Em,Bo Vos",
			},
			1,
		},
		{
			"calls.xml", "sms", `<calls count="3"><call number="+31612340070" duration="125" date="1772528400000" type="1" contact_name="Es Em" />
				<call number="+31612340070" duration="0" date="1772528500000" type="3" contact_name="Es Em" />
				<call number="+31612340071" duration="60" date="1772528600000" type="2" contact_name="Bo Vos" /></calls>`,
			[]string{"call 2026-03-03T09:00 me>Es Em", "call 2026-03-03T09:03 me>Bo Vos"},
			0,
		},
		{
			"+31612340070.txt", "imessage", "Mar 03, 2026 10:00:00 AM (Read by you after 5 seconds)\n+31612340070\n" +
				"Hoi\n\nMar 03, 2026 10:01:00 PM\nMe\nDag\n" +
				"    Mar 03, 2026 10:02:00 PM\n    Bo\n    antwoord\n\n" +
				"Mar 04, 2026  9:00:00 AM You named the conversation Club\n",
			[]string{"message 2026-03-03T10:00 +31612340070>me", "message 2026-03-03T22:01 me>+31612340070"},
			0,
		},
		{
			"messages.json", "googlechat", `{"messages":[
				{"creator":{"name":"Anna Bos","email":"anna@example.org","user_type":"Human"},"created_date":"Tuesday, 3 March 2026 at 10:00:00 UTC","text":"x"},
				{"creator":{"name":"Bo Vos","email":"bo@example.org","user_type":"Human"},"created_date":"Tuesday, March 3, 2026 at 1:05:00 PM UTC"},
				{"creator":{"name":"Meet","email":"m@example.org","user_type":"Bot"},"created_date":"Tuesday, 3 March 2026 at 10:00:00 UTC"},
				{"creator":{"name":"Anna Bos","email":"anna@example.org"},"created_date":"woensdag 4 maart 2026 om 10:00:00 UTC"},
				{"creator":{"name":"Anna Bos","email":"anna@example.org"},"created_date":"ooit"}]}`,
			[]string{
				"message 2026-03-03T10:00 Anna Bos>Bo Vos", "message 2026-03-03T13:05 Bo Vos>Anna Bos",
				"message 2026-03-04T10:00 Anna Bos>Bo Vos",
			},
			1,
		},
		{
			"x.json", "meta", `{"participants":["Anna Bos","Ik Zelf"],"threadName":"Anna Bos_1","messages":[
				{"isUnsent":false,"senderName":"Anna Bos","text":"x","timestamp":1772528400000,"type":"text"}]}`,
			[]string{"message 2026-03-03T09:00 Anna Bos>Ik Zelf"},
			0,
		},
		{
			"result.json", "telegram", `{"name":"Ada Lin","type":"personal_chat","id":4,"messages":[
				{"id":1,"type":"message","date":"2019-03-03T10:00:00","edited":"1970-01-01T01:00:00","from":"Ada Lin","from_id":5,"text":"hoi"},
				{"id":2,"type":"message","date":"2019-03-03T11:00:00","from":"Ik","from_id":6,"text":"dag"}]}`,
			[]string{"message 2019-03-03T10:00 Ada Lin>Ik", "message 2019-03-03T11:00 Ik>Ada Lin"},
			0,
		},
		{
			"agenda.CSV", "outlook-calendar", "\"Subject\",\"Start Date\",\"Start Time\",\"End Date\",\"End " +
				"Time\",\"All day event\",\"Meeting Organizer\"," +
				"\"Required Attendees\",\"Optional Attendees\",\"Location\",\"Private\"\r\n" +
				"\"Overleg\",\"3/4/2026\",\"2:00:00 PM\",\"3/4/2026\",\"3:00:00 PM\",\"False\",\"Ik Zelf\",\"Kim " +
				"Bos;Piet Smit\",\"Bo Vos\",\"Kamer 1\",\"False\"\r\n" +
				"\"Canceled: x\",\"3/4/2026\",\"2:00:00 PM\",\"3/4/2026\",\"3:00:00 PM\",\"False\",\"Ik Zelf\",\"Kim " +
				"Bos\",\"\",\"\",\"False\"\r\n" +
				"\"Vrij\",\"3/5/2026\",\"\",\"3/6/2026\",\"\",\"True\",\"\",\"\",\"\",\"\",\"False\"\r\n" +
				"\"Stuk\",\"ooit\",\"\",\"3/6/2026\",\"\",\"True\",\"Kim Bos\",\"Bo Vos\",\"\",\"\",\"False\"\r\n",
			[]string{"face 2026-03-04T14:00 Ik Zelf>Kim Bos,Piet Smit,Bo Vos"},
			1,
		},
		{
			"agenda.csv", "outlook-calendar", "Onderwerp;Begindatum;Begintijd;Einddatum;Eindtijd;Duurt hele " +
				"dag;Organisator van vergadering;Vereiste deelnemers;Locatie\r\n" +
				"Overleg;4-3-2026;14:00:00;4-3-2026;15:30:00;Onwaar;Kim Bos <kim@example.org>;\"Ik <me@example.org>; " +
				"Bo Vos\";Microsoft Teams-vergadering\r\n",
			[]string{"video 2026-03-04T14:00 Kim Bos>Ik,Bo Vos"},
			0,
		},
	} {
		got := readtest.Detected(t, c.name, c.text, c.format)
		if s := said(got); !slices.Equal(s, c.want) || len(got.Rejects) != c.rejects {
			t.Errorf("%s %s:\n%s\nwant\n%s\nrejects %v", c.format, c.name, strings.Join(s, "\n"),
				strings.Join(c.want, "\n"), got.Rejects)
		}
	}
}

// Whole downloads and folders.
func TestChatFolders(t *testing.T) {
	picture := "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  []string
		wrong string // part of the sentence
	}{
		{"Google Chat within a Takeout", map[string]string{
			"Takeout/Google Chat/Users/User 1/user_info.json": `{"user":{"name":"Ik Zelf","email":"me@example.org","user_type":"Human"}}`,
			"Takeout/Google Chat/Groups/DM a/group_info.json": `{"members":[{"name":"Anna Bos","email":"anna@example.org"},{"name":"Ik Zelf","email":"me@example.org"}]}`,
			"Takeout/Google Chat/Groups/DM a/messages.json":   `{"messages":[{"creator":{"name":"Ik Zelf","email":"me@example.org"},"created_date":"Tuesday, 3 March 2026 at 10:00:00 UTC"}]}`,
			"Takeout/Google Chat/Groups/DM a/File-foto.jpg":   picture, "Takeout/archive_browser.html": "<html></html>",
			"Takeout/Google Photos/a.jpg": picture, "Takeout/Google Photos/a.jpg.json": `{"title":"a.jpg"}`,
		}, []string{"message 2026-03-03T10:00 me>Anna Bos"}, ""},
		{"Instagram", map[string]string{
			"your_instagram_activity/messages/inbox/eva_1/message_1.json":          `{"participants":[{"name":"Eva Vriend"},{"name":"Ik \u00c3\u0089"}],"messages":[{"sender_name":"Ik \u00c3\u0089","timestamp_ms":1772528400000}]}`,
			"your_instagram_activity/messages/inbox/eva_1/message_2.json":          `{"participants":[{"name":"Eva Vriend"},{"name":"Ik \u00c3\u0089"}],"messages":[{"sender_name":"Ik \u00c3\u0089","timestamp_ms":1772528300000}]}`,
			"your_instagram_activity/messages/inbox/eva_1/photos/1.jpg":            picture,
			"your_instagram_activity/messages/message_requests/z_1/message_1.json": `{"participants":[{"name":"Spam"}],"messages":[{"sender_name":"Spam","timestamp_ms":1772528400000}]}`,
			"personal_information/personal_information/personal_information.json":  `{"profile_user":[{"string_map_data":{"Name":{"value":"Ik \u00c3\u0089"},"Username":{"value":"ik_e"}}}]}`,
		}, []string{"message 2026-03-03T08:58 me>Eva Vriend x2"}, ""},
		{"Facebook as web pages", map[string]string{
			"your_facebook_activity/messages/inbox/eva_1/message_1.html": "<html>x</html>",
			"connections/friends/your_friends.html":                      "<html>x</html>",
		}, nil, "JSON"},
		{"Discord's own package", map[string]string{
			"Messages/index.json":                        `{"123456789012345678":"Direct Message with anna#0","123456789012345679":"algemeen in Club"}`,
			"Messages/c123456789012345678/channel.json":  `{"id":"123456789012345678","type":"DM","recipients":["1","2"]}`,
			"Messages/c123456789012345678/messages.json": `[{"ID":1,"Timestamp":"2026-03-03 10:00:00","Contents":"x","Attachments":""}]`,
			"Messages/c123456789012345679/channel.json":  `{"id":"123456789012345679","type":"GUILD_TEXT","guild":{"name":"Club"}}`,
			"Messages/c123456789012345679/messages.json": `[{"ID":1,"Timestamp":"2026-03-03 10:00:00","Contents":"x","Attachments":""}]`,
			"Account/avatar.png":                         "\x89PNG\r\n\x1a\n",
		}, []string{"message 2026-03-03T10:00 me>anna"}, ""},
		{"WhatsApp with documents", map[string]string{
			"WhatsApp Chat - Jan Foto/_chat.txt": "[03-03-2026, 10:14:33] Jan Foto: hoi\n" +
				"[03-03-2026, 10:15:33] Ik: dag\n",
			"WhatsApp Chat - Jan Foto/00000003-PHOTO.jpg":       picture,
			"WhatsApp Chat - Jan Foto/00000004-Offerte.docx":    "PK\x03\x04rest",
			"WhatsApp Chat - Jan Foto/00000005-AUDIO-2026.opus": "OggS",
		}, []string{"message 2026-03-03T10:14 Jan Foto>me", "message 2026-03-03T10:15 me>Jan Foto"}, ""},
		{"only pictures", map[string]string{"a/1.jpg": picture, "a/2.jpg": picture}, nil, "pictures"},
		{"Telegram as web pages", map[string]string{
			"ChatExport/messages.html": `<!DOCTYPE html><html><body><div class="page_wrap"><div class="history">`,
		}, nil, "Telegram"},
	} {
		dir := t.TempDir()
		for name, text := range c.files {
			readtest.WriteFile(t, dir, name, []byte(text))
		}
		got, _, errs := readtest.Path(t, dir)
		if s := said(got); !slices.Equal(s, c.want) || len(got.Rejects) > 0 {
			t.Errorf("%s:\n%s\nwant\n%s\n%v", c.name, strings.Join(s, "\n"), strings.Join(c.want, "\n"), got.Rejects)
		}
		text := ""
		for _, err := range errs {
			known, ok := err.(*fault.Error)
			if !ok {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			text += known.Error() + " " + known.Hint
		}
		if c.wrong == "" && text != "" || !strings.Contains(text, c.wrong) {
			t.Errorf("%s: %q, want %q", c.name, text, c.wrong)
		}
	}
}

// The cases that people's trouble gave, with what is right.
func TestCases(t *testing.T) {
	for file, want := range map[string][]string{
		"070-utf7-name.mbox":             {"Jürgen Bär"},
		"083-takeout-german-labels.mbox": {"Kim Bos"},
		"131-wa-group-name-speaks.txt":   {"Boris Nuis", "Carla Pit", "me"},
		"140-slack-shared-channel-guest": {"Anna Bos", "Gast Extern"},
		"143-telegram-one-group.json":    {"Ada Lin", "Bo Lin"},
		"145-facebook-archive-folder":    {"Eva Vriend", "me"},
		"146-exporter-dce.json":          {"Dis Cord"},
		"148-sms-backup-restore.xml":     {"Es Em", "me"},
		"149-imessage-export-txt.txt":    {"Ima Sage", "me"},
		"235-olk-meetings-csv.csv":       {"Ik Zelf"},
		"238-whatsapp-ios-folder":        {"Jan Foto", "me"},
	} {
		c, _, errs := readtest.Path(t, "../testdata/cases/"+file)
		if len(errs) > 0 {
			t.Errorf("%s: %v", file, errs)
		}
		var writers []string
		for _, i := range c.Interactions {
			name := i.Parties[0].Name
			if i.Parties[0].Self {
				name = "me"
			}
			if !slices.Contains(writers, name) {
				writers = append(writers, name)
			}
		}
		slices.Sort(writers)
		if !slices.Equal(writers, want) {
			t.Errorf("%s: %q, want %q", file, writers, want)
		}
	}
}

// System lines in the name of the group, in several languages, and pictures, which are people's.
func TestWhatsAppGroupLines(t *testing.T) {
	for _, c := range []struct {
		lines string
		want  []string
	}{
		{"Club: \u200eLes messages et les appels sont chiffrés de bout en bout.\nAda: \u200eAda a créé le groupe « " +
			"Club »\nClub: \u200eAda vous a ajouté\nAda: salut\nBo: \u200eimage omise\n", []string{"Ada", "Bo"}},
		{"Club: \u200eLos mensajes y las llamadas están cifrados de extremo a extremo.\nAda: \u200eAda creó el grupo " +
			"“Club”\nClub: \u200eAda te añadió\nAda: hola\nBo: hola\n", []string{"Ada", "Bo"}},
		{"Club: \u200eMessages and calls are end-to-end encrypted.\nAda: \u200eAda created group “Club”\n" +
			"Club: \u200eYou're now an admin\nAda: hi\nBo: \u200eimage omitted\n", []string{"Ada", "Bo"}},
		{"Club: \u200eNachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.\nAda: \u200eAda hat die Gruppe „Club“ " +
			"erstellt\nClub: \u200eAda hat dich hinzugefügt\nAda: hallo\nBo: hallo\n", []string{"Ada", "Bo"}},
		{"Club: \u200eI messaggi e le chiamate sono crittografati end-to-end.\nAda: \u200eAda ha creato il gruppo " +
			"“Club”\nClub: \u200eAda ti ha aggiunto\nAda: ciao\nBo: ciao\n", []string{"Ada", "Bo"}},
	} {
		text := ""
		for line := range strings.SplitSeq(strings.TrimSpace(c.lines), "\n") {
			text += "[14-08-2024, 21:00:10] " + line + "\n"
		}
		got, _ := readtest.Text(t, chat.WhatsApp, text)
		var names []string
		for _, i := range got.Interactions {
			for _, p := range i.Parties {
				if !p.Bulk && !slices.Contains(names, p.Name) {
					names = append(names, p.Name)
				}
			}
		}
		slices.Sort(names)
		if !slices.Equal(names, c.want) {
			t.Errorf("%q, want %q of\n%s", names, c.want, text)
		}
	}
}

func TestLongDates(t *testing.T) {
	want := time.Date(2026, 3, 3, 10, 5, 0, 0, time.UTC)
	for _, s := range []string{
		"Tuesday, 3 March 2026 at 10:05:00 UTC", "Tuesday, March 3, 2026 at 10:05:00 AM UTC",
		"dinsdag 3 maart 2026 om 10:05:00 UTC",
		"Dienstag, 3. März 2026 um 10:05:00 UTC", "mardi 3 mars 2026 à 10:05:00 UTC",
		"martes, 3 de marzo de 2026, 10:05:00 UTC", "Tuesday, March 3, 2026 at 10:05:00\u202fAM UTC",
	} {
		if got, ok := chat.ParseLongDate(s); !ok || !got.Equal(want) {
			t.Errorf("%q: %v %v", s, got, ok)
		}
	}
}

func FuzzChatApps(f *testing.F) {
	f.Add([]byte(`{"guild":{},"channel":{"id":"1","type":"DirectTextChat","name":"A"},"messages":[{"type":"Default","timestamp":"2026-03-03T10:00:00Z","author":{"id":"2","name":"a"}}]}`))
	f.Add([]byte(`{"userId":"8:x","exportDate":"","conversations":[{"id":"8:a","displayName":"A","MessageList":[{"originalarrivaltime":"2026-03-03T10:00:00Z","messagetype":"Text","from":"8:a"}]}]}`))
	f.Add([]byte(`<smses><sms address="+31612345678" date="1772528400000" type="1" contact_name="A"/><call number="0612345678" duration="3" date="1772528400000"/></smses>`))
	f.Add([]byte("Mar 03, 2026 10:00:00 AM\nAnna\nx\n\nMar 03, 2026 10:00:00 AM You named it\n"))
	f.Add([]byte("[LINE] Chat with A\n\nSat, 11/01/2025\n9:30AM\tA\tx\n2024/01/15(月)\n午後7:05\tB\ty\n25:00\tB\tz\n"))
	f.Add([]byte(`{"messages":[{"creator":{"name":"A"},"created_date":"Tuesday, 3 March 2026 at 10:00:00 UTC"},{"created_date":1e700}]}`))
	f.Add([]byte(
		"Subject,Start Date,Start Time,Meeting Organizer,Required Attendees\nx,3/3/2026,10:00 AM,A,B;C <c@x.nl>\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range []read.Format{
			chat.Discord, chat.Skype, chat.SMS, chat.IMessage, chat.GoogleChat, chat.Line,
			calendar.OutlookCalendar, chat.Meta, chat.Telegram,
		} {
			format.Detect(data, "x.json")
			c := &readtest.Collector{}
			err := format.Read(context.Background(),
				&read.Source{Path: "x.json", Reader: bytes.NewReader(data), Size: int64(len(data))}, c)
			if err != nil && fault.CodeOf(err) != fault.Invalid {
				t.Fatal(format.Name, err)
			}
			for _, i := range c.Interactions {
				if i.Time.IsZero() || len(i.Parties) == 0 || i.External == "" || i.Source == "" {
					t.Fatalf("%s: %+v", format.Name, i)
				}
			}
		}
	})
}
