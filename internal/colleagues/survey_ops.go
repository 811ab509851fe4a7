package colleagues

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"gave.network/internal/colleagues/structure"
	"gave.network/internal/colleagues/survey"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/text"
)

// surveyOps are what can be done with surveys, by who made them.
func (s *Service) surveyOps() []op.Operation {
	return []op.Operation{
		op.New("colleagues.survey.new", http.MethodPost, "/colleagues/surveys", op.Owner,
			"Make a survey of who works with whom.", s.newSurvey).
			With("Nobody is asked yet. What you decide here holds for the whole of it, since people agree to it.",
				`gave colleagues survey new people.csv --title "How we work" --layers advice,trust --closes 2027-03-01`),
		op.New("colleagues.survey.list", http.MethodGet, "/colleagues/surveys", op.Owner,
			"List your surveys.", s.listSurveys).With("", "gave colleagues survey list"),
		op.New("colleagues.survey.show", http.MethodGet, "/colleagues/surveys/{survey}", op.Owner,
			"Show how many answered a survey, by department.", s.showSurvey).
			With("Never who: departments of fewer people than the threshold are put together, and shares are in tens.",
				"gave colleagues survey show ID"),
		op.New("colleagues.survey.open", http.MethodPost, "/colleagues/surveys/{survey}/links", op.Owner,
			"Open a survey and send everybody their link.", s.openOp).
			With("By mail where a mail server is set, else the links are shown once, to be sent by hand. Run it again "+
				"for those whom it did not reach.", "gave colleagues survey open ID").InParts().WithCare(),
		op.New("colleagues.survey.remind", http.MethodPost, "/colleagues/surveys/{survey}/reminders", op.Owner,
			"Remind by mail who did not answer a survey.", s.remindOp).
			With("At most twice, and never who said that they do not take part.", "gave colleagues survey remind ID").
			InParts().WithCare(),
		op.New("colleagues.survey.link", http.MethodPost, "/colleagues/surveys/{survey}/people", op.Owner,
			"Make a new link for somebody, which ends the old one.", s.linkOp).
			With("", `gave colleagues survey link ID "Anna de Wit"`).WithCare(),
		op.New("colleagues.survey.without", http.MethodDelete, "/colleagues/surveys/{survey}/people", op.Owner,
			"Take somebody out of a survey, with all that was said by and of them.", s.withoutOp).
			With("", `gave colleagues survey without ID "Anna de Wit"`),
		op.New("colleagues.survey.close", http.MethodPost, "/colleagues/surveys/{survey}/close", op.Owner,
			"Close a survey.", s.closeOp).
			With("What was said of who did not take part is deleted. Everybody gets a picture of their own by their "+
				"link.",
				"gave colleagues survey close ID").WithCare(),
		op.New("colleagues.survey.reopen", http.MethodPost, "/colleagues/surveys/{survey}/reopen", op.Owner,
			"Open a survey again.", s.reopenOp).
			With("What was deleted when it closed stays deleted.",
				"gave colleagues survey reopen ID --closes 2027-04-01"),
		op.New("colleagues.survey.export", http.MethodGet, "/colleagues/surveys/{survey}/export", op.Owner,
			"Take the answers of a closed survey along.", s.exportSurvey).
			With("Only where you chose so before anybody was asked, with shuffled numbers in place of names. "+
				"Figures of groups are in the report.", "gave colleagues survey export ID --json"),
		op.New("colleagues.survey.remove", http.MethodDelete, "/colleagues/surveys/{survey}", op.Owner,
			"Remove a survey with all its answers.", s.removeOp).With("", "gave colleagues survey remove ID"),
	}
}

// SurveyInput names a survey.
type SurveyInput struct {
	Survey id.ID `json:"survey" arg:"1" doc:"id of the survey"`
}

