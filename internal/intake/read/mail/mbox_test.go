package mail_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	netmail "net/mail"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"gave.network/internal/intake/read"
	"gave.network/internal/intake/read/formats"
	"gave.network/internal/intake/read/mail"
	"gave.network/internal/intake/read/readtest"
	"gave.network/internal/realdata"
)

// mailStats is what the Python standard library finds in the real archives (mail/STATS.json).
type mailStats struct {
	Messages int `json:"messages"`
	IDs      int `json:"distinct_message_ids"`
	Replies  int `json:"with_in_reply_to_or_references"`
	Senders  int `json:"distinct_from_addresses"`
}

// Every message of the real archives is either an interaction, or left out for a counted reason, or rejected; and what
// is found equals what Python finds, except where Python is wrong, as each line says.
func TestMailArchives(t *testing.T) {
	text, err := os.ReadFile(realdata.Path(t, "mail/STATS.json"))
	if err != nil {
		t.Fatal(err)
	}
	var stats map[string]mailStats
	if err := json.Unmarshal(text, &stats); err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		name                                 string
		messages, interactions, ids, senders int
		replies, rejects                     int
		skipped                              string
		first, last                          string
		lists                                int
	}{
		// 627 messages of robots (623 of them rssfeeds@) and 2 newsletters make no contact. Python takes a date in 2028
		// for true; the Received field says 2002.
		{
			name: "spamassassin-easy-ham-1.mbox.gz", messages: 2500, interactions: 1871, ids: 1871,
			senders: 438, replies: 1266,
			skipped: "map[newsletter:2 robot:627]", first: "2002-02-01T05:44:14Z",
			last: "2002-12-04T11:54:45Z", lists: 1688,
		},
		// Years such as 0102 mean 2002, the one mail from 2020 arrived in 2002, and zones beyond 14 hours are none.
		{
			name: "spamassassin-spam-1.mbox.gz", messages: 500, interactions: 494, ids: 494, senders: 431,
			skipped: "map[newsletter:2 robot:4]", first: "2002-02-20T14:15:14Z",
			last: "2002-12-03T19:44:52Z", lists: 72,
		},
		// Python finds no sender, because it does not read "x at y".
		{
			name: "pipermail-2001-November.txt.gz", messages: 164, interactions: 164, ids: 82, senders: 39,
			replies: 114, skipped: "map[]", first: "2001-11-01T11:19:12Z", last: "2001-11-30T17:35:03Z", lists: 164,
		},
		// One message has no header but a link to the archive.
		{
			name: "3GPP_TSG_RAN_WG4_NR-MIMO-OTA.mbox.gz", messages: 59, interactions: 58, ids: 55,
			senders: 10, replies: 28,
			rejects: 1, skipped: "map[]", first: "2018-11-27T11:40:35Z", last: "2020-02-20T17:40:30Z", lists: 58,
		},
		// 25 separators; one message has no date at all.
		{
			name: "listserv-3GPP_TSG_SA_ITUT_AHG.tar.gz", messages: 25, interactions: 24, ids: 24,
			senders: 8, replies: 16,
			rejects: 1, skipped: "map[]", first: "2017-03-09T12:46:03Z", last: "2019-05-24T10:03:31Z", lists: 24,
		},
		// 86 messages; one with an impossible date, one of a robot.
		{
			name: "notmuch-corpora.tar.gz", messages: 86, interactions: 84, ids: 77, senders: 30, replies: 49,
			rejects: 1, skipped: "map[robot:1]", first: "2000-01-01T12:00:00Z", last: "2026-06-23T05:47:52Z", lists: 18,
		},
		{
			name: "r-sig-mixed-models-2009-2010.mbox.gz", messages: 3315, interactions: 3315, ids: 3308, senders: 641,
			replies: 2310, skipped: "map[]", first: "2009-01-01T19:44:48Z", last: "2010-12-31T16:00:03Z", lists: 3315,
		},
		// Four sentences that begin with "From " are no messages; each message occurs twice but for some.
		{
			name: "twisted-python-2003.mbox.gz", messages: 8740, interactions: 8740, ids: 4365, senders: 416,
			replies: 6378, skipped: "map[]", first: "2003-01-01T05:06:40Z", last: "2004-01-01T06:38:10Z", lists: 8740,
		},
	} {
		t.Run(want.name, func(t *testing.T) {
			c, src, errs := readtest.Path(t, realdata.Path(t, "mail/"+want.name))
			for _, err := range errs {
				if !strings.Contains(err.Error(), "/README is in no format") {
					t.Error(err)
				}
			}
			skipped := 0
			for _, n := range src.Skipped {
				skipped += n
			}
			if n := len(c.Interactions) + len(c.Rejects) + skipped; n != want.messages {
				t.Errorf("%d messages in all, want %d", n, want.messages)
			}
			if s, ok := stats[want.name]; ok && s.Messages > 0 && s.Messages != want.messages {
				t.Errorf("STATS.json counts %d messages, the test %d", s.Messages, want.messages)
			}
			ids, senders, replies, lists := map[string]bool{}, map[string]bool{}, 0, 0
			first, last := c.Interactions[0].Time, c.Interactions[0].Time
			for _, i := range c.Interactions {
				ids[i.External] = true
				senders[i.Parties[0].Address] = true
				if i.ReplyTo != "" {
					replies++
				}
				if i.Medium == read.List {
					lists++
				}
				if i.Time.Before(first) {
					first = i.Time
				}
				if i.Time.After(last) {
					last = i.Time
				}
				if i.Parties[0].Role != read.From || i.Parties[0].Address == "" && i.Parties[0].Name == "" {
					t.Errorf("%s has no author: %+v", i.External, i.Parties)
				}
			}
			got := fmt.Sprintf("%d %d %d %d %d %v %s %s %d", len(c.Interactions), len(ids), len(senders), replies,
				len(c.Rejects), zeroMap(src.Skipped), first.Format(time.RFC3339), last.Format(time.RFC3339), lists)
			expected := fmt.Sprintf("%d %d %d %d %d %v %s %s %d", want.interactions, want.ids, want.senders,
				want.replies, want.rejects, want.skipped, want.first, want.last, want.lists)
			if got != expected {
				t.Errorf("interactions, ids, senders, replies, rejects, skipped, first, last, lists:\n got %s\n"+
					"want %s\nrejects %q",
					got, expected, c.Rejects)
			}
		})
	}
}

