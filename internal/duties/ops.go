package duties

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
)

// Operations returns what can be done about these duties.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("duties.record", http.MethodGet, "/duties/record", op.Member,
			"Write the record of processing of this space.", s.record).
			With("What is kept, what for, who sees it and how long it stays (GDPR, article 30), made from what stands "+
				"here.", "gave duties record"),
		op.New("duties.notice", http.MethodGet, "/duties/notice", op.Member,
			"Write the notice that tells somebody that you keep them.", s.notice).
			With("In the words of the law (GDPR, article 14), from what you keep of them: its kinds, not its content. "+
				"Nothing is sent.", `gave duties notice "Anna Jansen" --language nl`),
		op.New("duties.told", http.MethodPost, "/duties/told", op.Member,
			"Note that you told somebody that you keep them.", s.told).
			With("", `gave duties told "Anna Jansen"`),
		op.New("duties.rules", http.MethodGet, "/duties/rules", op.Member,
			"List after how long what is old is thrown away.", s.listRules),
		op.New("duties.preview", http.MethodGet, "/duties/preview", op.Member,
			"Say what a rule for what is old would throw away of yours.", s.preview).
			With("", "gave duties preview contact 24"),
		op.New("duties.keep", http.MethodPost, "/duties/rules", op.Member,
			"Have what is old thrown away by itself.", s.keep).
			With("A rule of yours begins to hold after a day, one of the whole space after two weeks; 0 months take "+
				"it away. See gave duties preview.", "gave duties keep contact 24").Governing(),
		op.New("duties.requests", http.MethodGet, "/duties/requests", op.Member,
			"List what people asked about themselves.", s.listRequests),
		op.New("duties.request", http.MethodPost, "/duties/requests", op.Member,
			"Take in what somebody asks about themselves.", s.ask).
			With("access, correction, erasure or objection. Of an owner's request the other members who keep a copy "+
				"are asked to give theirs.", `gave duties request "Anna Jansen" access`),
		op.New("duties.part", http.MethodPost, "/duties/requests/{request}/part", op.Member,
			"Give what you keep of somebody who asked for it.", s.part).
			With("With the names of others masked; your notes about them go along.", "gave duties part 0190…").
			InParts().Governing(),
		op.New("duties.answer", http.MethodPost, "/duties/requests/{request}/answer", op.Member,
			"Put together what is kept of who asked for it.", s.answer).
			With("As JSON, with the names of others masked.", "gave duties answer 0190… > answer.json").
			InParts().Governing(),
		op.New("duties.close", http.MethodPost, "/duties/requests/{request}/close", op.Member,
			"End a request, with a letter that says how it ended.", s.end).
			With("With --erase whoever asked to be gone is erased, of an owner's request with the copies of all "+
				"members. This cannot be undone.", "gave duties close 0190… --erase").InParts().Governing(),
	}
}

// NoticeInput names who is told.
type NoticeInput struct {
	Person   string `json:"person" arg:"1" doc:"who: a name, mail address or id" means:"person" maxLength:"300"`
	Language string `json:"language,omitempty" doc:"en or nl; yours when left out" maxLength:"10"`
}

// ToldInput says that somebody was told.
type ToldInput struct {
	Person string `json:"person" arg:"1" doc:"who: a name, mail address or id" means:"person" maxLength:"300"`
	Not    bool   `json:"not,omitempty" doc:"they were not told after all"`
}

// RuleInput is a rule for what is old.
type RuleInput struct {
	Kind   string `json:"kind" arg:"1" doc:"what it is about: see gave duties rules" maxLength:"40"`
	Months int    `json:"months" arg:"2" doc:"what is older goes; 0 to take the rule away"`
	Space  bool   `json:"space,omitempty" doc:"for owners: of the whole space, not only of what is yours"`
}

// RequestInput is what somebody asks.
type RequestInput struct {
	Person   string `json:"person" arg:"1" doc:"who asks: a name, mail address or id" means:"person" maxLength:"300"`
	Kind     string `json:"kind" arg:"2" doc:"what they ask" enum:"access,correction,erasure,objection"`
	Received string `json:"received,omitempty" doc:"the day on which it came, as 2026-11-30; today when left out" maxLength:"10"`
}

