package colleagues

import (
	"cmp"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/op"
	"gave.network/internal/page"
	"gave.network/internal/people"
	"gave.network/internal/people/around"
)

// pages adds the pages of the room.
func (s *Service) pages(m *page.Mux) {
	m.Handle("GET /colleagues", op.Member, s.Page)
	m.Handle("GET /colleagues/team", op.Member, s.TeamPage)
	m.Handle("GET /colleagues/proposal", op.Member, s.ProposalPage)
	m.HandleLong("POST /colleagues/proposal", op.Member, s.ProposalForm)
	m.Handle("GET /colleagues/decisions", op.Member, s.DecisionsPage)
	m.HandleLong("POST /colleagues/decisions", op.Member, s.KeepForm)
	m.Handle("GET /colleagues/decisions/{decision}", op.Member, s.DecisionPage)
	m.Handle("POST /colleagues/decisions/{decision}", op.Member, s.DecisionForm)
	m.Handle("GET /colleagues/report", op.Member, s.ReportPage)
	m.Handle("GET /colleagues/report/moments", op.Member, s.MomentsPage)
	m.Handle("GET /colleagues/report/people", op.Member, s.MembersPage)
	m.Handle("GET /colleagues/report/part", op.Member, s.PartPage)
	m.Handle("POST /colleagues/report/part", op.Member, s.PartForm)
	m.Handle("POST /colleagues/report/rules", op.Owner, s.RulesForm)
	m.Handle("GET /colleagues/report/readers", op.Member, s.ReadersPage)
	m.Handle("GET /colleagues/report/data", op.Member, s.DataFile)
	m.Handle("GET /colleagues/notes", op.Member, s.NotesPage)
	m.Handle("POST /colleagues/notes", op.Member, s.NoteForm)
	m.Handle("GET /colleagues/chart", op.Member, s.ChartPage)
	m.HandleUpload("POST /colleagues/chart", op.Member, MostUpload, s.ChartForm)
	s.surveyPages(m)
}

// asked are the pages of questions that the page of the room once answered itself, and a field that each of them has.
var asked = map[string]struct{ page, field string }{
	"team": {"/colleagues/team", "skills"}, "structure": {"/colleagues/report", "organisation"},
	"proposal": {"/colleagues/proposal", ""},
}

// Page leads to the questions that can be asked.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	query := r.URL.Query()
	if to, moved := asked[query.Get("ask")]; moved {
		query.Del("ask")
		if to.field != "" {
			query.Set(to.field, query.Get(to.field)) // asked, even when it was left empty
		}
		target := to.page
		if len(query) > 0 {
			target += "?" + query.Encode()
		}
		http.Redirect(w, r, target, http.StatusMovedPermanently)
		return nil
	}
	chart, err := s.positions(ctx, v, PositionsInput{})
	if err != nil {
		return err
	}
	seen, err := s.observations(ctx, v, op.None{})
	if err != nil {
		return err
	}
	kept, err := s.Decisions(ctx, v)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK,
		colleaguesPage(len(chart.Positions), len(seen.Observations), len(kept)))
}

// teamView is what the page of teams shows.
type teamView struct {
	Skills, Size, Must, Never string
	Problem                   string
	Found                     TeamOutput
	Around                    page.EgoPicture // of the best team
}

func (v teamView) answered() bool { return len(v.Found.Teams) > 0 }

// usualTeam is how many people a team has when nobody says otherwise.
const usualTeam = "4"

// TeamPage answers whom to work with.
func (s *Service) TeamPage(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	shown := teamView{Size: usualTeam}
	if query := r.URL.Query(); strings.TrimSpace(strings.Join(query["skills"], "")) != "" {
		shown = teamView{
			Skills: strings.Join(query["skills"], ", "), Size: strings.TrimSpace(query.Get("size")),
			Must: query.Get("must"), Never: query.Get("never"),
		}
		if !query.Has("size") {
			shown.Size = usualTeam
		}
		in := TeamInput{
			Skills: []string{shown.Skills}, Must: strings.Split(shown.Must, ","),
			Never: strings.Split(shown.Never, ";"), Alternatives: 3,
		}
		var err error
		if in.Size, err = strconv.Atoi(shown.Size); err != nil || in.Size < 1 || in.Size > 40 {
			shown.Problem = page.T(ctx, "A team has 1 to 40 people.")
		} else if shown.Found, err = s.team(ctx, page.From(ctx).Viewer, in); err != nil {
			if shown.Problem, err = page.Sayable(r, err); err != nil {
				return err
			}
		}
	}
	if shown.answered() {
		best := around.Group{Name: page.T(ctx, "Team %d", 1)}
		for _, m := range shown.Found.Teams[0].Members {
			best.Members = append(best.Members, m.ID)
			best.Key += m.ID.String()
		}
		var err error
		if shown.Around, err = around.Of(ctx, s.network, page.From(ctx).Viewer, best); err != nil {
			return err
		}
	}
	return page.Render(w, r, http.StatusOK, teamPage(shown))
}