func zeroMap(m map[string]int) map[string]int {
	if m == nil {
		return map[string]int{}
	}
	return m
}

// Where the standard library can read addresses and dates of real mail, we read the same.
func TestMailAgainstStandardLibrary(t *testing.T) {
	addresses, dates := 0, 0
	for _, name := range []string{"spamassassin-easy-ham-1.mbox.gz", "spamassassin-spam-1.mbox.gz"} {
		data := readtest.Unpacked(t, "mail/"+name)
		m := mail.NewMailReader(&read.Source{Reader: bytes.NewReader(data)}, nil)
		for len(m.Scan.Peek(1)) > 0 {
			m.Header.Reset()
			m.Scan.Next()
			m.Header.Read(m.Scan)
			m.SkipBody(mail.FromSeparator, 0)
			for _, f := range []mail.Field{
				mail.FieldFrom, mail.FieldTo, mail.FieldCc, mail.FieldReplyTo,
				mail.FieldSender,
			} {
				value := m.Header.Get(f)
				theirs, err := netmail.ParseAddressList(value)
				// The standard library takes an encoded word for a local part; RFC 2047 forbids it there. And it keeps
				// the quoted @ of "Books@Books"@example.com, which no mail server accepts.
				if err != nil || strings.Contains(value, "?=@") || strings.Contains(value, `"@`) {
					continue
				}
				ours := read.ParseAddresses(value, read.To)
				if len(ours) != len(theirs) {
					t.Errorf("%q: %d addresses, want %d", value, len(ours), len(theirs))
					continue
				}
				for k, their := range theirs {
					address := strings.ToLower(their.Address)
					if ours[k].Address != address || ours[k].Name != read.CleanName(their.Name, address) {
						t.Errorf("%q: %q <%s>, want %q <%s>", value, ours[k].Name, ours[k].Address,
							their.Name, their.Address)
					}
					addresses++
				}
			}
			value := m.Header.Get(mail.FieldDate)
			// Named zones, zones beyond 14 hours and years such as 0102 are where the standard library is wrong.
			if theirs, err := netmail.ParseDate(value); err == nil && theirs.Year() > 1900 &&
				!strings.Contains(value, "-1") &&
				strings.ContainsAny(value, "+-") && !strings.Contains(value, "GMT+") {
				ours, ok := mail.ParseMailDate(value, time.UTC)
				if !ok || !ours.Equal(theirs) {
					t.Errorf("%q: %v, want %v", value, ours, theirs.UTC())
				}
				dates++
			}
		}
	}
	if addresses < 5000 || dates < 2000 {
		t.Errorf("only %d addresses and %d dates were compared", addresses, dates)
	}
}