// NewSurveyInput is a survey to make.
type NewSurveyInput struct {
	File       string        `json:"file,omitempty" arg:"1" doc:"who is asked: a line for each with name, mail address, department and level in the chart, with commas between" example:"Anna Aal, anna@example.org, Sales"`
	Title      string        `json:"title" doc:"what the survey is called" maxLength:"200"`
	Group      string        `json:"group,omitempty" doc:"also everybody of this organisation or with this tag" maxLength:"200"`
	Add        bool          `json:"add,omitempty" doc:"add people who are not in your network yet"`
	Layers     []string      `json:"layers,omitempty" doc:"what it asks: works with, advice, trust, travels, lunch; may be given more than once"`
	Naming     survey.Naming `json:"naming,omitempty" doc:"people choose from a list of all who are asked, or type names" enum:"roster,names" default:"roster"`
	Weighted   bool          `json:"weighted,omitempty" doc:"it asks how often as well"`
	Anonymised bool          `json:"anonymised,omitempty" doc:"an export may hold answers with shuffled numbers in place of names; everybody who is asked reads so"`
	Threshold  int           `json:"threshold,omitempty" doc:"how many people a group needs to be spoken of" default:"8" minimum:"5" maximum:"100"`
	Months     int           `json:"months,omitempty" doc:"how many months answers are kept after it closed" default:"24" minimum:"1" maximum:"60"`
	Closes     time.Time     `json:"closes" doc:"the last day on which it is open" example:"2027-03-01"`
}

// NewSurveyOutput says what was made.
type NewSurveyOutput struct {
	Survey   id.ID      `json:"survey"`
	Asked    int        `json:"asked" doc:"how many people are in it"`
	Added    int        `json:"added" doc:"how many of them are new in your network"`
	NoMail   int        `json:"no_mail" doc:"of how many no mail address is known"`
	Rejected []Rejected `json:"rejected"`
}

// ExitCode is 3 when some lines were rejected.
func (o NewSurveyOutput) ExitCode() int {
	if len(o.Rejected) > 0 {
		return 3
	}
	return 0
}

// Text says who is in it, and which lines were not used.
func (o NewSurveyOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintln(&b, o.Survey.String()+"  "+p.T("%d people are asked", o.Asked))
	for _, r := range o.Rejected {
		fmt.Fprintln(&b, "  "+p.T("line %d: %s", r.Line, r.Reason))
	}
	return b.String()
}

// lastMoment is the end of the day that was said, or the moment where one was.
func lastMoment(at time.Time, zone *time.Location) time.Time {
	if at.Equal(at.Truncate(24 * time.Hour)) {
		year, month, day := at.Date()
		return time.Date(year, month, day, 23, 59, 59, 0, zone)
	}
	return at
}

// newSurvey makes a survey. Lines that name nobody, or somebody who is in it already, are said and left out.
func (s *Service) newSurvey(ctx context.Context, v op.Viewer, in NewSurveyInput) (NewSurveyOutput, error) {
	var layers []string
	for _, line := range in.Layers {
		layers = append(layers, text.Items(line)...)
	}
	settings, err := survey.Settings{
		Title: in.Title, Layers: layers, Naming: in.Naming, Weighted: in.Weighted, Anonymised: in.Anonymised,
		Threshold: in.Threshold, Months: in.Months, Closes: lastMoment(in.Closes, v.Zone),
	}.Checked(v.Now)
	if err != nil {
		return NewSurveyOutput{}, err
	}
	out := NewSurveyOutput{Rejected: []Rejected{}}
	list, err := s.whoIsAsked(ctx, v, in, &out)
	if err != nil {
		return NewSurveyOutput{}, err
	}
	switch n := len(list); {
	case n > survey.MostPeople:
		return NewSurveyOutput{}, fault.New(fault.Invalid, "A survey asks at most %d people; these are %d.",
			survey.MostPeople, n).WithHint("Hold it in several parts.").WithField("file")
	case n < settings.Threshold:
		return NewSurveyOutput{}, fault.New(fault.Invalid,
			"These are %d people. Of fewer than %d nothing could ever be told.", n, settings.Threshold).
			WithHint("Ask more people.").WithField("file")
	}
	for _, p := range list {
		if p.Mail == "" {
			out.NoMail++
		}
	}
	out.Asked = len(list)
	out.Survey, err = s.keepWave(ctx, v, settings, list)
	return out, err
}