// reportView is what the page of how it runs shows.
type reportView struct {
	Organisation, Layer, Problem string
	Base                         string // where Gave is found, for who reads it on paper
	Company                      bool   // the space has others: the report is the same for everybody
	Found                        *StructureOutput
	Told                         *ReportOutput
	// AsOf is the day that is asked for, as it was typed, and Wrong what is the matter with it; empty for now.
	AsOf, Wrong string
	then        time.Time
}

// reportOf is of whom a report is asked.
func reportOf(r *http.Request) reportView {
	query := r.URL.Query()
	out := reportView{
		Organisation: strings.TrimSpace(query.Get("organisation")), Layer: query.Get("layer"), Base: page.Base(r),
		AsOf: strings.TrimSpace(query.Get("as_of")),
	}
	if out.AsOf != "" {
		first, _, ok := daysOf(out.AsOf)
		if out.then = first.moment(); !ok {
			out.then, out.Wrong = time.Time{}, page.From(r.Context()).Printer.T("%q is no day.", out.AsOf)
		}
	}
	return out
}

// MomentsPage sets how an organisation runs beside how it ran. It is a page of its own: it is not asked for each time
// that the report is, and costs as much.
func (s *Service) MomentsPage(w http.ResponseWriter, r *http.Request) error {
	if done, err := s.alonePart(w, r); done || err != nil {
		return err
	}
	shown := momentsView{reportView: reportOf(r)}
	if !r.URL.Query().Has("organisation") { // nothing is asked yet
		return page.Render(w, r, http.StatusOK, reportPage(shown.reportView))
	}
	var err error
	shown.Moments, err = s.moments(r.Context(), page.From(r.Context()).Viewer,
		MomentsInput{Organisation: shown.Organisation, Layer: shown.Layer})
	if err != nil {
		if shown.Problem, err = page.Sayable(r, err); err != nil {
			return err
		}
	}
	return page.Render(w, r, http.StatusOK, momentsPage(shown))
}

// momentsView is what the page of moments shows.
type momentsView struct {
	reportView
	Moments MomentsOutput
}

// membersView is what the page of who is in a report shows.
type membersView struct {
	reportView
	page.Part
	People []people.Ref
	Role   map[id.ID]string
	All    int
}

// membersShown is how many of those who are in a report stand on one page.
const membersShown = 50

// MembersPage shows who is in a report, in the order of their names.
func (s *Service) MembersPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v, query := r.Context(), page.From(r.Context()).Viewer, r.URL.Query()
	if done, err := s.alonePart(w, r); done || err != nil {
		return err
	}
	shown := membersView{reportView: reportOf(r), Role: map[id.ID]string{}}
	if !query.Has("organisation") {
		return page.Render(w, r, http.StatusOK, reportPage(shown.reportView))
	}
	e, err := s.gather(ctx, v)
	if err != nil {
		return err
	}
	members, err := s.members(ctx, v, e, shown.Organisation)
	if err != nil {
		if shown.Problem, err = page.Sayable(r, err); err != nil {
			return err
		}
	}
	shown.All = len(members)
	shown.Part = page.PartOf(r, shown.address("/people"), len(members), membersShown)
	for _, key := range members[shown.From:shown.To] {
		shown.People = append(shown.People, e.ref(key))
		shown.Role[key] = e.chart[key].Department
	}
	return page.Render(w, r, http.StatusOK, membersPage(shown))
}

// address is that of a part of a report, with more names and values in it.
func (v reportView) address(part string, more ...string) string {
	query := url.Values{"organisation": {v.Organisation}}
	if v.Layer != "" {
		query.Set("layer", v.Layer)
	}
	if v.AsOf != "" && v.Wrong == "" {
		query.Set("as_of", v.AsOf)
	}
	for i := 0; i+1 < len(more); i += 2 {
		query.Set(more[i], more[i+1])
	}
	return "/colleagues/report" + part + "?" + query.Encode()
}