func TestParseAddresses(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`Anna <Anna@Example.org>`, `Anna<anna@example.org>`},
		{`anna@example.org (Anna de Vries)`, `Anna de Vries<anna@example.org>`},
		{`anna at example.org (Anna de Vries)`, `Anna de Vries<anna@example.org>`},
		{`Jansen, Anna <anna@example.org>, bob@example.org`, `Jansen, Anna<anna@example.org> <bob@example.org>`},
		{`"Jansen, Anna" <anna@example.org> (work)`, `Jansen, Anna<anna@example.org>`},
		{`"Jansen, Anna"    anna@example.org`, `Jansen, Anna<anna@example.org>`},
		{`=?utf-8?Q?Jansen,_Zo=C3=AB?= <zoe@example.org>`, `Jansen, Zoë<zoe@example.org>`},
		{`=?utf-8?B?Wm/D?= =?utf-8?B?qyBKYW5zZW4=?= <zoe@example.org>`, `Zoë Jansen<zoe@example.org>`},
		{`=?x-klingon?Q?Zo=EB?= <zoe@example.org>`, `Zoë<zoe@example.org>`},
		{"Zo\xeb <zoe@example.org>", `Zoë<zoe@example.org>`},
		{`'anna@example.org' <anna@example.org>`, `<anna@example.org>`},
		{`'Anna' <anna@example.org>`, `Anna<anna@example.org>`},
		{`undisclosed-recipients:;`, ``},
		{
			`Team: Anna <a@example.org>, b@example.org;, c@example.org`,
			`Anna<a@example.org> <b@example.org> <c@example.org>`,
		},
		{`mailto:anna@example.org`, `<anna@example.org>`},
		{`<mailto:anna@example.org>`, `<anna@example.org>`},
		{`Anna <anna@example.org`, `Anna<anna@example.org>`},
		{`Anna <anna@example.org, Bob <bob@example.org>`, `Anna<anna@example.org> Bob<bob@example.org>`},
		{`Anna anna@example.org>`, `Anna<anna@example.org>`},
		{`<@relay.net,@b.net:anna@example.org>`, `<anna@example.org>`},
		{`Anna </O=FIRM/OU=NL/CN=RECIPIENTS/CN=AJANSEN>`, `Anna<x500:/o=firm/ou=nl/cn=recipients/cn=ajansen>`},
		{`"Anna" <IMCEAEX-_O=FIRM_CN=AJANSEN@firm.local>`, `Anna<x500:_o=firm_cn=ajansen>`},
		{`anna@example.org; bob@example.org`, `<anna@example.org> <bob@example.org>`},
		{`Anna "Ann" de Vries <anna@example.org>`, `Anna Ann de Vries<anna@example.org>`},
		{`"Anna \"Ann\" de Vries" <anna@example.org>`, `Anna "Ann" de Vries<anna@example.org>`},
		{`"Anna <anna@example.org>`, `Anna<anna@example.org>`},
		{`=?utf-8?Q?Anna_<anna=40example.org>?=`, `Anna<anna@example.org>`},
		{`@`, ``},
		{`<>`, ``},
		{`((((`, ``},
		{`,,,;;;`, ``},
		{``, ``},
	} {
		var got []string
		for _, p := range read.ParseAddresses(c.in, read.To) {
			got = append(got, p.Name+"<"+p.Address+p.Handle+">")
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, want %q", c.in, strings.Join(got, " "), c.want)
		}
	}
}

