package colleagues

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"gave.network/internal/colleagues/survey"
	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Wave is one time that a survey was held, as it is told to who made it once it closed.
type Wave struct {
	ID           id.ID     `json:"id"`
	Title        string    `json:"title"`
	Closed       time.Time `json:"closed"`
	Layers       []string  `json:"layers" doc:"on which it asked, by their names"`
	Threshold    int       `json:"threshold" doc:"how many people a group needs to be spoken of"`
	Asked        int       `json:"asked"`
	Participants int       `json:"participants" doc:"who took part"`
	Weighted     bool      `json:"weighted" doc:"whether it asked how often"`
}

// WaveParticipant is somebody who took part.
type WaveParticipant struct {
	Person     id.ID // as they stand now, when two were found to be one
	Department string
	Level      int // in the chart, from 1 at the top; 0 when not known
}

// WaveTie is what one who took part says of another who did.
type WaveTie struct {
	From, To id.ID
	Layer    string
	Weight   float64 // from 0 to 1: 1 daily or where it was not asked, 2/3 weekly, 1/3 monthly
}

// WaveAnswers are the answers of who took part, about who took part: nobody else is in it. It is for figures about
// groups: no face shows it, and nothing of it is exported but as groups.
type WaveAnswers struct {
	Wave   Wave
	People []WaveParticipant // in the order of their ids
	Ties   []WaveTie         // in the order of layer, from, to
}

// waveRow is a survey as it is stored.
type waveRow struct {
	Space, ID, Owner                id.ID
	Title, Layers                   string
	Naming                          survey.Naming
	Weighted, Anonymised            int
	Threshold, Months               int
	Closes, Created, Opened, Closed int64
	Reminders                       int
	Reminded                        int64
	Asked, Taking                   int // who is asked, and who took part
}

// participantRow is somebody who is asked, as they are stored.
type participantRow struct {
	ID, Wave, Person         id.ID
	Mail, Department         string
	Level                    int
	Language                 string
	Part, Shares             int
	Answered                 string
	Consented, Saved, SentAt int64
	Trouble                  string
}

// What somebody who is asked decided.
const (
	unanswered = iota
	takesPart
	declines
)

// took says whether somebody takes part and answered at least one question.
func (p participantRow) took() bool { return p.Part == takesPart && p.Answered != "" }

// told is what a survey is to others in Gave.
func (w waveRow) told() Wave {
	return Wave{
		ID: w.ID, Title: w.Title, Closed: time.UnixMicro(w.Closed).UTC(), Layers: w.layers(), Threshold: w.Threshold,
		Asked: w.Asked, Participants: w.Taking, Weighted: w.Weighted > 0,
	}
}

// waveAnswers puts together what was answered, under the people whom those who answered stand for. Of two who were
// found to be one, the ties are one, with the heavier weight, and none leads to itself.
func waveAnswers(
	w waveRow, people []participantRow, list []answerRow, canonical func(id.ID) id.ID,
) WaveAnswers {
	out := WaveAnswers{Wave: w.told(), People: []WaveParticipant{}, Ties: []WaveTie{}}
	in := map[id.ID]bool{}
	for _, p := range people {
		key := canonical(p.Person)
		if !p.took() || key.IsZero() || in[key] {
			continue
		}
		in[key] = true
		out.People = append(out.People, WaveParticipant{key, p.Department, p.Level})
	}
	type on struct {
		arc
		layer string
	}
	weights := map[on]float64{}
	for _, a := range list {
		key := on{arc{canonical(a.Source), canonical(a.Target)}, a.Layer}
		if in[key.from] && in[key.to] && key.from != key.to {
			weights[key] = max(weights[key], a.Weight.Weight())
		}
	}
	for key, weight := range weights {
		out.Ties = append(out.Ties, WaveTie{key.from, key.to, key.layer, weight})
	}
	slices.SortFunc(out.People, func(a, b WaveParticipant) int { return a.Person.Compare(b.Person) })
	slices.SortFunc(out.Ties, func(a, b WaveTie) int {
		return cmp.Or(strings.Compare(a.Layer, b.Layer), a.From.Compare(b.From), a.To.Compare(b.To))
	})
	return out
}

// Letter is a mail to somebody who is asked.
type Letter struct {
	To, Subject, Text string
	// Stop is the address of a page on which whoever gets it says that no more is to come.
	Stop string
}