// whoIsAsked finds the people of the lines and of the group. It adds to out what could not be used.
func (s *Service) whoIsAsked(
	ctx context.Context, v op.Viewer, in NewSurveyInput, out *NewSurveyOutput,
) ([]participantRow, error) {
	p := v.Printer()
	lines, wrong := survey.ReadRoster(in.File)
	for _, w := range wrong {
		out.Rejected = append(out.Rejected, Rejected{w.Line, p.T(w.Why, w.Args...)})
	}
	if len(lines) > 2*survey.MostPeople {
		return nil, fault.New(fault.Invalid, "A survey asks at most %d people; these are %d.", survey.MostPeople,
			len(lines)).WithHint("Hold it in several parts.").WithField("file")
	}
	e, err := s.gather(ctx, v)
	if err != nil {
		return nil, err
	}
	var list []participantRow
	line := map[id.ID]int{}
	for _, one := range lines {
		key, err := s.askedBy(ctx, v, one, in.Add, out)
		if err != nil {
			if fault.CodeOf(err) == fault.Internal || fault.CodeOf(err) == fault.Unavailable {
				return nil, err
			}
			out.Rejected = append(out.Rejected, Rejected{one.Line, p.Fault(err)})
			continue
		}
		if before := line[key]; before > 0 {
			out.Rejected = append(out.Rejected,
				Rejected{one.Line, p.T("This is the same person as on line %d.", before)})
			continue
		}
		line[key] = one.Line
		at := e.chart[key]
		if one.Department == "" {
			one.Department = at.Department
		}
		if one.Level == 0 {
			one.Level = at.Level
		}
		list = append(list, participantRow{
			Person: key, Mail: one.Mail, Department: one.Department, Level: one.Level,
		})
	}
	if group := strings.TrimSpace(in.Group); group != "" {
		members, err := s.members(ctx, v, e, group)
		if err != nil {
			return nil, fault.About(err, "group")
		}
		for _, key := range members {
			if line[key] == 0 {
				at := e.chart[key]
				list = append(list, participantRow{Person: key, Department: at.Department, Level: at.Level})
			}
		}
	}
	slices.SortFunc(out.Rejected, func(a, b Rejected) int { return a.Line - b.Line })
	if len(list) == 0 {
		return nil, fault.New(fault.Invalid, "Say who is asked.").WithField("file")
	}
	return list, s.fillMails(ctx, v, list)
}

// fillMails puts the address at which somebody is known where a line gave none.
func (s *Service) fillMails(ctx context.Context, v op.Viewer, list []participantRow) error {
	known, err := s.network.Identifiers(ctx, v, personsOf(list))
	if err != nil {
		return err
	}
	for i := range list {
		for _, n := range known[list[i].Person] {
			if list[i].Mail == "" && n.Kind == people.MailAddress && !n.Shared {
				list[i].Mail = n.Value
			}
		}
	}
	return nil
}

// askedBy finds, or adds, the person of a line: by the address first, as two may have one name.
func (s *Service) askedBy(
	ctx context.Context, v op.Viewer, one survey.Asked, add bool, out *NewSurveyOutput,
) (id.ID, error) {
	var identifiers []people.Identifier
	if one.Mail != "" {
		n := people.IdentifierOf(one.Mail)
		if n.Kind != people.MailAddress {
			return id.Zero, fault.New(fault.Invalid, "%q is not a mail address.", one.Mail)
		}
		identifiers = append(identifiers, n)
		p, err := s.network.Resolve(ctx, v, one.Mail)
		if err == nil || fault.CodeOf(err) != fault.NotFound {
			return p.ID, err
		}
	}
	if one.Name != "" {
		p, err := s.network.Resolve(ctx, v, one.Name)
		if err == nil || fault.CodeOf(err) != fault.NotFound {
			return p.ID, err
		}
		if _, isID := id.Parse(one.Name); isID == nil || !add {
			return id.Zero, err
		}
	} else if !add {
		return id.Zero, fault.New(fault.NotFound, "Nobody in your network has the address %s.", one.Mail)
	}
	name := one.Name
	if name == "" {
		name = one.Mail
	}
	key, err := s.network.AddPerson(ctx, v, people.NewPerson{
		Person: people.Person{Name: name}, Identifiers: identifiers,
	})
	if err == nil {
		out.Added++
	}
	return key, err
}

