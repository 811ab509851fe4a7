package colleagues

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gave.network/internal/colleagues/survey"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/page"
)

// surveyPages adds the pages of surveys: those of who makes them, and those behind a link.
func (s *Service) surveyPages(m *page.Mux) {
	m.Handle("GET /colleagues/waves", op.Owner, s.WavesPage)
	m.Handle("GET /colleagues/waves/new", op.Owner, s.NewWavePage)
	m.Handle("POST /colleagues/waves", op.Owner, s.NewWaveForm)
	m.Handle("GET /colleagues/waves/{wave}", op.Owner, s.WavePage)
	m.HandleLong("POST /colleagues/waves/{wave}", op.Owner, s.WaveForm)
	m.Handle("GET /colleagues/waves/{wave}/people", op.Owner, s.WavePeoplePage)
	m.Handle("POST /colleagues/waves/{wave}/people", op.Owner, s.WavePeopleForm)
	m.Handle("GET /colleagues/waves/{wave}/answers.csv", op.Owner, s.WaveFile)
	m.Handle("GET /colleagues/survey/{secret}", op.Anonymous, s.SurveyPage)
	m.Handle("POST /colleagues/survey/{secret}", op.Anonymous, s.SurveyForm)
	m.Handle("GET /colleagues/survey/{secret}/stop", op.Anonymous, s.StopPage)
	m.Handle("POST /colleagues/survey/{secret}/stop", op.Anonymous, s.StopForm)
}

// surveyView is what the pages behind a link show to who is asked.
type surveyView struct {
	invitee
	Secret, Name, Author string
	Lang                 locale.Lang // in which it is read
	Now                  time.Time
	Question             survey.Question // that is asked now
	Number               int             // of the question, from 1
	Sections             []surveySection
	Search               string
	Chosen               int
	Often                []surveyChoice // of whom it is asked how often
	// Typed are names as they were typed; Unclear those that can be several people, Unknown those that nobody has.
	Typed        string
	Unclear      []surveyUnclear
	Unknown      []string
	Counts       map[string]int // how many were named, by layer
	Pictures     []surveyPicture
	Participants int // who took part
}

// surveySection is a department in the list of all who are asked.
type surveySection struct {
	Title  string
	Open   bool
	People []surveyChoice
}

// surveyChoice is somebody who can be chosen.
type surveyChoice struct {
	ID     id.ID // of the row, which says nothing of the person
	Name   string
	Chosen bool
	Often  survey.Often
}

// surveyUnclear is a name that can be several people.
type surveyUnclear struct {
	Name    string
	Choices []surveyChoice
}

// surveyPicture is what somebody gets back on one layer.
type surveyPicture struct {
	survey.Picture
	Short string
	Names []string
}

func (v surveyView) address() string { return surveyPath + v.Secret }

// questionAddress is the page of a question.
func (v surveyView) questionAddress(layer string) string {
	return v.address() + "?question=" + url.QueryEscape(layer)
}

func (v surveyView) questions() []survey.Question { return survey.Of(v.wave.layers()) }

// next is the first question after a layer that has no answer yet, else the first at all without one; "" when all have.
func (v surveyView) next(after string) string {
	list, done := v.questions(), listed(v.who.Answered)
	from := slices.IndexFunc(list, func(q survey.Question) bool { return q.Layer == after }) + 1
	for _, q := range append(slices.Clone(list[from:]), list[:from]...) {
		if !slices.Contains(done, q.Layer) && q.Layer != after {
			return q.Layer
		}
	}
	return ""
}

// behind finds who is asked by the link of a request, and gives the request the language that they chose.
func (s *Service) behind(r *http.Request) (surveyView, *http.Request, error) {
	ctx, request := r.Context(), page.From(r.Context())
	out := surveyView{Secret: r.PathValue("secret"), Now: request.Viewer.Now, Lang: request.Viewer.Lang}
	var err error
	if out.invitee, err = s.behindLink(ctx, out.Secret); err != nil {
		return out, r, err
	}
	if chosen := locale.Lang(out.who.Language); locale.Speaks(chosen) && r.URL.Query().Get("lang") == "" {
		own := *request
		own.Printer, own.Viewer.Lang = locale.New(chosen, request.Viewer.Zone), chosen
		out.Lang = chosen
		r = r.WithContext(page.With(ctx, &own))
		ctx = r.Context()
	}
	names, err := s.network.Names(ctx, s.db, out.wave.Space, []id.ID{out.who.Person})
	if err != nil {
		return out, r, err
	}
	author, err := s.network.Member(ctx, out.wave.Owner)
	out.Name, out.Author = names[out.who.Person], author.Name
	return out, r, err
}

