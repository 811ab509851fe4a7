package power

import (
	"context"
	"net/http"
	"net/url"
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
	m.Handle("GET /power", op.Member, s.Page)
	m.Handle("GET /power/together", op.Member, s.TogetherPage)
	m.Handle("GET /power/joint", op.Member, s.JointPage)
	m.Handle("GET /power/levels", op.Member, s.LevelsPage)
	m.Handle("GET /power/results", op.Member, s.ResultsPage)
	m.Handle("POST /power/results", op.Member, s.ResultForm)
	m.Handle("GET /power/results/{result}", op.Member, s.ResultPage)
	m.Handle("POST /power/results/{result}", op.Member, s.ResultGoneForm)
	m.Handle("GET /power/travel", op.Member, s.TravelPage)
	m.Handle("POST /power/goals", op.Member, s.GoalForm)
	m.Handle("GET /power/goals/{goal}", op.Member, s.GoalPage)
	m.Handle("POST /power/goals/{goal}", op.Member, s.GoalStateForm)
}

// moved is where the questions are that the page of the room once answered itself.
func moved(query url.Values) string {
	to := ""
	switch {
	case query.Get("need") != "":
		to = "/power/together"
	case query.Get("show") == "levels":
		to = "/power/levels"
	default:
		return ""
	}
	query.Del("show")
	if len(query) == 0 {
		return to
	}
	return to + "?" + query.Encode()
}

// Page lists goals, and asks for another.
func (s *Service) Page(w http.ResponseWriter, r *http.Request) error {
	if to := moved(r.URL.Query()); to != "" {
		http.Redirect(w, r, to, http.StatusMovedPermanently)
		return nil
	}
	goals, err := s.Goals(r.Context(), page.From(r.Context()).Viewer)
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, powerPage(goals))
}

// togetherView is what the page of the smallest group shows.
type togetherView struct {
	Need    string
	Problem string
	Found   *TogetherOutput
	Tree    drawing
}

// TogetherPage finds the smallest group that has what is needed.
func (s *Service) TogetherPage(w http.ResponseWriter, r *http.Request) error {
	shown := togetherView{Need: strings.TrimSpace(strings.Join(r.URL.Query()["need"], ", "))}
	if shown.Need != "" {
		out, err := s.together(r.Context(), page.From(r.Context()).Viewer, TogetherInput{Need: []string{shown.Need}})
		if err == nil {
			shown.Found, shown.Tree = &out, drawTree(out)
		} else if shown.Problem, err = page.Sayable(r, err); err != nil {
			return err
		}
	}
	return page.Render(w, r, http.StatusOK, togetherPage(shown))
}

// JointPage shows what people can do together: who is named, was chosen in a list, has a tag or takes part in a goal.
func (s *Service) JointPage(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.From(r.Context()).Viewer
	shown := jointView{
		Typed: strings.TrimSpace(r.FormValue("people")), Tag: strings.TrimSpace(r.FormValue("tag")),
		Need: strings.TrimSpace(r.FormValue("need")), Goal: strings.TrimSpace(r.FormValue("goal")),
	}
	in := JointInput{People: strings.Split(shown.Typed, ","), Tag: shown.Tag, Need: []string{shown.Need}}
	for _, typed := range r.Form["person"] {
		if key, err := id.Parse(typed); err == nil {
			shown.Chosen = append(shown.Chosen, key)
			in.People = append(in.People, key.String())
		}
	}
	goals, err := s.Goals(ctx, v)
	if err != nil {
		return err
	}
	for _, g := range goals {
		if g.State == StateOpen {
			shown.Goals = append(shown.Goals, g)
		}
	}
	if key, wrong := id.Parse(shown.Goal); wrong == nil {
		in.Goal = key
	}
	if shown.Typed != "" || shown.Tag != "" || len(shown.Chosen) > 0 || !in.Goal.IsZero() {
		out, err := s.joint(ctx, v, in)
		if err == nil {
			shown.Found = &out
		} else if shown.Problem, err = page.Sayable(r, err); err != nil {
			return err
		}
	}
	return page.Render(w, r, http.StatusOK, jointPage(shown))
}