// SurveyState is how it stands with a survey.
type SurveyState string

// The states of a survey.
const (
	SurveyDraft  SurveyState = "draft" // nobody is asked yet
	SurveyOpen   SurveyState = "open"
	SurveyClosed SurveyState = "closed"
)

// Survey is a survey as who made it sees it.
type Survey struct {
	ID           id.ID                `json:"id"`
	Title        string               `json:"title"`
	State        SurveyState          `json:"state"`
	Layers       []string             `json:"layers"`
	Naming       survey.Naming        `json:"naming"`
	Weighted     bool                 `json:"weighted"`
	Anonymised   bool                 `json:"anonymised"`
	Threshold    int                  `json:"threshold"`
	Months       int                  `json:"months" doc:"how long answers are kept after it closed"`
	Created      time.Time            `json:"created"`
	Closes       time.Time            `json:"closes"`
	Closed       *time.Time           `json:"closed"`
	Asked        int                  `json:"asked"`
	Participants int                  `json:"participants" doc:"who answered at least one question; 0 while they are fewer than five"`
	Reminders    int                  `json:"reminders" doc:"how many there were"`
	Response     []ResponseDepartment `json:"response" doc:"in each department, those of few people put together"`
}

// ResponseDepartment tells about how many of a department answered.
type ResponseDepartment struct {
	Department string `json:"department" doc:"* for the small ones together"`
	Asked      int    `json:"asked"`
	Answered   int    `json:"answered" doc:"of a hundred, in tens; 0 is fewer than ten, 100 more than ninety"`
}

// shown is a survey as who made it sees it.
func (w waveRow) shown(now time.Time) Survey {
	out := Survey{
		ID: w.ID, Title: w.Title, State: SurveyDraft, Layers: w.layers(), Naming: w.Naming, Weighted: w.Weighted > 0,
		Anonymised: w.Anonymised > 0, Threshold: w.Threshold, Months: w.Months,
		Created: time.UnixMicro(w.Created).UTC(), Closes: time.UnixMicro(w.Closes).UTC(), Asked: w.Asked,
		Reminders: w.Reminders, Response: []ResponseDepartment{},
	}
	if w.Taking >= survey.LeastThreshold {
		out.Participants = w.Taking
	}
	switch {
	case w.Closed > 0:
		closed := time.UnixMicro(w.Closed).UTC()
		out.Closed, out.State = &closed, SurveyClosed
	case w.open(now):
		out.State = SurveyOpen
	case w.Opened > 0:
		out.State = SurveyClosed // in a moment
	}
	return out
}

// SurveysOutput lists surveys.
type SurveysOutput struct {
	Surveys []Survey `json:"surveys"`
}

// Text prints surveys, one on a line.
func (o SurveysOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, x := range o.Surveys {
		fmt.Fprintf(&b, "%s  %-8s %4d  %s\n", x.ID, p.T(string(x.State)), x.Asked, x.Title)
	}
	return b.String()
}

func (s *Service) listSurveys(ctx context.Context, v op.Viewer, _ op.None) (SurveysOutput, error) {
	out := SurveysOutput{Surveys: []Survey{}}
	if err := s.tendWaves(ctx, v.Space, v.Now); err != nil {
		return out, err
	}
	rows, err := s.waves(ctx, v)
	for _, w := range rows {
		out.Surveys = append(out.Surveys, w.shown(v.Now))
	}
	return out, err
}

func (s *Service) showSurvey(ctx context.Context, v op.Viewer, in SurveyInput) (Survey, error) {
	if err := s.tendWaves(ctx, v.Space, v.Now); err != nil {
		return Survey{}, err
	}
	w, err := s.wave(ctx, v, in.Survey)
	if err != nil {
		return Survey{}, err
	}
	out := w.shown(v.Now)
	people, err := s.participants(ctx, s.db, w.Space, w.ID)
	if err != nil {
		return out, err
	}
	out.Response = responseOf(people, w.Threshold)
	return out, nil
}

