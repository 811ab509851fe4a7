package colleagues

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"gave.network/graph"
	"gave.network/internal/colleagues/release"
	"gave.network/internal/colleagues/structure"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
	"gave.network/internal/tie"
)

// betweenReports is how long a report holds before the next can be made: each is rounded anew, and who had many of the
// same would learn what is behind them.
const betweenReports = 28 * 24 * time.Hour

// reportOps are what can be done with reports in a space with others.
func (s *Service) reportOps() []op.Operation {
	return []op.Operation{
		op.New("colleagues.report", http.MethodGet, "/colleagues/report", op.Member,
			"Show the report on how your organisation runs.", s.report).
			With("In a space with others it is the newest that an owner published, the same for everybody: groups "+
				"alone, rounded, and you are noted as somebody who saw it. Where you are alone it is of your own "+
				"notes.",
				"gave colleagues report"),
		op.New("colleagues.publish", http.MethodPost, "/colleagues/report", op.Owner,
			"Make the report on how your organisation runs, for all members.", s.publish).
			With("At most once in four weeks, and only when enough people take part and enough has changed.",
				"gave colleagues publish").WithCare(),
		op.New("colleagues.rules", http.MethodGet, "/colleagues/report/rules", op.Member,
			"Show what holds for reports in this space.", s.rules).With("", "gave colleagues rules"),
		op.New("colleagues.rule", http.MethodPost, "/colleagues/report/rules", op.Owner,
			"Set what holds for reports in this space.", s.rule).
			With("Reports are off until an owner turns them on. Whoever does not say that they take part is in none.",
				"gave colleagues rule --reports on --threshold 8").Governing(),
		op.New("colleagues.groups", http.MethodPost, "/colleagues/report/groups", op.Owner,
			"Fix your chart as the groups of the reports of this space.", s.fixGroups).
			With("Departments and levels are those of your chart. They hold from the next report on.",
				"gave colleagues groups").WithCare(),
		op.New("colleagues.takepart", http.MethodPost, "/colleagues/report/part", op.Member,
			"Say whether you take part in the reports of this space.", s.takePart).
			With("What you said yourself of whom you work with then counts in figures of groups. You can take it back "+
				"at any time; nobody is told.", "gave colleagues takepart --part yes"),
		op.New("colleagues.part", http.MethodGet, "/colleagues/report/part", op.Member,
			"Show whether you take part in reports, and in which groups you are.", s.part).
			With("", "gave colleagues part"),
		op.New("colleagues.readers", http.MethodGet, "/colleagues/report/readers", op.Member,
			"List who looked at the reports of this space.", s.readers).With("", "gave colleagues readers"),
	}
}

// inCompany says whether figures of people are those of reports alone: where somebody else is or was in the space, or
// reports are on.
func (s *Service) inCompany(ctx context.Context, v op.Viewer) (bool, error) {
	others, err := s.company.Others(ctx, v)
	if err != nil || others {
		return others, err
	}
	set, err := s.reportSetting(ctx, s.db, v)
	return set.Employer, err
}

// ownNotesOnly refuses figures of people whom the asker chose, where there are others: the difference of two choices
// would be one person.
func (s *Service) ownNotesOnly(ctx context.Context, v op.Viewer) error {
	company, err := s.inCompany(ctx, v)
	if err != nil || !company {
		return err
	}
	return fault.New(fault.Forbidden, "In a space with others there are figures of its fixed groups alone.").
		WithHint("See them with gave colleagues report.")
}

// ReportInput says of whom.
type ReportInput struct {
	Organisation string    `json:"organisation,omitempty" arg:"1" doc:"an organisation or a tag, where you are alone in your space; the people of your chart when not given" maxLength:"300"`
	AsOf         time.Time `json:"as_of,omitempty" doc:"the report that was the newest at the end of this day, such as 2025-06-01; where you are alone in your space, as it was then. The newest when left out"`
}

func (s *Service) report(ctx context.Context, v op.Viewer, in ReportInput) (ReportOutput, error) {
	return s.reportAs(ctx, v, in, "api")
}

