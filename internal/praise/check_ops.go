package praise

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/praise/boast"
)

// CheckOperations returns what can be asked of the boast check. It stores nothing.
func CheckOperations() []op.Operation {
	return []op.Operation{
		op.New("praise.check", http.MethodPost, "/praise/check", op.Member,
			"See where a draft boasts, sentence by sentence, and how it could turn outward.", check).
			With("Nothing is stored. Its measured quality is printed with --about.",
				"gave praise check --lang en < draft.txt").Computing(),
		op.New("praise.posts", http.MethodPost, "/praise/posts", op.Member,
			"See what your posts give: about you, about others, of use.", posts).
			With("Posts with a line of three dashes between them, or Shares.csv of your LinkedIn archive. Nothing is "+
				"stored.", `gave praise posts "$(cat Shares.csv)"`).Computing(),
		op.New("praise.about", http.MethodGet, "/praise/check", op.Member,
			"Show how good the boast check is, as measured.", about).With("", "gave praise about"),
	}
}

// CheckInput is a draft.
type CheckInput struct {
	Text string `json:"text" arg:"1" doc:"the draft: a post, a mail, a profile"`
	Lang string `json:"language,omitempty" doc:"language of the draft; found out when not given" enum:"nl,en"`
}

// SentenceOutput is how one sentence was judged.
type SentenceOutput struct {
	Text        string   `json:"text"`
	Boast       bool     `json:"boast"`
	Probability float64  `json:"probability" doc:"that a reader would call it boasting, from 0 to 1"`
	Kind        string   `json:"kind" doc:"achievement, action, feeling, trait, possession or affiliation; empty when it does not boast"`
	Why         []string `json:"why" doc:"in the viewer's language"`
	Suggestion  string   `json:"suggestion" doc:"the turn outward, in the viewer's language; empty when it does not boast"`
	Pillar      string   `json:"pillar" doc:"what it gives" enum:"me,others,use,news"`
}

// MeterOutput counts sentences by what they give.
type MeterOutput struct {
	AboutMe     int `json:"about_me"`
	AboutOthers int `json:"about_others"`
	OfUse       int `json:"of_use" doc:"of use to who reads it"`
	News        int `json:"news" doc:"none of these"`
}

// PostsInput is posts.
type PostsInput struct {
	Text string `json:"text" arg:"1" doc:"posts with a line of three dashes between them, or the content of Shares.csv"`
}

// PostOutput is what one post gives.
type PostOutput struct {
	At   time.Time `json:"at,omitzero"`
	Text string    `json:"text" doc:"its beginning"`
	Lead string    `json:"lead" doc:"what most of it gives" enum:"me,others,use,news"`
	MeterOutput
	Boasts int `json:"boasts"`
}

// PostsOutput is what posts give.
type PostsOutput struct {
	Posts []PostOutput `json:"posts" doc:"the newest first, when their days are known"`
	MeterOutput
	Boasts int `json:"boasts"`
	Left   int `json:"left" doc:"how many more there were than are looked at"`
}

func posts(_ context.Context, _ op.Viewer, in PostsInput) (PostsOutput, error) { return Posts(in.Text) }

// pillarNames says what sentences give, in English, and the key of the translation.
var pillarNames = map[string]string{
	"me": "about you", "others": "about others", "use": "of use", "news": "news",
}

// Text says the meter in a line.
func (m MeterOutput) Text(p *locale.Printer) string {
	return p.T("About you %d, about others %d, of use %d, news %d", m.AboutMe, m.AboutOthers, m.OfUse, m.News)
}

// Text prints what each post gives.
func (o PostsOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, x := range o.Posts {
		fmt.Fprintf(&b, "%-14s %s\n", p.T(pillarNames[x.Lead]), x.Text)
	}
	fmt.Fprintf(&b, "%s.\n", o.MeterOutput.Text(p))
	if o.Left > 0 {
		fmt.Fprintln(&b, p.T("%d more were not looked at.", o.Left))
	}
	return b.String()
}

// CheckOutput is how a draft was judged.
type CheckOutput struct {
	Language  string           `json:"language"`
	Sentences []SentenceOutput `json:"sentences"`
	Boasts    int              `json:"boasts"`
	MeterOutput
}

func check(_ context.Context, v op.Viewer, in CheckInput) (CheckOutput, error) {
	return Check(v.Printer(), in.Text, in.Lang)
}

// Text prints the sentences that boast, or that none does.
func (o CheckOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, s := range o.Sentences {
		if !s.Boast {
			fmt.Fprintf(&b, "  %s\n", s.Text)
			continue
		}
		fmt.Fprintf(&b, "! %s\n    %s (%.0f %%): %s\n    → %s\n", s.Text, p.T(s.Kind), 100*s.Probability,
			strings.Join(s.Why, " "), s.Suggestion)
	}
	if o.Boasts == 0 {
		b.WriteString(p.T("Nothing here boasts.") + "\n")
	}
	fmt.Fprintf(&b, "%s.\n", o.MeterOutput.Text(p))
	return b.String()
}

// AboutOutput is the card of the model.
type AboutOutput struct {
	Trained  string          `json:"trained"`
	Vectors  string          `json:"vectors"`
	Measured []boast.Measure `json:"measured"`
	Plain    []boast.Plain   `json:"plain" doc:"how much of mailing lists is marked, where nearly nothing boasts"`
	Limits   []string        `json:"limits"`
}

func about(context.Context, op.Viewer, op.None) (AboutOutput, error) { return About(), nil }

// About returns the card of the model.
func About() AboutOutput {
	card := boast.About()
	return AboutOutput{card.Trained, card.Vectors, card.Measured, card.Plain, card.Limits}
}

// Text prints the card.
func (o AboutOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintln(&b, p.T("Learnt from: %s.", o.Trained))
	fmt.Fprintf(&b, "%s.\n", o.Vectors)
	for _, m := range o.Measured {
		fmt.Fprintf(&b, "%s\n", setName(p, m))
		fmt.Fprintf(&b, "  %s\n", p.T("%d sentences, %d boast: macro F1 %s (%s to %s), precision %s, recall %s",
			m.Sentences, m.Boasts, two(m.MacroF1), two(m.Low), two(m.High), two(m.Precision), two(m.Recall)))
		for _, name := range []string{"always not", "word list", "bag of words"} {
			fmt.Fprintf(&b, "  %-22s %s\n", p.T(name), two(m.Baselines[name]))
		}
	}
	for _, m := range o.Plain {
		fmt.Fprintln(&b,
			p.T("%s: of %d plain sentences %s %% are marked", m.Set, m.Sentences, fmt.Sprintf("%.1f", 100*m.Marked)))
	}
	for _, line := range o.Limits {
		fmt.Fprintf(&b, "- %s\n", p.T(line))
	}
	return b.String()
}