// SurveyPage is the page behind a link: what it is about, then the questions, and what comes of them.
func (s *Service) SurveyPage(w http.ResponseWriter, r *http.Request) error {
	v, r, err := s.behind(r)
	if err != nil {
		return err
	}
	ctx, query := r.Context(), r.URL.Query()
	if err := s.tendWaves(ctx, v.wave.Space, v.Now); err != nil {
		return err
	}
	switch open := v.wave.open(v.Now); {
	case v.who.Part == declines:
		return page.Render(w, r, http.StatusOK, declinedPage(v))
	case v.who.Part == unanswered && open:
		return page.Render(w, r, http.StatusOK, consentPage(v))
	case !open:
		if v.who.took() {
			if err := s.picture(r, &v); err != nil {
				return err
			}
		}
		return page.Render(w, r, http.StatusOK, closedPage(v))
	}
	layer := query.Get("question")
	if layer == "" {
		layer = v.next("")
	}
	if layer == "" {
		if v.Counts, err = s.countsOf(r, v); err != nil {
			return err
		}
		return page.Render(w, r, http.StatusOK, answeredPage(v))
	}
	all, err := s.roster(r, v)
	if err != nil {
		return err
	}
	if err := s.ask(r, &v, all, layer, query.Get("search")); err != nil {
		return err
	}
	switch {
	case query.Get("often") != "" && v.wave.Weighted > 0:
		return page.Render(w, r, http.StatusOK, oftenPage(v))
	case v.wave.Naming == survey.Names:
		return page.Render(w, r, http.StatusOK, namesPage(v))
	}
	return page.Render(w, r, http.StatusOK, rosterPage(v))
}

// countsOf says how many somebody named on each layer.
func (s *Service) countsOf(r *http.Request, v surveyView) (map[string]int, error) {
	list, err := s.answersBy(r.Context(), v.invitee)
	out := map[string]int{}
	for _, a := range list {
		out[a.Layer]++
	}
	return out, err
}

// allOpen is up to how many people all departments of the list are open.
const allOpen = 40

// ask fills in what the page of a question shows.
func (s *Service) ask(r *http.Request, v *surveyView, all roster, layer, search string) error {
	list := v.questions()
	i := slices.IndexFunc(list, func(q survey.Question) bool { return q.Layer == layer })
	if i < 0 {
		return fault.New(fault.NotFound, "This survey does not ask that.")
	}
	v.Question, v.Number, v.Search = list[i], i+1, strings.TrimSpace(search)
	said, err := s.answersBy(r.Context(), v.invitee)
	if err != nil {
		return err
	}
	named := map[id.ID]answerRow{}
	for _, a := range said {
		if a.Layer == layer {
			named[a.Target] = a
		}
	}
	var typed []string
	sections := map[string]int{}
	for _, p := range all.people {
		if p.ID == v.who.ID {
			continue
		}
		a, is := named[p.Person]
		one := surveyChoice{p.ID, all.names[p.Person], is, a.Weight}
		if is {
			v.Chosen++
			v.Often = append(v.Often, one)
			typed = append(typed, one.Name)
		}
		if v.Search != "" && !survey.Matches(one.Name, v.Search) {
			continue
		}
		at, known := sections[p.Department]
		if !known {
			at = len(v.Sections)
			sections[p.Department] = at
			v.Sections = append(v.Sections, surveySection{
				Title: p.Department,
				Open:  v.Search != "" || len(all.people) <= allOpen || p.Department == v.who.Department,
			})
		}
		v.Sections[at].People = append(v.Sections[at].People, one)
	}
	slices.SortFunc(v.Often, func(a, b surveyChoice) int { return strings.Compare(a.Name, b.Name) })
	v.Typed = strings.Join(typed, "\n")
	slices.SortStableFunc(v.Sections, func(a, b surveySection) int { // the own one first, who is in none last
		place := func(x surveySection) int {
			switch x.Title {
			case v.who.Department:
				return 0
			case "":
				return 2
			}
			return 1
		}
		return cmp.Or(place(a)-place(b), strings.Compare(a.Title, b.Title))
	})
	return nil
}

// roster is who can be named, in the order of their names.
type roster struct {
	people []participantRow
	names  map[id.ID]string
}

func (s *Service) roster(r *http.Request, v surveyView) (roster, error) {
	people, err := s.participants(r.Context(), s.db, v.wave.Space, v.wave.ID)
	if err != nil {
		return roster{}, err
	}
	names, err := s.network.Names(r.Context(), s.db, v.wave.Space, personsOf(people))
	slices.SortStableFunc(people, func(a, b participantRow) int {
		return strings.Compare(names[a.Person], names[b.Person])
	})
	return roster{people, names}, err
}