// reportAs gives the report in a form: api, page, or the ending of a file.
func (s *Service) reportAs(ctx context.Context, v op.Viewer, in ReportInput, form string) (ReportOutput, error) {
	company, err := s.inCompany(ctx, v)
	if err != nil {
		return ReportOutput{}, err
	}
	if !company {
		return s.ownReport(ctx, v, in)
	}
	if strings.TrimSpace(in.Organisation) != "" {
		return ReportOutput{}, s.ownNotesOnly(ctx, v)
	}
	set, err := s.reportSetting(ctx, s.db, v)
	if err != nil {
		return ReportOutput{}, err
	}
	if !set.Employer {
		return ReportOutput{}, fault.New(fault.NotFound, "There are no reports in this space.").
			WithHint("An owner can turn them on.")
	}
	list, err := s.releases(ctx, s.db, v)
	if err != nil {
		return ReportOutput{}, err
	}
	then := lookingBack(v, in.AsOf).Now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1) // of that day count too
	made := len(list)
	list = slices.DeleteFunc(list, func(t told) bool { return t.At.After(then) })
	if len(list) == 0 && made > 0 {
		return ReportOutput{}, fault.New(fault.NotFound, "No report had been made by that day.").WithField("as_of")
	}
	if len(list) == 0 {
		return ReportOutput{}, fault.New(fault.NotFound, "No report was made yet.").
			WithHint("An owner makes one with gave colleagues publish.")
	}
	if err := s.keepView(ctx, v, list[0].ID, form); err != nil {
		return ReportOutput{}, err
	}
	out := outputOf(v, list)
	consents, err := s.consents(ctx, s.db, v)
	if err != nil {
		return out, err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return out, err
	}
	for _, c := range consents {
		ref, ok := everybody.Ref(c.Person)
		if ok && c.Found == 1 {
			out.Meet = append(out.Meet, ref)
		}
		if ok && c.Offers == 1 {
			out.Offers = append(out.Offers, ref)
		}
	}
	byName(out.Meet)
	byName(out.Offers)
	return out, nil
}

// outputOf puts words to the newest of some reports.
func outputOf(v op.Viewer, list []told) ReportOutput {
	newest := list[0]
	found := findings(&newest.Figures)
	out := ReportOutput{
		ID: newest.ID, Survey: newest.Title, Asked: newest.Asked, At: newest.At, Next: newest.At.Add(betweenReports),
		Figures: newest.Figures, Findings: found,
		Said: said(v.Printer(), &newest.Figures, found), Meet: []people.Ref{}, Offers: []people.Ref{},
		Cover: []people.Ref{}, Change: []ChangePoint{},
	}
	for i := min(len(list), mostMoments) - 1; i >= 0; i-- {
		out.Change = append(out.Change, changeOf(list[i]))
	}
	return out
}

// ownReport is of what the viewer alone knows, and so exact.
func (s *Service) ownReport(ctx context.Context, v op.Viewer, in ReportInput) (ReportOutput, error) {
	v = lookingBack(v, in.AsOf)
	e, err := s.gather(ctx, v)
	if err != nil {
		return ReportOutput{}, err
	}
	members, err := s.members(ctx, v, e, in.Organisation)
	if err != nil {
		return ReportOutput{}, err
	}
	derived, cut, err := s.derived(ctx, v)
	if err != nil {
		return ReportOutput{}, err
	}
	place := make(map[id.ID]int, len(members))
	sample := release.Sample{N: len(members)}
	for i, key := range members {
		place[key] = i
	}
	for _, key := range members {
		at, above := e.chart[key], -1
		if m, ok := place[at.Manager]; ok {
			above = m
		}
		sample.Group, sample.Level = append(sample.Group, at.Department), append(sample.Level, at.Level)
		sample.Manager = append(sample.Manager, above)
	}
	_, layers := tiesAmong(e, derived, place, "")
	for _, l := range layers {
		if !tie.LayerNamed(l.Layer).Formal {
			ties, _ := tiesAmong(e, derived, place, l.Layer)
			sample.Layers = append(sample.Layers, release.Layer{Name: l.Layer, Ties: ties})
		}
	}
	figures, err := release.Of(ctx, sample, release.Options{})
	if err != nil {
		return ReportOutput{}, err
	}
	out := outputOf(v, []told{{At: v.Now.UTC(), toldBody: toldBody{Figures: *figures}}})
	out.Cut, out.Next = cut, time.Time{}
	for _, k := range figures.Cover {
		out.Cover = append(out.Cover, e.ref(members[k]))
	}
	byName(out.Cover)
	return out, nil
}

