package power

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

func (s *Service) goals() []op.Operation {
	return []op.Operation{
		op.New("power.goals", http.MethodGet, "/power/goals", op.Member, "List your goals.", s.listGoals).
			With("", "gave power goals"),
		op.New("power.goal.add", http.MethodPost, "/power/goals", op.Member,
			"Say what you want to bring about and what it takes.", s.addGoal).
			With("What it takes is a person, organisation, skill or decision: skill: writing, decision: parking "+
				"permit. Before it may stand what it is for: permission, knowledge, money, hands or audience, such as "+
				"money: organisation: the fund. It is yours alone.",
				`gave power goal add "A repair café in the library" --item "organisation: Bibliotheek Waterstad" --item "skill: electronics"`).InParts(),
		op.New("power.goal.show", http.MethodGet, "/power/goals/{goal}", op.Member,
			"Show who holds what a goal takes, and how you reach them.", s.showGoal).
			With("", `gave power goal show "A repair café in the library"`),
		op.New("power.goal.close", http.MethodPost, "/power/goals/{goal}/state", op.Member,
			"Say that a goal was reached or dropped, or open it again.",
			func(ctx context.Context, v op.Viewer, in CloseInput) (op.None, error) {
				g, err := s.goalNamed(ctx, v, in.Goal)
				if err != nil {
					return op.None{}, err
				}
				return op.None{}, s.CloseGoal(ctx, v, g.ID, in.State)
			}).With("", `gave power goal close "A repair café in the library" --state reached`),
		op.New("power.goal.join", http.MethodPost, "/power/goals/{goal}/people", op.Member,
			"Note that somebody takes part in a goal.",
			func(ctx context.Context, v op.Viewer, in JoinInput) (op.None, error) {
				g, err := s.goalNamed(ctx, v, in.Goal)
				if err != nil {
					return op.None{}, err
				}
				return op.None{}, s.Join(ctx, v, g.ID, in.Person, in.Leave)
			}).With("", `gave power goal join "A repair café in the library" "Anna de Wit"`),
		op.New("power.goal.arrange", http.MethodPost, "/power/goals/{goal}/items", op.Member,
			"Say that a thing that a goal takes is arranged, or that it is not after all.",
			func(ctx context.Context, v op.Viewer, in ArrangeInput) (op.None, error) {
				g, err := s.goalNamed(ctx, v, in.Goal)
				if err != nil {
					return op.None{}, err
				}
				return op.None{}, s.Arrange(ctx, v, g.ID, in.Item, in.Undo)
			}).With("A thing is also arranged when somebody takes part who holds it.",
			`gave power goal arrange "A repair café in the library" "parking permit"`),
		op.New("power.goal.remove", http.MethodDelete, "/power/goals/{goal}", op.Member, "Forget a goal.",
			func(ctx context.Context, v op.Viewer, in GoalInput) (op.None, error) {
				g, err := s.goalNamed(ctx, v, in.Goal)
				if err != nil {
					return op.None{}, err
				}
				return op.None{}, s.RemoveGoal(ctx, v, g.ID)
			}).With("", `gave power goal remove "A repair café in the library"`),
	}
}

// GoalsOutput lists goals.
type GoalsOutput struct {
	Goals []Goal `json:"goals"`
}

func (s *Service) listGoals(ctx context.Context, v op.Viewer, _ op.None) (GoalsOutput, error) {
	list, err := s.Goals(ctx, v)
	return GoalsOutput{list}, err
}

// Text prints goals, one on a line.
func (o GoalsOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, g := range o.Goals {
		fmt.Fprintf(&b, "%s  %-8s %s\n", g.ID, p.T(string(g.State)), g.Title)
	}
	return b.String()
}

// AddGoalInput is a goal and what it takes.
type AddGoalInput struct {
	Title string   `json:"title" arg:"1" doc:"what you want to bring about" maxLength:"1000"`
	Item  []string `json:"item" doc:"what it takes, such as skill: writing; may be given more than once"`
	Due   string   `json:"due,omitempty" doc:"the day by which, such as 2026-12-01" maxLength:"10"`
}

func (s *Service) addGoal(ctx context.Context, v op.Viewer, in AddGoalInput) (GoalReach, error) {
	g, err := s.NewGoal(ctx, v, in.Title, in.Due, in.Item)
	if err != nil {
		return GoalReach{}, err
	}
	return s.reachOf(ctx, v, g)
}