// PartInput says for which request something is given.
type PartInput struct {
	Request id.ID `json:"request" arg:"1" doc:"the id of the request"`
	Nothing bool  `json:"nothing,omitempty" doc:"there is nothing to give"`
}

// OneInput names a request.
type OneInput struct {
	Request id.ID `json:"request" arg:"1" doc:"the id of the request"`
}

// CloseInput ends a request.
type CloseInput struct {
	Request  id.ID  `json:"request" arg:"1" doc:"the id of the request"`
	Outcome  string `json:"outcome,omitempty" doc:"what else the letter says; the register keeps it, so do not name the person" maxLength:"2000"`
	Erase    bool   `json:"erase,omitempty" doc:"erase who asked to be gone"`
	Language string `json:"language,omitempty" doc:"of the letter: en or nl; yours when left out" maxLength:"10"`
}

// RulesOutput is a list of rules.
type RulesOutput struct {
	Rules []Rule `json:"rules"`
}

// RequestsOutput is a list of requests.
type RequestsOutput struct {
	Requests []Request `json:"requests"`
}

func (s *Service) record(ctx context.Context, v op.Viewer, _ op.None) (Record, error) {
	return s.Record(ctx, v)
}

func (s *Service) notice(ctx context.Context, v op.Viewer, in NoticeInput) (Notice, error) {
	p, err := s.network.Resolve(ctx, v, in.Person)
	if err != nil {
		return Notice{}, err
	}
	return s.Notice(ctx, v, p, locale.Lang(in.Language))
}

func (s *Service) told(ctx context.Context, v op.Viewer, in ToldInput) (op.None, error) {
	p, err := s.network.Resolve(ctx, v, in.Person)
	if err == nil {
		err = s.tell(ctx, v, p.ID, !in.Not)
	}
	return op.None{}, err
}

func (s *Service) listRules(ctx context.Context, v op.Viewer, _ op.None) (RulesOutput, error) {
	list, err := s.Rules(ctx, v)
	return RulesOutput{list}, err
}

func (s *Service) preview(ctx context.Context, v op.Viewer, in RuleInput) (Preview, error) {
	return s.Preview(ctx, v, in.Kind, in.Months, in.Space)
}

func (s *Service) keep(ctx context.Context, v op.Viewer, in RuleInput) (Preview, error) {
	return s.Keep(ctx, v, in.Kind, in.Months, in.Space)
}

func (s *Service) listRequests(ctx context.Context, v op.Viewer, _ op.None) (RequestsOutput, error) {
	list, err := s.Requests(ctx, v)
	return RequestsOutput{list}, err
}

func (s *Service) ask(ctx context.Context, v op.Viewer, in RequestInput) (Request, error) {
	p, err := s.network.Resolve(ctx, v, in.Person)
	if err != nil {
		return Request{}, err
	}
	received := v.Now
	if in.Received != "" {
		if received, err = time.ParseInLocation(time.DateOnly, in.Received, v.Zone); err != nil {
			return Request{}, fault.New(fault.Invalid, "%q is not a day.", in.Received).
				WithHint("Write it as 2026-11-30.").WithField("received")
		}
	}
	return s.Ask(ctx, v, p, Word(in.Kind), received)
}

func (s *Service) part(ctx context.Context, v op.Viewer, in PartInput) (op.None, error) {
	return op.None{}, s.Give(ctx, v, in.Request, in.Nothing)
}

func (s *Service) answer(ctx context.Context, v op.Viewer, in OneInput) (Answer, error) {
	return s.Answer(ctx, v, in.Request)
}

func (s *Service) end(ctx context.Context, v op.Viewer, in CloseInput) (Statement, error) {
	return s.Close(ctx, v, in.Request, strings.TrimSpace(in.Outcome), in.Erase, locale.Lang(in.Language))
}