// taking are the people who take part in a report, and what they said.
type taking struct {
	sample  release.Sample
	changed int // who came, or said something, after a time
}

// taking puts together who takes part: each by their own word, with what they said themselves of others who do.
func (s *Service) taking(ctx context.Context, v op.Viewer, since time.Time) (taking, error) {
	var out taking
	consents, err := s.consents(ctx, s.db, v)
	if err != nil {
		return out, err
	}
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return out, err
	}
	groups, err := s.reportGroups(ctx, s.db, v)
	if err != nil {
		return out, err
	}
	canonical := func(key id.ID) id.ID {
		if at := everybody.Canonical(key); !at.IsZero() {
			return at
		}
		return key
	}
	place, of, changed := map[id.ID]int{}, map[id.ID]id.ID{}, map[id.ID]bool{}
	var members []id.ID
	for _, c := range consents {
		key := canonical(c.Person)
		if _, twice := place[key]; twice {
			continue
		}
		place[key] = out.sample.N
		if c.Offers == 1 {
			out.sample.Offers = append(out.sample.Offers, out.sample.N)
		}
		out.sample.N++
		of[c.Member] = key
		members = append(members, c.Member)
		if c.At > since.UnixMicro() {
			changed[key] = true
		}
	}
	n := out.sample.N
	out.sample.Group, out.sample.Level = make([]string, n), make([]int, n)
	out.sample.Manager = slices.Repeat([]int{-1}, n)
	for _, g := range groups {
		i, takesPart := place[canonical(g.Person)]
		if !takesPart {
			continue
		}
		out.sample.Group[i], out.sample.Level[i] = g.Department, g.Level
		if m, ok := place[canonical(g.Manager)]; ok {
			out.sample.Manager[i] = m
		}
	}
	list, err := s.network.SaidBy(ctx, v.Space, members)
	if err != nil {
		return out, err
	}
	layers := map[string]map[[2]int]bool{}
	for i := range list {
		x := &list[i]
		me := of[x.Owner]
		from, to := canonical(x.SourcePerson), canonical(x.TargetPerson)
		if !x.Directed && to == me {
			from, to = to, from
		}
		a, ok := place[from]
		b, also := place[to]
		layer := tie.LayerNamed(x.Layer)
		if from != me || !ok || !also || a == b || layer.Formal {
			continue
		}
		if layers[layer.Name] == nil {
			layers[layer.Name] = map[[2]int]bool{}
		}
		layers[layer.Name][[2]int{a, b}] = true
		if x.Time > since.UnixMicro() {
			changed[me] = true
		}
	}
	out.sample.Layers, out.changed = layered(layers), len(changed)
	return out, nil
}