func TestParseMailDate(t *testing.T) {
	amsterdam, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ in, want string }{
		{"Thu, 22 Aug 2002 18:26:25 +0700 (ICT)", "2002-08-22T11:26:25Z"},
		{"22 Aug 02 18:26 EDT", "2002-08-22T22:26:00Z"},
		{"Thu, 22 Aug 102 18:26:25 +0000", "2002-08-22T18:26:25Z"},
		{"Thu Nov  1 11:19:12 2001", "2001-11-01T10:19:12Z"},
		{"Thu Nov  1 11:19:12 EST 2001", "2001-11-01T16:19:12Z"},
		{"2002-10-08T00:22:08-05:00", "2002-10-08T05:22:08Z"},
		{"2002-10-08 00:22:08.123Z", "2002-10-08T00:22:08Z"},
		{"05-Aug-2002 10:00:00 PST", "2002-08-05T18:00:00Z"},
		{"Mon, 05 Aug 2002 10:00:00 -1600", "2002-08-05T08:00:00Z"},
		{"Mon, 05 Aug 2002 10:00:00 GMT+2", "2002-08-05T08:00:00Z"},
		{"Mon, 05 Aug 2002 10:00:00 +-0200", "2002-08-05T12:00:00Z"},
		{"Sat, Oct 12, 2019 at 9:05 PM", "2019-10-12T19:05:00Z"},
		{"Saturday, October 12, 2019 12:05 am", "2019-10-11T22:05:00Z"},
		{"8/5/2002 10:00 AM", "2002-08-05T08:00:00Z"},
		{"25/8/2002 10:00", "2002-08-25T08:00:00Z"},
		{"ma 5 mrt 2018 11.04.09 +0100", "2018-03-05T10:04:09Z"},
		{"maandag 5 maart 2018 11:04", "2018-03-05T10:04:00Z"},
		{"Thu, 01 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z"},
		{"Mon, 31 Dec 2012 23:59:60 +0000", "2013-01-01T00:00:00Z"},
		{"Thu Jan 01 00:00:10 +0000", ""},
		{"Not supplied", ""},
		{"Mon, 45 Aug 2002 10:00:00", ""},
		{"Mon, 5 Aug 2002 77:00:00", ""},
		{"99999999999999999999", ""},
		{"", ""},
	} {
		got := ""
		if when, ok := mail.ParseMailDate(c.in, amsterdam); ok {
			got = when.Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

// One message in each of the forms that mail programs write, with what must come out.
func TestMailMeaning(t *testing.T) {
	const date = "Date: Mon, 5 Aug 2002 10:00:00 +0200\n"
	for _, c := range []struct{ name, header, want string }{
		{
			"personal", "From: Anna <anna@a.nl>\nTo: Bob <bob@b.nl>\nCc: c@c.nl\nSubject: =?iso-8859-1?Q?caf=E9?=\n" +
				"Message-ID: <1@a>\n" + date,
			"mail 1@a 2002-08-05T08:00:00Z café [Anna<anna@a.nl>0 Bob<bob@b.nl>1 <c@c.nl>2]",
		},
		{
			"answer", "From: anna@a.nl\nTo: bob@b.nl\nMessage-ID: <2@a>\nIn-Reply-To: Your message of \"Mon\" <1@b>\n" +
				"References: <0@b> <1@b>\n" + date,
			"mail 2@a 2002-08-05T08:00:00Z  [<anna@a.nl>0 <bob@b.nl>1] re 1@b",
		},
		{
			"to a list", "From: Anna <anna@a.nl>\nTo: gardeners@lists.org\nCc: bob@b.nl\n" +
				"List-Id: Gardeners <gardeners.lists.org>\n" +
				"List-Post: <mailto:gardeners@lists.org>\nPrecedence: list\nList-Unsubscribe: <x>\n" +
				"Message-ID: <3@a>\n" + date,
			"list 3@a 2002-08-05T08:00:00Z  [Anna<anna@a.nl>0 <gardeners@lists.org>1bulk <bob@b.nl>2]" +
				" in gardeners@lists.org",
		},
		{
			"list by its sender",
			"From: anna@a.nl\nSender: owner-gardeners@lists.org\nPrecedence: bulk\nTo: x@y.nl\nMessage-ID: <4@a>\n" +
				date, "list 4@a 2002-08-05T08:00:00Z  [<anna@a.nl>0 <x@y.nl>1 <gardeners@lists.org>1bulk]" +
				" in gardeners@lists.org",
		},
		{
			"disguised by a list",
			"From: Anna via Gardeners <gardeners@lists.org>\nReply-To: Anna <anna@a.nl>\nTo: gardeners@lists.org\n" +
				"List-Id: <gardeners.lists.org>\nList-Post: <mailto:gardeners@lists.org>\nMessage-ID: <5@a>\n" + date,
			"list 5@a 2002-08-05T08:00:00Z  [Anna<anna@a.nl>0 <gardeners@lists.org>1bulk]" +
				" in gardeners@lists.org",
		},
		{
			"newsletter", "From: Shop <hello@shop.nl>\nTo: me@m.nl\nList-Unsubscribe: <https://x>\n" + date,
			"skip newsletter",
		},
		{
			"announcement", "From: Club <club@c.nl>\nTo: me@m.nl\nList-Id: <club.c.nl>\nList-Post: NO\n" + date,
			"skip newsletter",
		},
		{"robot", "From: no-reply@shop.nl\nTo: me@m.nl\n" + date, "skip robot"},
		{"absence", "From: anna@a.nl\nTo: me@m.nl\nAuto-Submitted: auto-replied\n" + date, "skip automatic"},
		{"report", "From: anna@a.nl\nTo: me@m.nl\nContent-Type: multipart/report; x\n" + date, "skip automatic"},
		{"spam of Gmail", "From: anna@a.nl\nTo: me@m.nl\nX-Gmail-Labels: Spam,Unread\n" + date, "skip spam"},
		{
			"trash of Gmail", "From: anna@a.nl\nTo: me@m.nl\nX-Gmail-Labels: =?UTF-8?Q?Prullenbak,Ongelezen?=\n" + date,
			"skip trash",
		},
		{"draft of Gmail", "From: anna@a.nl\nTo: me@m.nl\nX-Gmail-Labels: Drafts\n" + date, "skip draft"},
		{"deleted in Thunderbird", "From: anna@a.nl\nTo: me@m.nl\nX-Mozilla-Status: 0009\n" + date, "skip deleted"},
		{
			"chat of Gmail", "From: anna@a.nl\nTo: me@m.nl\nX-Gmail-Labels: Chat\nMessage-ID: <6@a>\n" + date,
			"message 6@a 2002-08-05T08:00:00Z  [<anna@a.nl>0 <me@m.nl>1]",
		},
		{
			"clock of 1970",
			"Received: from a by b; Tue, 6 Aug 2002 09:00:00 +0200\nFrom: anna@a.nl\nTo: me@m.nl\nMessage-ID: <7@a>\n" +
				"Date: Thu, 1 Jan 1970 00:00:00 +0000\n",
			"mail 7@a 2002-08-06T07:00:00Z  [<anna@a.nl>0 <me@m.nl>1]",
		},
		{
			"clock of 2019 in 2002", "Received: from a by b;\n Tue, 6 Aug 2002 09:00:00 +0200\nFrom: anna@a.nl\nTo: " +
				"me@m.nl\nMessage-ID: <8@a>\nDate: Tue, 6 Aug 2019 00:00:00 +0000\n",
			"mail 8@a 2002-08-06T07:00:00Z  [<anna@a.nl>0 <me@m.nl>1]",
		},
		{
			"clock of 2099", "From: anna@a.nl\nTo: me@m.nl\nDate: Tue, 6 Aug 2099 00:00:00 +0000\n",
			"reject it has no usable date: Date is \"Tue, 6 Aug 2099 00:00:00 +0000\"",
		},
		{"no date", "From: anna@a.nl\nTo: me@m.nl\n", "reject it has no usable date: Date is missing"},
		{"no author", "To: me@m.nl\n" + date, "reject it has no author that can be read: From is missing"},
		{
			"blind copy",
			"Delivered-To: me@m.nl\nFrom: anna@a.nl\nTo: undisclosed-recipients:;\nMessage-ID: <9@a>\n" + date,
			"mail 9@a 2002-08-05T08:00:00Z  [<anna@a.nl>0 <me@m.nl>1]",
		},
		{
			"twice the same",
			"From: anna@a.nl\nTo: me@m.nl, ME@m.nl\nCc: me@m.nl, anna@a.nl\nMessage-ID: <10@a>\n" + date,
			"mail 10@a 2002-08-05T08:00:00Z  [<anna@a.nl>0 <me@m.nl>1]",
		},
		{
			"lost fold", "From: anna@a.nl\nTo: me@m.nl\nSubject: this is\nbroken in two\nMessage-ID: <11@a>\n" + date,
			"mail 11@a 2002-08-05T08:00:00Z this is [<anna@a.nl>0 <me@m.nl>1]",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, src := readtest.Text(t, mail.Eml, c.header+"\nthe body\n")
			result := ""
			switch {
			case len(got.Interactions) == 1:
				i := got.Interactions[0]
				var parties []string
				for _, p := range i.Parties {
					bulk := ""
					if p.Bulk {
						bulk = "bulk"
					}
					parties = append(parties, fmt.Sprintf("%s<%s>%d%s", p.Name, p.Address, p.Role, bulk))
				}
				result = fmt.Sprintf("%s %s %s %s [%s]", i.Medium, i.External, i.Time.Format(time.RFC3339), i.Title,
					strings.Join(parties, " "))
				if i.ReplyTo != "" {
					result += " re " + i.ReplyTo
				}
				if i.Place != "" {
					result += " in " + i.Place
				}
			case len(got.Rejects) == 1:
				result = "reject " + got.Rejects[0]
			default:
				for reason := range src.Skipped {
					result = "skip " + reason
				}
			}
			if result != c.want {
				t.Errorf("\n got %s\nwant %s", result, c.want)
			}
		})
	}
}

// The lines that part messages, in the forms that mail programs write.
func TestMailboxSeparators(t *testing.T) {
	message := func(n int) string {
		return fmt.Sprintf("From: p%d@a.nl\nTo: me@m.nl\nDate: Mon, 5 Aug 2002 10:00:00 +0200\nMessage-ID: <%d@a>\n\n",
			n, n)
	}
	const from = "From p@a.nl Mon Aug  5 10:00:00 2002\n"
	for _, c := range []struct {
		name, text string
		want       int
	}{
		{"mboxo", from + message(1) + "body\n>From quoted\n\n" + from + message(2) + "body\n", 2},
		{"no empty line between", from + message(1) + "body\n" + from + message(2), 2},
		{"sentence", from + message(1) + "\nFrom my side this is fine.\n\n" + from + message(2), 2},
		{
			"sentence with a name and colon",
			from + message(1) + "\nFrom listings/pclients/multiple.py:\nhttp://x\n\n" + from + message(2), 2,
		},
		{"no body", from + strings.TrimSuffix(message(1), "\n") + from + message(2), 2},
		{"carriage returns", strings.ReplaceAll(from+message(1)+"body\n\n"+from+message(2), "\n", "\r\n"), 2},
		{"no date in the line", "From nobody\n" + message(1) + "body\n\nFrom ???@???\n" + message(2), 2},
		{
			"Mozilla", "From - Mon Aug 05 10:00:00 2002\n" + message(1) + "body\n\nFrom - Mon Aug 05 10:00:00 2002\n" +
				message(2), 2,
		},
		{
			"zone in the line", "From p@a.nl  Mon Aug  5 10:00:00 CEST 2002\n" + message(1) +
				"\nFrom p@a.nl Mon, 5 Aug 2002 10:00:00 +0200\n" + message(2), 2,
		},
		{
			"patch inside", from + message(1) + "\nFrom " + strings.Repeat("a1", 20) + " Mon Sep 17 00:00:00 2001\n" +
				message(9) + "\n" + from + message(2), 2,
		},
		{
			"patches",
			strings.Repeat("From "+strings.Repeat("a1", 20)+" Mon Sep 17 00:00:00 2001\n"+message(1)+"diff\n\n", 3), 3,
		},
		{
			"mboxcl with a mailbox inside",
			from + "Content-Length: " + fmt.Sprint(len("\n"+from+message(9)+"\n")) + "\n" + message(1) + "\n" + from +
				message(9) + "\n" + from + message(2), 2,
		},
		{"mboxcl that lies", from + "Content-Length: 7\n" + message(1) + "a longer body\n\n" + from + message(2), 2},
		{"mboxcl that lies far", from + "Content-Length: 70000\n" + message(1) + "a body\n\n" + from + message(2), 2},
		{"empty lines first", "\n\r\n" + from + message(1), 1},
		{"mark in the header", from + ">From p@a.nl Mon Aug  5 10:00:00 2002\n" + message(1), 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := readtest.Text(t, mail.Mbox, c.text)
			if len(got.Interactions) != c.want || len(got.Rejects) != 0 {
				t.Fatalf("%d messages, %d rejected %q, want %d", len(got.Interactions), len(got.Rejects),
					got.Rejects, c.want)
			}
			if i := got.Interactions[len(got.Interactions)-1]; i.Parties[0].Address != fmt.Sprintf("p%d@a.nl",
				min(c.want, 2)) && c.name != "patches" {
				t.Errorf("the last message is by %s", i.Parties[0].Address)
			}
		})
	}
}