// picture fills in what somebody gets back once a survey closed.
func (s *Service) picture(r *http.Request, v *surveyView) error {
	list, err := s.answers(r.Context(), s.db, v.wave)
	if err != nil {
		return err
	}
	all, err := s.roster(r, *v)
	if err != nil {
		return err
	}
	me, number, names := -1, map[id.ID]int{}, []string{}
	for _, p := range all.people {
		if !p.took() {
			continue
		}
		if p.ID == v.who.ID {
			me = len(names)
		}
		number[p.Person] = len(names)
		names = append(names, all.names[p.Person])
	}
	v.Participants = len(names)
	ties := make([]survey.Tie, len(list))
	for i, a := range list {
		ties[i] = survey.Tie{From: number[a.Source], To: number[a.Target], Layer: a.Layer, Weight: a.Weight}
	}
	for _, p := range survey.PictureOf(me, len(names), v.wave.layers(), ties) {
		one := surveyPicture{Picture: p, Short: survey.Of([]string{p.Layer})[0].Short}
		for _, n := range p.Named {
			one.Names = append(one.Names, names[n])
		}
		v.Pictures = append(v.Pictures, one)
	}
	return nil
}

// SurveyForm stores what somebody answers, or whether they take part.
func (s *Service) SurveyForm(w http.ResponseWriter, r *http.Request) error {
	v, r, err := s.behind(r)
	if err != nil {
		return err
	}
	ctx, p := r.Context(), page.From(r.Context()).Printer
	layer := r.FormValue("question")
	page.StandsAt(r, v.address())
	if layer != "" {
		page.StandsAt(r, v.questionAddress(layer))
	}
	switch r.FormValue("act") {
	case "language":
		chosen := locale.Lang(r.FormValue("to"))
		if !slices.Contains(surveyLanguages, chosen) {
			return fault.New(fault.Invalid, "There is no such language.")
		}
		if err := s.chooseLanguage(ctx, v.invitee, string(chosen)); err != nil {
			return err
		}
		to := v.address()
		if layer != "" {
			to = v.questionAddress(layer)
		}
		return page.Done(w, r, to, "")
	case "decide":
		return s.decideForm(w, r, v)
	case "withdraw":
		if err := s.decide(ctx, v.invitee, declines, 0, v.Now); err != nil {
			return err
		}
		return page.Done(w, r, v.address(), p.T("Your answers are deleted, and what others said of you."))
	case "shares":
		if v.who.Part != takesPart {
			return fault.New(fault.Conflict, "Say first whether you take part.")
		}
		if err := s.decide(ctx, v.invitee, takesPart, flag(r.FormValue("shares") != ""), v.Now); err != nil {
			return err
		}
		return page.Done(w, r, v.address(), p.T("Noted."))
	case "often":
		return s.oftenForm(w, r, v, layer)
	}
	return s.answerForm(w, r, v, layer)
}

// decideForm notes whether somebody takes part.
func (s *Service) decideForm(w http.ResponseWriter, r *http.Request, v surveyView) error {
	if v.who.Language == "" && slices.Contains(surveyLanguages, v.Lang) {
		if err := s.chooseLanguage(r.Context(), v.invitee, string(v.Lang)); err != nil {
			return err
		}
	}
	part, shares := takesPart, flag(r.FormValue("shares") != "")
	switch r.FormValue("part") {
	case "yes":
		if !v.wave.open(v.Now) {
			return fault.New(fault.Conflict, "This survey is closed.")
		}
	case "no":
		part, shares = declines, 0
	default:
		return fault.New(fault.Invalid, "Say whether you take part.").WithField("part")
	}
	if err := s.decide(r.Context(), v.invitee, part, shares, v.Now); err != nil {
		return err
	}
	return page.Done(w, r, v.address(), "")
}

