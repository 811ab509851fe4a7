package capture

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text/grammar"
)

// Input is a line to capture.
type Input struct {
	Text    string `json:"text" arg:"1" doc:"what happened, in one line" maxLength:"20000" example:"lunch @anna yesterday"`
	Preview bool   `json:"preview,omitempty" doc:"show what was understood, and store nothing"`
	Sure    bool   `json:"sure,omitempty" doc:"keep what is doubtful as it was read"`
}

// FileInput is a file of lines.
type FileInput struct {
	File string `json:"file" arg:"1" doc:"a file with a line for each: a day, a tab, and what happened"`
}

// FileOutput says what became of the lines of a file.
type FileOutput struct {
	Stored int      `json:"stored"`
	Left   []Output `json:"left" doc:"lines that were not stored, with what is unclear"`
}

// ExitCode is 3 when some lines were left.
func (o FileOutput) ExitCode() int {
	if len(o.Left) > 0 {
		return 3
	}
	return 0
}

// Operations returns what can be done with captured lines.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("capture", http.MethodPost, "/capture", op.Member, "Note what happened, in one line.",
			func(ctx context.Context, v op.Viewer, in Input) (Output, error) {
				if in.Preview {
					out, _, err := s.Understand(ctx, v, in.Text, in.Sure)
					return out, err
				}
				return s.Store(ctx, v, in.Text, in.Sure)
			}).With("Who, what, when, in a language that Gave speaks. It says what it understood, and what it did "+
			"not. A line in which something is unclear is not stored; --sure keeps what is doubtful as it was read.",
			`gave capture 'lunch @anna yesterday'`),
		op.New("capture.file", http.MethodPost, "/capture/file", op.Member,
			"Note what happened, from a file of dated lines.", s.storeFile).
			With("", "gave capture file captures.txt").Local().InParts(),
	}
}

// storeFile captures each line as on the day that stands before it.
func (s *Service) storeFile(ctx context.Context, v op.Viewer, in FileInput) (FileOutput, error) {
	out := FileOutput{Left: []Output{}}
	f, err := os.Open(in.File)
	if err != nil {
		return out, fault.Wrap(err, fault.NotFound, "The file %s cannot be read.", in.File)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		day, line, ok := strings.Cut(lines.Text(), "\t")
		if !ok || strings.TrimSpace(line) == "" {
			continue
		}
		on, err := time.ParseInLocation(time.DateOnly, day, v.Zone)
		if err != nil {
			out.Left = append(out.Left, Output{
				Line: lines.Text(), Understood: []Understood{},
				Unclear: []Unclear{{Text: day, Reason: grammar.UnclearDate}},
			})
			continue
		}
		then := v
		then.Now = on.Add(20 * time.Hour) // the evening of that day
		one, err := s.Store(ctx, then, line, false)
		if err != nil {
			return out, err
		}
		if one.Stored {
			out.Stored++
		} else {
			out.Left = append(out.Left, one)
		}
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			return out, fault.New(fault.TooLarge, "A line has at most 4,000 characters.").
				WithHint("Say one thing at a time.")
		}
		return out, fault.Wrap(err, fault.Unavailable, "The file %s cannot be read.", in.File)
	}
	return out, nil
}

// Text prints what was understood and what was not.
func (o Output) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, u := range o.Understood {
		fmt.Fprintf(&b, "%s\n", u.Sentence(p))
	}
	for _, u := range o.Unclear {
		fmt.Fprintf(&b, "%s\n", u.Sentence(p))
		for _, c := range u.Choices {
			if c.New {
				fmt.Fprintf(&b, "  %s: %s\n", p.T("%s, who is new", c.Name), c.Line)
			} else {
				fmt.Fprintf(&b, "  %s %s: %s\n", c.Name, c.Detail, c.Line)
			}
		}
		if u.Reading != nil {
			fmt.Fprintf(&b, "  %s\n", p.T("It may tell: %s", u.Reading.Sentence(p)))
		}
	}
	if o.Doubtful {
		fmt.Fprintf(&b, "%s: gave capture --sure '%s'\n", p.T("Keep it so"), o.Line)
	}
	if o.AsNote != "" {
		fmt.Fprintf(&b, "%s: %s\n", p.T("Keep it as a note"), o.AsNote)
	}
	switch {
	case o.Stored:
		b.WriteString(p.T("Stored.") + "\n")
	case !o.preview:
		b.WriteString(p.T("Not stored.") + "\n")
	}
	return b.String()
}