// Text before the first message is reported, and the messages behind it are read.
func TestMailboxPreamble(t *testing.T) {
	got, _ := readtest.Text(t, mail.Mbox,
		"junk\nmore junk\n\nFrom a@b Mon Aug  5 10:00:00 2002\nFrom: a@b.nl\nDate: Mon, 5 Aug 2002 10:00:00 +0200\n\n")
	if len(got.Interactions) != 1 || len(got.Rejects) != 1 || got.Rejected[0].Line != 1 {
		t.Errorf("%d messages, rejected %v %q", len(got.Interactions), got.Rejected, got.Rejects)
	}
	if got.Places[0].Line != 4 {
		t.Errorf("the message is said to be on line %d, want 4", got.Places[0].Line)
	}
}

// Reading can stop after any message and go on from At.Next: together the parts are the whole.
func TestMailboxResume(t *testing.T) {
	data := readtest.Unpacked(t, "mail/spamassassin-spam-1.mbox.gz")
	path := readtest.WriteFile(t, t.TempDir(), "spam.mbox", data)
	whole, _, errs := readtest.Path(t, path)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for _, stop := range []int{1, 2, 100, 493} {
		first := &readtest.Collector{After: stop}
		src := &read.Source{Zone: time.UTC, Now: readtest.Now}
		for entry, err := range formats.Open(context.Background(), path) {
			if err != nil {
				t.Fatal(err)
			}
			if err := entry.Read(context.Background(), src, first); err != readtest.ErrStop {
				t.Fatalf("stopped with %v", err)
			}
			rest := &readtest.Collector{}
			src.Resume = first.Places[stop-1].Next
			if err := entry.Read(context.Background(), src, rest); err != nil {
				t.Fatal(err)
			}
			if len(rest.Interactions)+stop != len(whole.Interactions) {
				t.Fatalf("after %d messages %d more, want %d in all", stop, len(rest.Interactions),
					len(whole.Interactions))
			}
			for k, at := range rest.Places {
				if want := whole.Places[stop+k]; at != want {
					t.Fatalf("message %d is at %+v, want %+v", stop+k, at, want)
				}
			}
		}
	}
}