// responseOf tells about how many answered in each department.
func responseOf(people []participantRow, threshold int) []ResponseDepartment {
	departments, answered := make([]string, len(people)), make([]bool, len(people))
	for i, p := range people {
		departments[i], answered[i] = p.Department, p.took()
	}
	out := []ResponseDepartment{}
	for _, d := range survey.Response(departments, answered, threshold) {
		out = append(out, ResponseDepartment{d.Name, d.Asked, int(d.Answered)})
	}
	return out
}

// about says a share that is told in tens.
func (d ResponseDepartment) about(p *locale.Printer) string {
	switch survey.Share(d.Answered) {
	case survey.Few:
		return p.T("fewer than 10 of 100 answered")
	case survey.Most:
		return p.T("more than 90 of 100 answered")
	}
	return p.T("about %d of 100 answered", d.Answered)
}

// Text says how it stands with a survey.
func (x Survey) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintln(&b, x.Title+"  "+p.T(string(x.State)))
	fmt.Fprintln(&b, p.T("%d people are asked", x.Asked))
	for _, d := range x.Response {
		name := d.Department
		if name == structure.Rest {
			name = p.T("smaller groups together")
		}
		fmt.Fprintf(&b, "  %-30s %4d  %s\n", name, d.Asked, d.about(p))
	}
	return b.String()
}

// Text prints the links that are to be sent by hand.
func (o Sent) Text(p *locale.Printer) string {
	var b strings.Builder
	if o.Mailed > 0 {
		fmt.Fprintln(&b, p.T("%d mails were sent", o.Mailed))
	}
	for _, l := range o.Links {
		fmt.Fprintf(&b, "%s  %s  %s%s\n", l.Name, l.Mail, surveyPath, l.Secret)
	}
	return b.String()
}

// base is where Gave is found by others; empty when nobody said it.
func (s *Service) base() string {
	if s.mail == nil {
		return ""
	}
	return s.mail.Base()
}

func (s *Service) openOp(ctx context.Context, v op.Viewer, in SurveyInput) (Sent, error) {
	w, err := s.wave(ctx, v, in.Survey)
	if err != nil {
		return Sent{}, err
	}
	return s.openSurvey(ctx, v, w, s.base())
}

func (s *Service) remindOp(ctx context.Context, v op.Viewer, in SurveyInput) (Sent, error) {
	w, err := s.wave(ctx, v, in.Survey)
	if err != nil {
		return Sent{}, err
	}
	return s.remind(ctx, v, w, s.base())
}

// SurveyPersonInput names somebody in a survey.
type SurveyPersonInput struct {
	Survey id.ID  `json:"survey" arg:"1" doc:"id of the survey"`
	Person string `json:"person" arg:"2" doc:"who is asked in it" maxLength:"300" means:"person"`
}

// inSurvey finds somebody who is asked in one of the viewer's surveys.
func (s *Service) inSurvey(
	ctx context.Context, v op.Viewer, in SurveyPersonInput,
) (w waveRow, p participantRow, err error) {
	if w, err = s.wave(ctx, v, in.Survey); err != nil {
		return w, p, err
	}
	who, err := s.network.Resolve(ctx, v, in.Person)
	if err != nil {
		return w, p, fault.About(err, "person")
	}
	list, err := s.participants(ctx, s.db, w.Space, w.ID)
	if err != nil {
		return w, p, err
	}
	i := slices.IndexFunc(list, func(p participantRow) bool { return p.Person == who.ID })
	if i < 0 {
		return w, p, fault.New(fault.NotFound, "%s is not asked in this survey.", who.Name).WithField("person")
	}
	return w, list[i], nil
}

func (s *Service) linkOp(ctx context.Context, v op.Viewer, in SurveyPersonInput) (Link, error) {
	w, p, err := s.inSurvey(ctx, v, in)
	if err != nil {
		return Link{}, err
	}
	return s.freshLink(ctx, v, w, p)
}

