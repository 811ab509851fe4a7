package praise

import (
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gave.network/internal/fault"
	"gave.network/internal/praise/boast"
	"gave.network/internal/text"
)

const (
	// mostPosts is how many posts are read at once, the newest.
	mostPosts = 100
	// mostOfPosts is how much of them, in characters: each sentence takes some twenty milliseconds.
	mostOfPosts = 50_000
	// shownPost is how much of a post is shown, in characters.
	shownPost = 160
	// MostShares is how large a file of posts may be, in bytes.
	MostShares = 8 << 20
)

// post is something that was put before others.
type post struct {
	at   time.Time // zero when it is not known
	text string
}

// postsOf reads posts that were pasted, with a line of dashes between them, or the file Shares.csv of a LinkedIn
// archive; the newest first where it is known.
func postsOf(s string) ([]post, error) {
	s = strings.TrimPrefix(s, "\ufeff")
	head, _, _ := strings.Cut(s, "\n")
	if strings.Contains(head, "ShareCommentary") {
		return sharesOf(s)
	}
	var out []post
	var lines []string
	flush := func() {
		if text := strings.TrimSpace(strings.Join(lines, "\n")); text != "" {
			out = append(out, post{text: text})
		}
		lines = nil
	}
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\r\n")
		if rule := strings.TrimSpace(line); len(rule) >= 3 && strings.Trim(rule, "-=*_") == "" {
			flush()
			continue
		}
		lines = append(lines, line)
	}
	flush()
	return out, nil
}

// sharesOf reads Shares.csv. LinkedIn closes and opens the quotation marks of a commentary at each end of a line.
func sharesOf(s string) ([]post, error) {
	table := csv.NewReader(strings.NewReader(s))
	table.FieldsPerRecord, table.LazyQuotes = -1, true
	head, err := table.Read()
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The table cannot be read.").WithField("text")
	}
	date, words := slices.Index(head, "Date"), slices.Index(head, "ShareCommentary")
	var out []post
	for {
		row, err := table.Read()
		if err == io.EOF {
			break
		}
		if err != nil || words < 0 || words >= len(row) {
			continue // a line that is broken; the rest goes on
		}
		said := strings.NewReplacer("\"\r\n\"", "\n", "\"\n\"", "\n").Replace(row[words])
		if said = strings.Trim(strings.TrimSpace(said), `"`); said == "" {
			continue // shared without a word
		}
		p := post{text: said}
		if date >= 0 && date < len(row) {
			p.at, _ = time.Parse(time.DateTime, row[date])
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b post) int { return b.at.Compare(a.at) })
	return out, nil
}

// Posts reads posts and says what each of them gives, and all of them together.
func Posts(s string) (PostsOutput, error) {
	if !utf8.ValidString(s) {
		return PostsOutput{}, fault.New(fault.Invalid, "The text is not in UTF-8.").WithField("text")
	}
	list, err := postsOf(s)
	if err != nil {
		return PostsOutput{}, err
	}
	out := PostsOutput{Posts: []PostOutput{}, Left: max(0, len(list)-mostPosts)}
	if len(list) == 0 {
		return out, fault.New(fault.Invalid, "There is no post in it.").
			WithHint("Paste posts with a line of three dashes between them, or choose Shares.csv of your LinkedIn " +
				"archive.").
			WithField("text")
	}
	room := mostOfPosts
	var all boast.Meter
	for i, x := range list[:min(len(list), mostPosts)] {
		if i == 0 {
			x.text = text.Clip(x.text, mostOfPosts) // however long it is
		}
		if room -= utf8.RuneCountInString(x.text); room < 0 {
			out.Left += min(len(list), mostPosts) - i
			break
		}
		one := PostOutput{At: x.at, Text: text.Clip(strings.Join(strings.Fields(x.text), " "), shownPost)}
		var m boast.Meter
		for _, v := range boast.Check(x.text, "") {
			m.Count(v.Pillar)
			if v.Boast {
				one.Boasts++
			}
		}
		one.MeterOutput, one.Lead = meterOf(m), string(m.Lead())
		out.Boasts += one.Boasts
		all = all.Plus(m)
		out.Posts = append(out.Posts, one)
	}
	out.MeterOutput = meterOf(all)
	return out, nil
}

func meterOf(m boast.Meter) MeterOutput {
	return MeterOutput{AboutMe: m.Me, AboutOthers: m.Others, OfUse: m.Use, News: m.News}
}