// Text prints how many lines were stored, and those that were not.
func (o FileOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, l := range o.Left {
		fmt.Fprintf(&b, "%s\n", l.Line)
		for _, u := range l.Unclear {
			fmt.Fprintf(&b, "  %s\n", u.Sentence(p))
		}
	}
	b.WriteString(p.T("%d lines stored, %d left.", o.Stored, len(o.Left)) + "\n")
	return b.String()
}

// Sentence says in words what was understood.
func (u Understood) Sentence(p *locale.Printer) string { return strings.Join(u.parts(p), " · ") }

// parts are what was understood, in words: of what kind it is, who, and all else.
func (u Understood) parts(p *locale.Printer) []string {
	who := joined(u.People)
	var parts []string
	switch u.Kind {
	case grammar.KindInteraction, grammar.KindPerson:
		what := u.Medium
		if what == "" {
			what = "person"
		}
		parts = append(parts, p.T(what), who)
	case grammar.KindIntroduction:
		parts = append(parts, p.T("introduction"), who+" ↔ "+joined(u.Others))
	case grammar.KindPraise:
		what := p.T("praise")
		if u.Received {
			what = p.T("praise received")
		}
		parts = append(parts, what, who)
	case grammar.KindGift:
		if u.Everyone {
			who = p.T("everybody")
		}
		parts = append(parts, p.T("gift"), who)
	default:
		parts = append(parts, p.T(string(u.Kind)), who)
	}
	for _, more := range []string{u.Title, u.Body, u.Organisation, u.Role, u.Place, u.Link} {
		if more != "" {
			parts = append(parts, more)
		}
	}
	if u.When != nil {
		if u.Precision == "time" {
			parts = append(parts, p.DateTime(*u.When))
		} else {
			parts = append(parts, p.Date(*u.When))
		}
	}
	if u.Own {
		parts = append(parts, p.T("another member keeps this person, so it is kept as a fact of your own"))
	}
	for _, w := range u.People {
		if w.New {
			parts = append(parts, p.T("%s is new", w.Name))
		}
	}
	for _, shared := range u.Shared {
		parts = append(parts, shared.Sentence(p))
	}
	if warning := people.Warning(p, u.Title, u.Body); warning != "" {
		parts = append(parts, strings.TrimSpace(warning))
	}
	return parts
}

// Sentence says in words what was not understood.
func (u Unclear) Sentence(p *locale.Printer) string {
	switch u.Reason {
	case grammar.UnclearWho:
		if u.Shared {
			return p.T("%s is shared by several people. Who is meant?", strings.TrimPrefix(u.Text, "@"))
		}
		return p.T("Who is meant by “%s”?", u.Text)
	case grammar.UnclearNobody:
		return p.T("With whom? “%s” does not say.", u.Text)
	case grammar.UnclearDate:
		return p.T("Which day is “%s”? Say it as a date.", u.Text)
	case grammar.UnclearTold:
		if u.Reading != nil {
			return p.T("Is “%s” meant so?", u.Text)
		}
		return p.T("What does “%s” tell? Say in other words who did what for whom.", u.Text)
	case grammar.UnclearUndone:
		return p.T("“%s” did not happen, or not yet? Say what is to be kept of it.", u.Text)
	}
	return p.T("Not understood: “%s”.", u.Text)
}