// layered puts layers and their ties in an order.
func layered(layers map[string]map[[2]int]bool) []release.Layer {
	var out []release.Layer
	for name, ties := range layers {
		one := release.Layer{Name: name}
		for t := range ties {
			one.Ties = append(one.Ties, graph.Edge{From: uint32(t[0]), To: uint32(t[1])})
		}
		slices.SortFunc(one.Ties, func(a, b graph.Edge) int {
			if a.From != b.From {
				return int(a.From) - int(b.From)
			}
			return int(a.To) - int(b.To)
		})
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b release.Layer) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// publish makes a report, which holds for everybody until the next: of the surveys that closed since, of each one, else
// of what members said otherwise.
func (s *Service) publish(ctx context.Context, v op.Viewer, _ op.None) (ReportOutput, error) {
	set, err := s.reportSetting(ctx, s.db, v)
	if err != nil {
		return ReportOutput{}, err
	}
	if !set.Employer {
		return ReportOutput{}, fault.New(fault.NotFound, "There are no reports in this space.").
			WithHint("An owner can turn them on.")
	}
	list, err := s.releases(ctx, s.db, v)
	if err != nil {
		return ReportOutput{}, err
	}
	var last told
	if len(list) > 0 {
		last = list[0]
		if next := last.At.Add(betweenReports); v.Now.Before(next) {
			return ReportOutput{}, fault.New(fault.Conflict, "The last report holds until %s.", v.Printer().Date(next)).
				WithHint("Reports made soon after each other would say together what each keeps to itself.")
		}
	}
	waves, err := s.Waves(ctx, v)
	if err != nil {
		return ReportOutput{}, err
	}
	fresh, replaced, err := s.ofWaves(ctx, v, set, list, waves)
	if err != nil {
		return ReportOutput{}, err
	}
	if len(waves) == 0 {
		of, err := s.taking(ctx, v, last.At)
		if err != nil {
			return ReportOutput{}, err
		}
		if of.sample.N < set.Threshold {
			return ReportOutput{}, fault.New(fault.Invalid, "Too few people take part: a report needs %d.",
				set.Threshold)
		}
		if last.ID.IsZero() || of.changed >= set.Threshold || set.Withdrawn > 0 {
			one, err := s.made(ctx, set, of.sample)
			if err != nil {
				return ReportOutput{}, err
			}
			one.At = v.Now
			fresh = append(fresh, one)
		}
	}
	if len(fresh) == 0 {
		return ReportOutput{}, fault.New(fault.Conflict,
			"Too little has changed since the last report, which still holds.")
	}
	if err := s.keepReleases(ctx, v, set, fresh, replaced); err != nil {
		return ReportOutput{}, err
	}
	return s.reportAs(ctx, v, ReportInput{}, "api")
}

// made makes the figures of a sample.
func (s *Service) made(ctx context.Context, set reportSetting, of release.Sample) (told, error) {
	figures, err := release.Of(ctx, of, release.Options{Threshold: set.Threshold, Draw: s.draw})
	if err != nil {
		return told{}, err
	}
	return told{toldBody: toldBody{Counted: of.N, Figures: *figures}}, nil
}

// ofWaves makes reports of the surveys that none was made of yet, so that each is rounded once, and the newest anew, in
// place of what was told of it, where somebody took their answers back.
func (s *Service) ofWaves(
	ctx context.Context, v op.Viewer, set reportSetting, list []told, waves []Wave,
) (fresh []told, replaced []id.ID, err error) {
	for i, wave := range waves { // the latest first
		at := slices.IndexFunc(list, func(t told) bool { return t.Wave == wave.ID })
		if i == mostMoments || at >= 0 && i > 0 {
			break
		}
		answers, err := s.WaveAnswers(ctx, v, wave.ID)
		if err != nil {
			return nil, nil, err
		}
		if len(answers.People) < set.Threshold || at >= 0 && len(answers.People) == list[at].Counted {
			continue
		}
		one, err := s.made(ctx, set, sampleOf(answers))
		if err != nil {
			return nil, nil, err
		}
		if one.Wave, one.Title, one.Asked, one.At = wave.ID, wave.Title, wave.Asked, wave.Closed; i == 0 {
			one.At = v.Now
		}
		if at >= 0 {
			replaced = append(replaced, list[at].ID)
		}
		fresh = append(fresh, one)
	}
	return fresh, replaced, nil
}

// sampleOf is what figures of a survey are made of. Departments and levels are those that were fixed before anybody
// answered.
func sampleOf(w WaveAnswers) release.Sample {
	out := release.Sample{N: len(w.People)}
	place := make(map[id.ID]int, len(w.People))
	for i, p := range w.People {
		place[p.Person] = i
		out.Group, out.Level = append(out.Group, p.Department), append(out.Level, p.Level)
	}
	layers := map[string]map[[2]int]bool{}
	for _, t := range w.Ties {
		if tie.LayerNamed(t.Layer).Formal {
			continue
		}
		if layers[t.Layer] == nil {
			layers[t.Layer] = map[[2]int]bool{}
		}
		layers[t.Layer][[2]int{place[t.From], place[t.To]}] = true
	}
	out.Layers = layered(layers)
	return out
}

// RulesOutput is what holds for reports in a space.
type RulesOutput struct {
	Reports   bool `json:"reports" doc:"there are reports in this space"`
	Threshold int  `json:"threshold" doc:"how many people a group needs to be spoken of"`
	Months    int  `json:"months" doc:"for how long reports, and who saw them, are kept"`
	Base      int  `json:"base" doc:"to multiples of what people are rounded"`
	Days      int  `json:"days" doc:"how long each report holds before the next can be made"`
}

func (s *Service) rules(ctx context.Context, v op.Viewer, _ op.None) (RulesOutput, error) {
	set, err := s.reportSetting(ctx, s.db, v)
	return RulesOutput{set.Employer, set.Threshold, set.Months, release.Base, int(betweenReports.Hours() / 24)}, err
}

// RuleInput sets what holds; what is left out stays.
type RuleInput struct {
	Reports   string `json:"reports,omitempty" doc:"whether there are reports in this space" enum:"on,off"`
	Threshold int    `json:"threshold,omitempty" doc:"how many people a group needs to be spoken of" minimum:"5" maximum:"1000"`
	Months    int    `json:"months,omitempty" doc:"for how long reports, and who saw them, are kept" minimum:"1" maximum:"24"`
}

func (s *Service) rule(ctx context.Context, v op.Viewer, in RuleInput) (RulesOutput, error) {
	set, err := s.reportSetting(ctx, s.db, v)
	if err != nil {
		return RulesOutput{}, err
	}
	if in.Reports != "" {
		set.Employer = in.Reports == "on"
	}
	if in.Threshold != 0 {
		if in.Threshold < structure.LeastThreshold {
			return RulesOutput{}, fault.New(fault.Invalid, "A group needs at least %d people.",
				structure.LeastThreshold).WithField("threshold")
		}
		set.Threshold = in.Threshold
	}
	if in.Months != 0 {
		if in.Months < 0 || in.Months > keptMonths {
			return RulesOutput{}, fault.New(fault.Invalid, "Reports are kept for 1 to %d months.", keptMonths).
				WithField("months")
		}
		set.Months = in.Months
	}
	if err := s.keepSetting(ctx, s.db, v, set); err != nil {
		return RulesOutput{}, err
	}
	return s.rules(ctx, v, op.None{})
}

// GroupsOutput says how many people stand in the groups of a space.
type GroupsOutput struct {
	People int `json:"people"`
}

func (s *Service) fixGroups(ctx context.Context, v op.Viewer, _ op.None) (GroupsOutput, error) {
	everybody, err := s.network.Everybody(ctx, v)
	if err != nil {
		return GroupsOutput{}, err
	}
	chart, err := s.chart(ctx, v, everybody, today(v))
	if err != nil {
		return GroupsOutput{}, err
	}
	if len(chart) == 0 {
		return GroupsOutput{}, fault.New(fault.Invalid, "You have no chart yet.").
			WithHint("Load one with gave colleagues chart FILE.")
	}
	return GroupsOutput{len(chart)}, s.keepGroups(ctx, v, chart)
}

// TakePartInput says whether somebody takes part.
type TakePartInput struct {
	Part   string `json:"part" doc:"whether what you said yourself counts in figures of groups" enum:"yes,no"`
	Meet   bool   `json:"meet,omitempty" doc:"you want to meet more colleagues, and your name may stand in the report for that"`
	Offers bool   `json:"offers,omitempty" doc:"you offer to pass word on, and your name may stand in the report for that"`
}

// PartOutput is whether the viewer takes part.
type PartOutput struct {
	Part       bool   `json:"part"`
	Meet       bool   `json:"meet"`
	Offers     bool   `json:"offers"`
	Department string `json:"department" doc:"in which you are counted"`
	Level      int    `json:"level" doc:"in which you are counted, 1 at the top; 0 when in none"`
}

func (s *Service) takePart(ctx context.Context, v op.Viewer, in TakePartInput) (PartOutput, error) {
	if in.Part != "yes" && in.Part != "no" {
		return PartOutput{}, fault.New(fault.Invalid, "Say yes or no.").WithField("part")
	}
	if v.Person.IsZero() && in.Part == "yes" {
		return PartOutput{}, fault.New(fault.Invalid, "Gave does not know yet who you are.").
			WithHint("Say it with gave me.")
	}
	if err := s.keepConsent(ctx, v, in.Part == "yes", in.Meet, in.Offers); err != nil {
		return PartOutput{}, err
	}
	return s.part(ctx, v, op.None{})
}

func (s *Service) part(ctx context.Context, v op.Viewer, _ op.None) (PartOutput, error) {
	var out PartOutput
	consents, err := s.consents(ctx, s.db, v)
	if err != nil {
		return out, err
	}
	for _, c := range consents {
		if c.Member == v.Member {
			out.Part, out.Meet, out.Offers = true, c.Found == 1, c.Offers == 1
		}
	}
	groups, err := s.reportGroups(ctx, s.db, v)
	for _, g := range groups {
		if g.Person == v.Person && !v.Person.IsZero() {
			out.Department, out.Level = g.Department, g.Level
		}
	}
	return out, err
}

// Reader is that somebody looked at a report.
type Reader struct {
	Name   string    `json:"name"`
	Report time.Time `json:"report" doc:"when the report was made"`
	Form   string    `json:"form" doc:"page, api, csv, graphml, gexf or svg"`
	At     time.Time `json:"at"`
}

// ReadersOutput lists who looked, the latest first.
type ReadersOutput struct {
	Readers []Reader `json:"readers"`
}

func (s *Service) readers(ctx context.Context, v op.Viewer, _ op.None) (ReadersOutput, error) {
	out := ReadersOutput{Readers: []Reader{}}
	list, err := s.views(ctx, v)
	if err != nil {
		return out, err
	}
	names, err := s.company.Names(ctx, v)
	if err != nil {
		return out, err
	}
	reports, err := s.releases(ctx, s.db, v)
	if err != nil {
		return out, err
	}
	made := map[id.ID]time.Time{}
	for _, r := range reports {
		made[r.ID] = r.At
	}
	for _, x := range list {
		out.Readers = append(out.Readers, Reader{names[x.Member], made[x.Release], x.Form, time.UnixMicro(x.At).UTC()})
	}
	return out, nil
}

// Text prints who looked, one on a line.
func (o ReadersOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, r := range o.Readers {
		fmt.Fprintf(&b, "%-30s %s  %s\n", r.Name, p.Date(r.At), r.Form)
	}
	return b.String()
}

// Text prints the report.
func (o ReportOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, line := range o.Said {
		fmt.Fprintln(&b, line)
	}
	fmt.Fprintln(&b, p.T("%d people", o.Figures.People))
	for _, f := range o.Findings {
		fmt.Fprintf(&b, "  %s. %s\n", f.title(p), f.about(p))
	}
	for a, g := range o.Figures.Departments {
		fmt.Fprintf(&b, "  %-24s %4d ", g.Name, g.People)
		for _, n := range o.Figures.Together.Departments[a] {
			fmt.Fprintf(&b, " %4s", figure(&o.Figures, n))
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

// figure is a count as it is told.
func figure(f *release.Figures, n *int) string {
	switch {
	case n == nil:
		return "–"
	case *n == 0 && !f.Exact:
		return fmt.Sprintf("<%d", f.Base)
	}
	return fmt.Sprint(*n)
}