// answerForm stores whom somebody names on a layer, and goes on to what is asked next.
func (s *Service) answerForm(w http.ResponseWriter, r *http.Request, v surveyView, layer string) error {
	var all roster
	var err error
	if v.Search = strings.TrimSpace(r.FormValue("searched")); v.Search == "" && v.wave.Naming == survey.Roster {
		var ticked []id.ID
		for _, key := range r.PostForm["who"] {
			if one, err := id.Parse(key); err == nil {
				ticked = append(ticked, one)
			}
		}
		// No others matter, nor what any of them is called.
		all.people, err = s.participantsAmong(r.Context(), v.wave.Space, v.wave.ID, ticked)
	} else if all, err = s.roster(r, v); err == nil {
		err = s.ask(r, &v, all, layer, v.Search)
	}
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(v.questions(), func(q survey.Question) bool { return q.Layer == layer }) {
		return fault.New(fault.NotFound, "This survey does not ask that.")
	}
	person := map[string]id.ID{}
	for _, p := range all.people {
		if p.ID != v.who.ID {
			person[p.ID.String()] = p.Person
		}
	}
	named := map[id.ID]survey.Often{}
	for _, ticked := range r.PostForm["who"] {
		if key, known := person[ticked]; known { // who was taken out meanwhile cannot be named
			named[key] = 0
		}
	}
	var only map[id.ID]bool
	if v.Search != "" {
		only = map[id.ID]bool{}
		for _, section := range v.Sections {
			for _, one := range section.People {
				only[person[one.ID.String()]] = true
			}
		}
	}
	if v.wave.Naming == survey.Names {
		s.readNames(r, &v, all, named)
	}
	if err := s.saveAnswers(r.Context(), v.invitee, layer, named, only,
		r.FormValue("do") != "", v.Now); err != nil {
		return err
	}
	if len(v.Unclear)+len(v.Unknown) > 0 && r.FormValue("again") == "" {
		return page.Render(w, r, http.StatusUnprocessableEntity, namesPage(v))
	}
	at := v.questionAddress(layer)
	switch r.FormValue("do") {
	case "keep": // a script saves what was ticked so far
		w.WriteHeader(http.StatusNoContent)
		return nil
	case "search":
		if wanted := strings.TrimSpace(r.FormValue("search")); wanted != "" {
			at += "&search=" + url.QueryEscape(wanted)
		}
		return page.Done(w, r, at, "")
	case "all":
		return page.Done(w, r, at, "")
	}
	if v.wave.Weighted > 0 {
		counts, err := s.countsOf(r, v)
		if err != nil {
			return err
		}
		if counts[layer] > 0 {
			return page.Done(w, r, at+"&often=yes", "")
		}
	}
	return page.Done(w, r, s.after(v, layer), "")
}

// after is the page that follows an answer.
func (s *Service) after(v surveyView, layer string) string {
	if next := v.next(layer); next != "" {
		return v.questionAddress(next)
	}
	return v.address()
}

// readNames finds who is meant by the names that were typed, a line each, among those who are asked.
func (s *Service) readNames(r *http.Request, v *surveyView, all roster, named map[id.ID]survey.Often) {
	v.Typed = r.FormValue("names")
	ticked := maps.Clone(named) // who was chosen among those who may be meant
	var people []participantRow
	var names []string
	for _, p := range all.people {
		if p.ID != v.who.ID {
			people, names = append(people, p), append(names, all.names[p.Person])
		}
	}
	for _, line := range strings.FieldsFunc(v.Typed, func(r rune) bool { return r == '\n' || r == ',' || r == ';' }) {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" {
			continue
		}
		switch found := survey.Meant(names, line); len(found) {
		case 0:
			v.Unknown = append(v.Unknown, line)
		case 1:
			named[people[found[0]].Person] = 0
		default:
			unclear, settled := surveyUnclear{Name: line}, false
			for _, i := range found {
				_, chosen := ticked[people[i].Person]
				settled = settled || chosen
				unclear.Choices = append(unclear.Choices, surveyChoice{ID: people[i].ID, Name: names[i]})
			}
			if !settled {
				v.Unclear = append(v.Unclear, unclear)
			}
		}
	}
}

// oftenForm stores how often somebody has to do with those whom they named.
func (s *Service) oftenForm(w http.ResponseWriter, r *http.Request, v surveyView, layer string) error {
	all, err := s.roster(r, v)
	if err != nil {
		return err
	}
	if err := s.ask(r, &v, all, layer, ""); err != nil {
		return err
	}
	named, only := map[id.ID]survey.Often{}, map[id.ID]bool{}
	for _, p := range all.people {
		step, err := strconv.Atoi(r.FormValue("often-" + p.ID.String()))
		chosen := slices.ContainsFunc(v.Often, func(c surveyChoice) bool { return c.ID == p.ID })
		if err == nil && chosen && step >= int(survey.Monthly) && step <= int(survey.Daily) {
			named[p.Person], only[p.Person] = survey.Often(step), true
		}
	}
	if err := s.saveAnswers(r.Context(), v.invitee, layer, named, only,
		r.FormValue("do") != "", v.Now); err != nil {
		return err
	}
	if r.FormValue("do") == "keep" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return page.Done(w, r, s.after(v, layer), "")
}

// StopPage asks whether no more mail is to come.
func (s *Service) StopPage(w http.ResponseWriter, r *http.Request) error {
	v, r, err := s.behind(r)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, stopPage(v))
}

// StopForm notes that no more mail is to come. Mail programs send it by themselves (RFC 8058).
func (s *Service) StopForm(w http.ResponseWriter, r *http.Request) error {
	v, r, err := s.behind(r)
	if err != nil {
		return err
	}
	if err := s.unsubscribe(r.Context(), v.wave.Space, v.who.ID, unsubscribed); err != nil {
		return err
	}
	return page.Done(w, r, v.address()+"/stop", page.T(r.Context(), "No more mail about this comes to you."))
}