// TravelPage shows how what the viewer shares travels, and what hangs on one person.
func (s *Service) TravelPage(w http.ResponseWriter, r *http.Request) error {
	out, err := s.travel(r.Context(), page.From(r.Context()).Viewer, op.None{})
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, travelPage(out, page.From(r.Context()).Viewer.Now))
}

// levelsView is what the page of levels shows.
type levelsView struct {
	page.Part
	Problem string
	Found   LevelsOutput
	Linkers []people.Ref // of this part of the list
	// By, One and Other are the groups of which it is asked who is tied to whom.
	By, One, Other string
	Between        BetweenOutput
	// AsOf is the day that is asked for, empty for now, and Wrong what is the matter with it.
	AsOf, Wrong string
	// On is in that day; zero for now.
	On time.Time
}

// LevelsPage shows how ties run between levels, organisations and places.
func (s *Service) LevelsPage(w http.ResponseWriter, r *http.Request) error {
	var shown levelsView
	in, address := LevelsInput{}, "/power/levels"
	if asked := strings.TrimSpace(r.FormValue("as_of")); asked != "" {
		shown.AsOf = asked
		at, err := time.Parse(time.DateOnly, asked)
		if in.AsOf, address = at, address+"?as_of="+url.QueryEscape(asked); err != nil {
			in, address = LevelsInput{}, "/power/levels"
			shown.Wrong = page.From(r.Context()).Printer.T("%q is no day.", asked)
		} else {
			shown.On = at.Add(12 * time.Hour) // on the same day in nearly every zone
		}
	}
	out, err := s.levels(r.Context(), page.From(r.Context()).Viewer, in)
	if err != nil {
		if shown.Problem, err = page.Sayable(r, err); err != nil {
			return err
		}
	}
	shown.Found = out
	if by := r.FormValue("by"); by != "" && shown.Problem == "" {
		in := BetweenInput{By: by, From: r.FormValue("one"), To: r.FormValue("other")}
		if shown.Between, err = s.between(r.Context(), page.From(r.Context()).Viewer, in); err == nil {
			shown.By, shown.One, shown.Other = in.By, in.From, in.To
		} else if shown.Problem, err = page.Sayable(r, err); err != nil {
			return err
		}
	}
	shown.Part = page.PartOf(r, address, len(out.Linkers), mostLinkers)
	shown.Linkers = out.Linkers[shown.From:shown.To]
	return page.Render(w, r, http.StatusOK, levelsPage(shown))
}

// GoalForm stores a goal: its title, and a line for each thing it takes.
func (s *Service) GoalForm(w http.ResponseWriter, r *http.Request) error {
	in, err := page.Input[AddGoalInput](r, "power.goal.add", page.Lines("item", "items"))
	if err != nil {
		return err
	}
	g, err := s.NewGoal(r.Context(), page.From(r.Context()).Viewer, in.Title, in.Due, in.Item)
	if err != nil {
		return err
	}
	return page.Done(w, r, "/power/goals/"+g.ID.String(), "")
}

// GoalPage shows who holds what a goal takes, and the ways there.
func (s *Service) GoalPage(w http.ResponseWriter, r *http.Request) error {
	g, err := s.pathGoal(r)
	if err != nil {
		return err
	}
	out, err := s.reachOf(r.Context(), page.From(r.Context()).Viewer, g)
	if err != nil {
		return err
	}
	drawn, err := around.Reached(r.Context(), s.network, page.From(r.Context()).Viewer, out.ways())
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, goalPage(out, drawn))
}