// now is the address of the report as it is now.
func (v reportView) now() string {
	v.AsOf = ""
	return v.address("")
}

// proposalView is what the page of proposals shows.
type proposalView struct {
	Title, Draft, Quorum, Chance, Problem string
	Found                                 *ProposalOutput
	Support                               support
	Deciders                              []decider
	Was                                   *ProposalOutput // without what is supposed; nil while nothing is
}

// ProposalPage asks who decides. Its answer has no address: who is for and who against would stand in it, and in every
// list of addresses that were looked at.
func (s *Service) ProposalPage(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, http.StatusOK, proposalPage(proposalView{}))
}

// proposalOf is what a form says of a proposal.
func proposalOf(r *http.Request) proposalView {
	return proposalView{
		Title: strings.TrimSpace(r.FormValue("title")), Draft: r.FormValue("file"),
		Quorum: strings.TrimSpace(r.FormValue("quorum")), Chance: strings.TrimSpace(r.FormValue("chance")),
	}
}

// input is the proposal as it is asked.
func (v proposalView) input() (ProposalInput, error) {
	in := ProposalInput{File: withHeading(v.Draft)}
	var err error
	if v.Quorum != "" {
		if in.Quorum, err = number(v.Quorum); err == nil && in.Quorum > 1 {
			in.Quorum /= 100 // 67 means 67 %
		}
		if err != nil || in.Quorum <= 0 || in.Quorum > 1 {
			return in, fault.New(fault.Invalid, "The quorum is a share of the votes, such as 0.5 or 67%%.").
				WithField("quorum")
		}
	}
	if v.Chance != "" {
		if in.Chance, err = number(v.Chance); err == nil && in.Chance >= 1 {
			in.Chance /= 100 // 80 means 80 of 100 times
		}
		if err != nil || !(in.Chance > 0 && in.Chance < 1) {
			return in, wrongChance("chance")
		}
	}
	return in, nil
}

// ProposalForm says whom to have on one's side. Nothing of what is sent is stored.
func (s *Service) ProposalForm(w http.ResponseWriter, r *http.Request) error {
	shown := proposalOf(r)
	in, err := shown.input()
	if err != nil {
		return err
	}
	if err = s.answer(r, in, &shown); err != nil {
		if shown.Problem, err = page.Sayable(r, err); err != nil {
			return err
		}
	}
	return page.Render(w, r, http.StatusOK, proposalPage(shown))
}

// answer answers a proposal, as it is written and, where the form supposes something, as it would be then.
func (s *Service) answer(r *http.Request, in ProposalInput, shown *proposalView) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	b, faults, err := readBallot(in.File)
	if err != nil {
		return err
	}
	b.Title = cmp.Or(shown.Title, b.Title)
	out, err := s.judged(ctx, v, b, faults, in)
	if err != nil {
		return err
	}
	supposed := supposedIn(r, b)
	shown.Found, shown.Support, shown.Deciders = &out, supportOf(b), deciders(b, out.deciding, supposed)
	if supposed.empty() {
		return nil
	}
	would := supposed.of(b)
	then, err := s.judged(ctx, v, would, faults, in)
	if err != nil {
		return err
	}
	shown.Was, shown.Found, shown.Support = &out, &then, supportOf(would)
	return nil
}

// supposedIn reads what a form supposes of those who decide: a slider that was moved, a box that was ticked, and what
// the button that sent it tries.
func supposedIn(r *http.Request, b *ballot) supposition {
	out := supposition{map[int]int{}, map[int]bool{}}
	if r.FormValue("do") == "reset" {
		return out
	}
	if name, value, tried := strings.Cut(r.FormValue("try"), "="); tried {
		r.Form.Set(name, value)
	}
	for _, one := range b.People {
		line := strconv.Itoa(one.line)
		at, err := strconv.Atoi(r.FormValue("stands-" + line))
		if err == nil && at >= farAgainst && at <= farInFavour && at != one.place() {
			out.stands[one.line] = at
		}
		if r.FormValue("without-"+line) != "" {
			out.without[one.line] = true
		}
	}
	return out
}

// NotesPage shows what the viewer saw of who turns to whom.
func (s *Service) NotesPage(w http.ResponseWriter, r *http.Request) error {
	seen, err := s.observations(r.Context(), page.From(r.Context()).Viewer, op.None{})
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, notesPage(seen.Observations))
}