// GoalInput names a goal.
type GoalInput struct {
	Goal string `json:"goal" arg:"1" doc:"the goal: its title or id" maxLength:"1000"`
}

// CloseInput says how far a goal is.
type CloseInput struct {
	Goal  string `json:"goal" arg:"1" doc:"the goal: its title or id" maxLength:"1000"`
	State State  `json:"state" doc:"how far it is" enum:"open,reached,dropped"`
}

// JoinInput says who takes part in a goal.
type JoinInput struct {
	Goal   string `json:"goal" arg:"1" doc:"the goal: its title or id" maxLength:"1000"`
	Person string `json:"person" arg:"2" doc:"who takes part" maxLength:"300" means:"person"`
	Leave  bool   `json:"leave,omitempty" doc:"they do no longer"`
}

// ArrangeInput says what is arranged of what a goal takes.
type ArrangeInput struct {
	Goal string `json:"goal" arg:"1" doc:"the goal: its title or id" maxLength:"1000"`
	Item string `json:"item" arg:"2" doc:"what is arranged, as the goal has it" maxLength:"1000"`
	Undo bool   `json:"undo,omitempty" doc:"it is not arranged after all"`
}

func (s *Service) showGoal(ctx context.Context, v op.Viewer, in GoalInput) (GoalReach, error) {
	g, err := s.goalNamed(ctx, v, in.Goal)
	if err != nil {
		return GoalReach{}, err
	}
	return s.reachOf(ctx, v, g)
}

// Text prints who holds what, and the way there.
func (g GoalReach) Text(p *locale.Printer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", g.ID, g.Title)
	for _, item := range g.Reached {
		fmt.Fprintf(&b, "%s: %s  %s\n", p.T(string(item.Kind)), item.What, locale.Percent(item.Reach))
		for _, h := range item.Holders {
			fmt.Fprintf(&b, "  %-28s %-5s %s\n", h.Name, locale.Percent(h.Reach), h.Role)
			for _, way := range h.Routes {
				fmt.Fprintf(&b, "    %s\n", people.JoinNames(way.People[1:], " → "))
			}
		}
		if item.Hint != "" {
			fmt.Fprintf(&b, "  %s\n", item.Hint)
		}
	}
	for _, part := range g.Parts {
		fmt.Fprintln(&b, p.T("%s takes part.", part.Name))
	}
	if g.Best != nil {
		fmt.Fprintln(&b, p.T("The one new friend who would help most: %s.", g.Best.Name))
	}
	for _, line := range g.Bias {
		fmt.Fprintln(&b, line)
	}
	return b.String()
}

// Operations returns what can be asked about power.
func (s *Service) Operations() []op.Operation {
	return append(slices.Concat(s.goals(), s.results()),
		op.New("power.joint", http.MethodPost, "/power/joint", op.Member,
			"Show what people can do together, what they lack and who would add most.", s.joint).
			With("They are named, have a tag, or take part in a goal; what it takes is named, or that of the goal.",
				`gave power joint "Anna de Wit" "Bob Smit" --need printing`).Computing(),
		op.New("power.levels", http.MethodGet, "/power/levels", op.Member,
			"Show how ties run between levels, organisations and places.", s.levels).
			With("Groups of fewer than eight people are put together. Nobody is ranked. Levels are those of your "+
				"charts, and else of titles; with --as-of as they were on a day.",
				"gave power levels --as-of 2025-06-01"),
		op.New("power.between", http.MethodGet, "/power/levels/between", op.Member,
			"Show who is tied to whom between two groups, of your own acquaintances.", s.between).
			With("Groups that are too small to be spoken of are not asked for.",
				"gave power between top floor --by level"),
		op.New("power.travel", http.MethodGet, "/power/travel", op.Member,
			"Show how what you share travels, and what hangs on one person.", s.travel).
			With("From whom to whom something went is what you noted: gifts, and what came back over others. Of who "+
				"looks at what you share nothing is kept but how often, by day.", "gave power travel"),
		op.New("power.together", http.MethodGet, "/power/together", op.Member,
			"Find the smallest connected group that has all that is needed.", s.together).
			With("Each need is a person, organisation, skill or place, and what you have yourself counts. The tree is "+
				"of people who know each other; strangers are those of the group who do not yet. It is exact for up "+
				"to eight needs; beyond, the gap says how far off it may be.",
				"gave power together --need design --need \"Gemeente Waterstad\" --need printing"),
	)
}