// Mail sends letters. A letter that the other side refuses for good is told by Refused.
type Mail interface {
	// Base is the public address of the server, such as https://gave.example; empty when it is not known.
	Base() string
	// Send sends a letter.
	Send(ctx context.Context, l Letter) error
	// Refused says whether an error means that the address will not take mail later either.
	Refused(err error) bool
}

// MailBy lets surveys send their links by mail. Without it, links are told once, to be sent by hand.
func (s *Service) MailBy(m Mail) { s.mail = m }

// Link is the way of one person to a survey. It is told once.
type Link struct {
	Name   string `json:"name"`
	Mail   string `json:"mail"`
	Secret string `json:"secret" doc:"last part of the link /colleagues/survey/…"`
}

// Sent says what became of links.
type Sent struct {
	Mailed  int      `json:"mailed" doc:"how many were sent by mail"`
	Links   []Link   `json:"links" doc:"those to send by hand; shown this once"`
	Refused []string `json:"refused" doc:"mail addresses that took none"`
}

// openSurvey makes the links of all who have none yet, and sends them by mail where that can be done. It is run again
// for those whom it did not reach.
func (s *Service) openSurvey(ctx context.Context, v op.Viewer, w waveRow, base string) (Sent, error) {
	if w.Closed > 0 || w.Closes <= v.Now.UnixMicro() {
		return Sent{}, fault.New(fault.Conflict, "This survey is closed.").WithHint("Open it again first.")
	}
	people, err := s.participants(ctx, s.db, w.Space, w.ID)
	if err != nil {
		return Sent{}, err
	}
	people = slices.DeleteFunc(people, func(p participantRow) bool { return p.SentAt > 0 || p.Trouble != "" })
	if w.Opened == 0 {
		if err := s.db.Write(ctx, func(tx *db.Tx) error {
			return openWave(ctx, tx, w, time.UnixMicro(w.Closes), v.Now)
		}); err != nil {
			return Sent{}, err
		}
	}
	return s.send(ctx, v, w, people, base, false)
}

// remind sends a mail with a link to all who did not answer and did not say that they do not take part.
func (s *Service) remind(ctx context.Context, v op.Viewer, w waveRow, base string) (Sent, error) {
	switch {
	case !w.open(v.Now):
		return Sent{}, fault.New(fault.Conflict, "This survey is not open.")
	case s.mail == nil:
		return Sent{}, fault.New(fault.Conflict, "Reminders go by mail, and no mail server is set.").
			WithHint("Ask whoever runs Gave to set one.")
	case w.Reminders >= survey.MostReminders:
		return Sent{}, fault.New(fault.Conflict, "There were %d reminders already; more would press people.",
			survey.MostReminders)
	case v.Now.Sub(time.UnixMicro(max(w.Reminded, w.Opened))) < reminderPause:
		return Sent{}, fault.New(fault.Conflict, "The latest mail went less than two days ago.").
			WithHint("Give people time.")
	}
	people, err := s.participants(ctx, s.db, w.Space, w.ID)
	if err != nil {
		return Sent{}, err
	}
	people = slices.DeleteFunc(people, func(p participantRow) bool {
		return p.Mail == "" || p.Trouble != "" || p.Part == declines || p.took()
	})
	if fresh, err := s.noteReminder(ctx, w, v.Now); err != nil || !fresh {
		return Sent{}, err
	}
	return s.send(ctx, v, w, people, base, true)
}

// reminderPause is how long people are left alone after a mail.
const reminderPause = 48 * time.Hour