// GoalStateForm closes a goal, opens it again, forgets it, or notes who takes part.
func (s *Service) GoalStateForm(w http.ResponseWriter, r *http.Request) error {
	g, err := s.pathGoal(r)
	if err != nil {
		return err
	}
	request := page.From(r.Context())
	if act := r.FormValue("act"); act == "arrange" || act == "rearrange" {
		if err := s.Arrange(r.Context(), request.Viewer, g.ID, r.FormValue("item"), act != "arrange"); err != nil {
			return err
		}
		return page.Done(w, r, "/power/goals/"+g.ID.String(), request.Printer.T("Noted."))
	} else if act != "" {
		page.StandsAt(r, "/power/goals/"+g.ID.String())
		in, err := page.Input[JoinInput](r, "power.goal.join")
		if err != nil {
			return err
		}
		if err = s.Join(r.Context(), request.Viewer, g.ID, in.Person, act == "leave"); err != nil {
			return err
		}
		return page.Done(w, r, "/power/goals/"+g.ID.String(), request.Printer.T("Noted."))
	}
	switch state := State(r.FormValue("state")); state {
	case StateOpen, StateReached, StateDropped:
		err = s.CloseGoal(r.Context(), request.Viewer, g.ID, state)
	default:
		err = s.RemoveGoal(r.Context(), request.Viewer, g.ID)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/power", request.Printer.T("Noted."))
}

func (s *Service) pathGoal(r *http.Request) (Goal, error) {
	key, err := id.Parse(r.PathValue("goal"))
	if err != nil {
		return Goal{}, fault.New(fault.NotFound, "There is no such goal of yours.")
	}
	return s.goal(r.Context(), page.From(r.Context()).Viewer, key)
}

// drawing is a tree with places for its people, in units of the picture.
type drawing struct {
	Width, Height int
	Dots          []dot
	Lines         []line
}

type dot struct {
	X, Y   int
	Member Member
}

type line struct{ X1, Y1, X2, Y2 int }

// Spaces in the picture of a tree.
const (
	columnWidth = 170
	rowHeight   = 90
)

// drawTree lays a tree out in rows: from one of its middles down, each row those who are one introduction further.
func drawTree(o TogetherOutput) drawing {
	near := map[id.ID][]id.ID{}
	for _, t := range o.Tree {
		near[t[0].ID] = append(near[t[0].ID], t[1].ID)
		near[t[1].ID] = append(near[t[1].ID], t[0].ID)
	}
	if len(o.People) == 0 {
		return drawing{}
	}
	root := o.People[0].ID
	for _, m := range o.People {
		if len(near[m.ID]) > len(near[root]) {
			root = m.ID
		}
	}
	row := map[id.ID]int{root: 0}
	order := []id.ID{root}
	for i := 0; i < len(order); i++ {
		for _, other := range near[order[i]] {
			if _, seen := row[other]; !seen {
				row[other] = row[order[i]] + 1
				order = append(order, other)
			}
		}
	}
	inRow, place := map[int]int{}, map[id.ID][2]int{}
	widest := 0
	for _, key := range order {
		inRow[row[key]]++
		widest = max(widest, inRow[row[key]])
	}
	taken := map[int]int{}
	out := drawing{Width: max(widest*columnWidth, 2*columnWidth), Height: len(inRow)*rowHeight + 20}
	for _, key := range order {
		n := row[key]
		taken[n]++
		place[key] = [2]int{out.Width * (2*taken[n] - 1) / (2 * inRow[n]), 30 + n*rowHeight}
	}
	for _, t := range o.Tree {
		a, b := place[t[0].ID], place[t[1].ID]
		out.Lines = append(out.Lines, line{a[0], a[1], b[0], b[1]})
	}
	for _, m := range o.People {
		if at, ok := place[m.ID]; ok {
			out.Dots = append(out.Dots, dot{at[0], at[1], m})
		}
	}
	return out
}

// line names the goal of the viewer that is open, for the page that leads to all rooms.
func (s *Service) line(ctx context.Context, v op.Viewer) (string, error) {
	list, err := s.Goals(ctx, v)
	if len(list) == 0 || list[0].State != StateOpen {
		return "", err
	}
	return v.Printer().T("Goal: %s", list[0].Title), err
}