// chartView is what the page of the chart shows.
type chartView struct {
	page.Part
	Positions []ChartPosition // of this part of the list
	All       int
	Days      []string  // of the charts that were loaded
	AsOf      string    // the day that is asked for, as it was typed; empty for now
	Wrong     string    // what is the matter with it
	On        time.Time // of that day; zero for now
	Found     *ChartOutput
}

// mostPositions is how many positions are shown at once.
const mostPositions = 50

// ChartPage shows the chart as it is or was on a day, and takes another.
func (s *Service) ChartPage(w http.ResponseWriter, r *http.Request) error {
	shown, err := s.chartShown(r, strings.TrimSpace(r.FormValue("as_of")))
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, chartPage(shown))
}

func (s *Service) chartShown(r *http.Request, asOf string) (chartView, error) {
	request := page.From(r.Context())
	shown, in, address := chartView{AsOf: asOf}, PositionsInput{}, "/colleagues/chart"
	if asOf != "" {
		first, _, ok := daysOf(asOf)
		if !ok {
			shown.Wrong = request.Printer.T("%q is no day.", asOf)
		} else {
			// Noon is on the same day in nearly every zone.
			shown.On = first.moment().Add(12 * time.Hour)
			in.AsOf, address = first.moment(), address+"?as_of="+url.QueryEscape(asOf)
		}
	}
	chart, err := s.positions(r.Context(), request.Viewer, in)
	if err != nil {
		return shown, err
	}
	shown.All, shown.Days = len(chart.Positions), chart.Days
	shown.Part = page.PartOf(r, address, shown.All, mostPositions)
	shown.Positions = chart.Positions[shown.From:shown.To]
	return shown, nil
}

// withHeading lets people type lines without headings: person, votes, stance.
func withHeading(draft string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(draft), "\n")
	if strings.HasPrefix(first, "{") || first == "" {
		return draft
	}
	t, _, _, err := readTable(first)
	if err == nil && (t.has(whoColumns...) || t.has(mailColumns...)) {
		return draft
	}
	separator := string(separatorOf(first))
	return strings.Join([]string{"person", "votes", "stance", "certainty"}, separator) + "\n" + draft
}

// NoteForm keeps an observation, or a private wish to keep two people apart.
func (s *Service) NoteForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	if r.FormValue("act") == "apart" {
		in, err := page.Input[ApartInput](r, "colleagues.apart")
		if err != nil {
			return err
		}
		if _, err := s.apartOp(ctx, request.Viewer, in); err != nil {
			return err
		}
		return page.Done(w, r, "/colleagues/notes", request.Printer.T("Noted."))
	}
	in, err := page.Input[ObserveInput](r, "colleagues.observe")
	if err != nil {
		return err
	}
	if r.FormValue("act") == "gone" {
		in.Certainty = 0
	}
	if _, err := s.observe(ctx, request.Viewer, in); err != nil {
		return err
	}
	return page.Done(w, r, "/colleagues/notes", request.Printer.T("Noted."))
}

// MostUpload is the most that a chart may bring with its form, in bytes. It is held in memory.
const MostUpload = mostFile + 1<<16

// ChartForm loads a chart from a file that is sent or from lines that are pasted.
func (s *Service) ChartForm(w http.ResponseWriter, r *http.Request) error {
	ctx, request := r.Context(), page.From(r.Context())
	if err := r.ParseMultipartForm(MostUpload); err != nil {
		return fault.Wrap(err, fault.TooLarge, "The table is larger than %d MB.", mostFile>>20).
			WithHint("Leave out what is not needed.")
	}
	for name, values := range r.PostForm {
		page.Typed(r, name, values...)
	}
	page.Called(r, "file", "chart")
	in := ChartInput{
		File: r.FormValue("file"), Add: r.FormValue("add") != "", Day: strings.TrimSpace(r.FormValue("day")),
		Organisation: r.FormValue("organisation"),
	}
	if file, _, err := r.FormFile("chart"); err == nil {
		defer file.Close()
		body, err := io.ReadAll(io.LimitReader(file, mostFile+1))
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "The table cannot be read.")
		}
		if len(body) > 0 {
			in.File = string(body)
		}
	}
	out, err := s.loadChart(ctx, request.Viewer, in)
	if err != nil {
		return err
	}
	if len(out.Rejected)+len(out.Remarks) > 0 { // more than fits in one sentence
		shown, err := s.chartShown(r, "")
		if err != nil {
			return err
		}
		shown.Found = &out
		return page.Render(w, r, http.StatusOK, chartPage(shown))
	}
	return page.Done(w, r, "/colleagues/chart", request.Printer.T("%d positions", out.Positions)+".")
}