func (s *Service) withoutOp(ctx context.Context, v op.Viewer, in SurveyPersonInput) (op.None, error) {
	w, p, err := s.inSurvey(ctx, v, in)
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, s.removeParticipant(ctx, w, p)
}

func (s *Service) closeOp(ctx context.Context, v op.Viewer, in SurveyInput) (op.None, error) {
	w, err := s.wave(ctx, v, in.Survey)
	if err != nil {
		return op.None{}, err
	}
	if w.Opened == 0 {
		return op.None{}, fault.New(fault.Conflict, "Nobody is asked yet.")
	}
	return op.None{}, s.closeWave(ctx, w, v.Now)
}

// ReopenInput says until when a survey is open again.
type ReopenInput struct {
	Survey id.ID     `json:"survey" arg:"1" doc:"id of the survey"`
	Closes time.Time `json:"closes" doc:"the last day on which it is open" example:"2027-04-01"`
}

func (s *Service) reopenOp(ctx context.Context, v op.Viewer, in ReopenInput) (op.None, error) {
	w, err := s.wave(ctx, v, in.Survey)
	if err != nil {
		return op.None{}, err
	}
	if w.Opened == 0 {
		return op.None{}, fault.New(fault.Conflict, "Nobody is asked yet.")
	}
	// The same limits hold as for a new one.
	checked, err := survey.Settings{
		Title: w.Title, Layers: w.layers(), Closes: lastMoment(in.Closes, v.Zone),
	}.Checked(v.Now)
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, s.reopenWave(ctx, w, checked.Closes, v.Now)
}

func (s *Service) removeOp(ctx context.Context, v op.Viewer, in SurveyInput) (op.None, error) {
	w, err := s.wave(ctx, v, in.Survey)
	if err != nil {
		return op.None{}, err
	}
	return op.None{}, s.removeWave(ctx, w)
}

// SurveyExport is what can be taken along of a survey.
type SurveyExport struct {
	Title   string         `json:"title"`
	Answers []SurveyAnswer `json:"answers" doc:"with shuffled numbers in place of people"`
}

// SurveyAnswer is what one person says of another, by numbers that mean nothing elsewhere.
type SurveyAnswer struct {
	Layer  string  `json:"layer"`
	From   int     `json:"from"`
	To     int     `json:"to"`
	Weight float64 `json:"weight" doc:"1 daily or not asked, 0.67 weekly, 0.33 monthly"`
}

// exportSurvey tells the answers of a closed survey with shuffled numbers, where people were told so before they
// answered. The numbers are others each time. Figures of groups are not in it: those are made once, by the report, so
// that two files cannot be laid side by side.
func (s *Service) exportSurvey(ctx context.Context, v op.Viewer, in SurveyInput) (SurveyExport, error) {
	all, err := s.WaveAnswers(ctx, v, in.Survey)
	if err != nil {
		return SurveyExport{}, err
	}
	w, err := s.wave(ctx, v, in.Survey)
	if err != nil {
		return SurveyExport{}, err
	}
	if w.Anonymised == 0 {
		return SurveyExport{}, fault.New(fault.Forbidden, "Nobody was told that their answers may be taken along.").
			WithHint("The report has figures of groups.")
	}
	number := map[id.ID]int{}
	shuffled := rand.Perm(len(all.People))
	for i, p := range all.People {
		number[p.Person] = shuffled[i] + 1
	}
	out := SurveyExport{Title: w.Title, Answers: make([]SurveyAnswer, len(all.Ties))}
	for i, t := range all.Ties {
		out.Answers[i] = SurveyAnswer{t.Layer, number[t.From], number[t.To], t.Weight}
	}
	slices.SortFunc(out.Answers, func(a, b SurveyAnswer) int {
		return slices.Compare([]int{layerOrder(a.Layer), a.From, a.To}, []int{layerOrder(b.Layer), b.From, b.To})
	})
	return out, nil
}

// layerOrder is the place of a layer among the questions.
func layerOrder(layer string) int {
	return slices.IndexFunc(survey.Questions(), func(q survey.Question) bool { return q.Layer == layer })
}