// Text prints the record.
func (r Record) Text(p *locale.Printer) string {
	var b strings.Builder
	list := func(head string, items []string) {
		b.WriteString("\n" + head + "\n")
		for _, one := range items {
			b.WriteString("  - " + one + "\n")
		}
	}
	b.WriteString(p.T("Record of processing of %s, %s", r.Space, p.Date(r.At)) + "\n")
	if r.Private {
		b.WriteString(p.T("The space is purely private, so the law asks for no record.") + "\n")
	}
	var owners []string
	for _, c := range r.Owners {
		owners = append(owners, contactLine(c))
	}
	list(p.T("Who answers for it"), owners)
	list(p.T("What for"), r.Purposes)
	var kinds []string
	for _, k := range r.Data {
		kinds = append(kinds, k.Part+": "+strings.Join(k.Kinds, ", "))
	}
	list(p.T("What is kept"), kinds)
	list(p.T("Who can see it"), r.Recipients)
	list(p.T("How long it stays"), r.Ends)
	list(p.T("How it is guarded"), r.Measures)
	list(p.T("What people asked"), []string{p.T("open %d, answered %d", r.Open, r.Closed)})
	return b.String()
}

// Text prints the notice.
func (n Notice) Text(p *locale.Printer) string {
	var b strings.Builder
	b.WriteString(n.Body + "\n")
	if !n.Needed {
		b.WriteString(p.T("The space is purely private, so the law does not ask for this.") + "\n")
	}
	if n.Told != nil {
		b.WriteString(p.T("You told them on %s.", p.Date(*n.Told)) + "\n")
	}
	return b.String()
}

// line says in a sentence what a rule does.
func (r Rule) line(p *locale.Printer) string {
	if r.Begins == nil {
		return p.T("nothing is thrown away by itself")
	}
	whose := p.T("what is yours and older than %d months goes, from %s on", r.Months, p.Date(*r.Begins))
	if r.Space {
		whose = p.T("what is older than %d months goes in the whole space, from %s on", r.Months, p.Date(*r.Begins))
	}
	return whose
}

// Text prints the rules.
func (o RulesOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, r := range o.Rules {
		b.WriteString(r.Kind + "  " + r.Title + ": " + r.line(p) + "\n")
	}
	return b.String()
}

// Text prints what a rule would do.
func (r Preview) Text(p *locale.Printer) string {
	if r.Begins == nil {
		return p.T("There is no rule any more.") + "\n"
	}
	return r.Title + ": " + r.line(p) + "\n" + r.sentence(p) + "\n" + r.Cost + "\n"
}

// sentence says how much goes.
func (r Preview) sentence(p *locale.Printer) string {
	if r.Rows == 0 {
		return p.T("Of yours nothing is that old now.")
	}
	return p.T("Of yours that is %d of %d now, the oldest of %s.", r.Rows, r.Total, p.Date(*r.Oldest))
}

// line says how far a request is.
func (r Request) line(p *locale.Printer) string {
	name := r.Name
	if name == "" {
		name = p.T("Somebody")
	}
	out := name + " " + r.Kind.label(p) + ", " + p.Date(r.Received) + ". "
	if r.Closed != nil {
		return out + p.T("Answered on %s.", p.Date(*r.Closed))
	}
	out += p.T("To be answered by %s.", p.Date(r.Due))
	if r.Others > 0 && r.Kind == Access {
		out += " " + p.T("%d of %d other members who keep a copy did not give it yet.", r.Waiting, r.Others)
	} else if r.Others > 0 {
		out += " " + p.T("%d other members keep a copy.", r.Others)
	}
	return out
}

// Text prints a request.
func (r Request) Text(p *locale.Printer) string { return r.ID.String() + "  " + r.line(p) + "\n" }

// Text prints the requests.
func (o RequestsOutput) Text(p *locale.Printer) string {
	if len(o.Requests) == 0 {
		return p.T("Nobody asked anything about themselves.") + "\n"
	}
	var b strings.Builder
	for _, r := range o.Requests {
		b.WriteString(r.Text(p))
	}
	return b.String()
}

// Text prints the answer as JSON.
func (a Answer) Text(*locale.Printer) string {
	text, err := json.MarshalIndent(a, "", " ")
	if err != nil {
		return err.Error() + "\n"
	}
	return string(text) + "\n"
}

// Text prints the letter.
func (s Statement) Text(*locale.Printer) string { return s.Letter }