// A single line of 200 MB takes no memory to speak of, is reported, and the next message is read.
func TestMailboxGiantHeader(t *testing.T) {
	const size = 200 << 20
	before := "From a@b Mon Aug  5 10:00:00 2002\nFrom: a@b.nl\nDate: Mon, 5 Aug 2002 10:00:00 +0200\nSubject: "
	after := "\n\nbody\n\nFrom c@d Mon Aug  5 10:00:00 2002\nFrom: c@d.nl\nDate: Mon, 5 Aug 2002 10:00:00 +0200\n\n"
	for _, b := range []byte{'x', '<', '"', '('} {
		got := &readtest.Collector{}
		src := &read.Source{
			Reader: io.MultiReader(strings.NewReader(before), &readtest.Endless{Byte: b, Count: size},
				strings.NewReader(after)),
			Zone: time.UTC, Now: readtest.Now,
		}
		var start, end runtime.MemStats
		runtime.ReadMemStats(&start)
		if err := mail.Mbox.Read(context.Background(), src, got); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&end)
		if used := end.TotalAlloc - start.TotalAlloc; used > 16<<20 {
			t.Errorf("reading took %d MB", used>>20)
		}
		if len(got.Rejects) != 1 || got.Rejected[0].Line != 4 || !strings.Contains(got.Rejects[0], "line longer than") {
			t.Errorf("rejected %q at %v", got.Rejects, got.Rejected)
		}
		if len(got.Interactions) != 1 || got.Interactions[0].Parties[0].Address != "c@d.nl" {
			t.Errorf("the next message is lost: %v", got.Interactions)
		}
	}
}