// send makes a link for each of some who are asked and mails it. Those who cannot be reached by mail get theirs by
// hand; a reminder has none for them. Each letter is noted once it is on its way, so that a process that ends halfway
// goes on where it was.
func (s *Service) send(
	ctx context.Context, v op.Viewer, w waveRow, people []participantRow, base string, reminder bool,
) (Sent, error) {
	out := Sent{Links: []Link{}, Refused: []string{}}
	names, err := s.network.Names(ctx, s.db, w.Space, personsOf(people))
	if err != nil {
		return out, err
	}
	byMail := s.mail != nil && base != ""
	var byHand []id.ID
	for _, p := range people {
		if !byMail || p.Mail == "" {
			byHand = append(byHand, p.ID)
			continue
		}
		var links map[id.ID]string
		if err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			links, err = newLinks(ctx, tx, w.Space, []id.ID{p.ID}, v.Now)
			return err
		}); err != nil {
			return out, err
		}
		err := s.mail.Send(ctx, s.letter(v, w, p, names[p.Person], base+surveyPath+links[p.ID], reminder))
		switch {
		case err == nil:
			out.Mailed++
			err = s.noteSent(ctx, w.Space, []id.ID{p.ID}, v.Now)
		case s.mail.Refused(err):
			out.Refused = append(out.Refused, p.Mail)
			err = s.unsubscribe(ctx, w.Space, p.ID, bounced)
		default:
			err = fault.Wrap(err, fault.Unavailable, "The mail server does not take mail now: %d were sent.",
				out.Mailed).WithHint("Send the rest later.")
		}
		if err != nil {
			return out, err
		}
	}
	if reminder || len(byHand) == 0 {
		return out, nil
	}
	var links map[id.ID]string
	if err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		links, err = newLinks(ctx, tx, w.Space, byHand, v.Now)
		return err
	}); err != nil {
		return out, err
	}
	for _, p := range people {
		if secret := links[p.ID]; secret != "" {
			out.Links = append(out.Links, Link{names[p.Person], p.Mail, secret})
		}
	}
	return out, s.noteSent(ctx, w.Space, byHand, v.Now)
}

// What keeps mail from somebody who is asked.
const (
	bounced      = "bounced"
	unsubscribed = "unsubscribed"
)

// surveyPath is the address of a survey for who is asked, without the secret of the link.
const surveyPath = "/colleagues/survey/"

func personsOf(people []participantRow) []id.ID {
	out := make([]id.ID, len(people))
	for i, p := range people {
		out[i] = p.Person
	}
	return out
}

// letter is the mail with a link, in the language that who is asked chose, or else in both.
func (s *Service) letter(
	v op.Viewer, w waveRow, p participantRow, name, address string, reminder bool,
) Letter {
	languages := []locale.Lang{v.Lang}
	for _, other := range surveyLanguages {
		if other != v.Lang {
			languages = append(languages, other)
		}
	}
	if chosen := locale.Lang(p.Language); locale.Speaks(chosen) {
		languages = []locale.Lang{chosen}
	}
	var parts, subjects []string
	for _, l := range languages {
		printer := locale.New(l, v.Zone)
		var b strings.Builder
		b.WriteString(printer.T("Hello %s,", name) + "\n\n")
		if reminder {
			b.WriteString(printer.T("You did not answer this survey yet: %s.", w.Title) + "\n")
			subjects = append(subjects, printer.T("Reminder: %s", w.Title))
		} else {
			b.WriteString(printer.T("You are asked to take part in a survey: %s.", w.Title) + "\n")
			subjects = append(subjects, printer.T("Survey: %s", w.Title))
		}
		b.WriteString(printer.T("The page says what is asked and who sees what, before the first question. You choose "+
			"whether you take part.") + "\n")
		b.WriteString(printer.T("It is open until %s. The link is yours alone; do not pass it on.",
			printer.Date(time.UnixMicro(w.Closes))) + "\n\n")
		b.WriteString(address + "?lang=" + string(l) + "\n\n")
		b.WriteString(printer.T("No more mail about this:") + " " + address + "/stop?lang=" + string(l) + "\n")
		parts = append(parts, b.String())
	}
	return Letter{
		To: p.Mail, Subject: subjects[0], Text: strings.Join(parts, "\n--\n\n"), Stop: address + "/stop",
	}
}

// surveyLanguages are those in which somebody can be asked.
var surveyLanguages = []locale.Lang{locale.English, locale.Dutch}

// freshLink makes a new link for somebody who is asked, and ends those they had: for a link that was passed on or lost.
func (s *Service) freshLink(ctx context.Context, v op.Viewer, w waveRow, p participantRow) (Link, error) {
	if !w.open(v.Now) {
		return Link{}, fault.New(fault.Conflict, "This survey is not open.")
	}
	names, err := s.network.Names(ctx, s.db, w.Space, []id.ID{p.Person})
	if err != nil {
		return Link{}, err
	}
	out := Link{Name: names[p.Person], Mail: p.Mail}
	return out, s.db.Write(ctx, func(tx *db.Tx) error {
		if err := endLinks(ctx, tx, w.Space, p.ID); err != nil {
			return err
		}
		links, err := newLinks(ctx, tx, w.Space, []id.ID{p.ID}, v.Now)
		out.Secret = links[p.ID]
		return err
	})
}