// Headers of a megabyte made of the characters that parsers stumble over are read in reasonable time.
func TestMailHostileHeaders(t *testing.T) {
	for _, piece := range []string{
		"<", "\"", "(", "=?", "=?a?q?x", ",", "<a@b", "a@b,", ":", "\\", "<@", "=?utf-8?q?=C3?= ", ";",
	} {
		value := strings.Repeat(piece, 900_000/len(piece))
		start := time.Now()
		readtest.Text(t, mail.Eml, "From: a@b.nl\nDate: Mon, 5 Aug 2002 10:00:00 +0200\nTo: "+value+"\nCc: "+value+
			"\nReferences: "+value+"\nSubject: "+value+"\n\n")
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("a header of %q took %v", piece, took)
		}
	}
}

func FuzzMail(f *testing.F) {
	f.Add([]byte("From a@b Mon Aug  5 10:00:00 2002\nFrom: =?utf-8?Q?Zo=C3=AB?= <a@b>\nDate: Mon, 5 Aug 102 10:00:00 " +
		"EDT\nTo: x: a, \"b\" <c@d>;\n\nbody\n\nFrom c Mon Aug  5 10:00:00 2002\nX: y\n\n"))
	f.Add([]byte("=========================================================================\n" +
		"Date:         Tue, 10 Oct 2017 14:57:51 +0000\nFrom:         K <k@B.COM>\nComments: To: s@e.com\n\nbody\n"))
	f.Add([]byte("From: anna at example.org (Anna)\nDate: Thu Nov  1 11:19:12 2001\nIn-Reply-To: <a@b>\n\n"))
	f.Add([]byte("From \n\n\nFrom \nFrom: \x00\xff\n Content-Length: 3\nContent-Length: 99\n\nFrom  "))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range []read.Format{mail.Mbox, mail.Listserv, mail.Eml} {
			format.Detect(data, "x.mbox")
			got := &readtest.Collector{}
			src := &read.Source{Reader: bytes.NewReader(data), Zone: time.UTC, Now: readtest.Now}
			if err := format.Read(context.Background(), src, got); err != nil {
				t.Fatal(err)
			}
			last := read.At{}
			for k, at := range got.Places {
				if at.Offset < last.Offset || at.Next < last.Next || at.Next > int64(len(data)) {
					t.Fatalf("places go backwards: %+v after %+v", at, last)
				}
				last = at
				readtest.CheckInteraction(t, got.Interactions[k])
			}
		}
	})
}
