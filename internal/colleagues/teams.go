package colleagues

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

	"gave.network/internal/colleagues/team"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/skilled"
	"gave.network/internal/text"
	"gave.network/internal/tie"
)

// TeamInput says what a team must be able to do.
type TeamInput struct {
	Skills       []string `json:"skills" doc:"what the team must be able to do" split:","`
	Size         int      `json:"size,omitempty" doc:"how many people" default:"4" minimum:"1" maximum:"40"`
	Must         []string `json:"must,omitempty" doc:"somebody who is in it; may be given more than once" means:"person"`
	Never        []string `json:"never,omitempty" doc:"two people who are not in it together, with a comma between them; may be given more than once" means:"person"`
	Alternatives int      `json:"alternatives,omitempty" doc:"how many teams to compare" default:"3" minimum:"1" maximum:"10"`
}

// TeamMember is somebody in a team.
type TeamMember struct {
	ID       id.ID        `json:"id"`
	Name     string       `json:"name"`
	Skills   []SkillProof `json:"skills" doc:"which of the needed skills, and what speaks for it"`
	Newcomer bool         `json:"newcomer" doc:"you hardly work together yet"`
}

// SkillProof is a skill and the line that speaks for it.
type SkillProof struct {
	Skill string `json:"skill"`
	Line  string `json:"line"`
}

// Team is one choice.
type Team struct {
	Members   []TeamMember `json:"members"`
	Covered   []string     `json:"covered"`
	Missing   []string     `json:"missing"`
	Trust     float64      `json:"trust" doc:"mean over all pairs, from 0 to 1"`
	Cost      float64      `json:"cost" doc:"of coordination, mean over all pairs, from 0 to 1"`
	Newcomers int          `json:"newcomers"`
	Exact     bool         `json:"exact" doc:"no other team of those considered is better"`
	Gap       float64      `json:"gap" doc:"how much better another team could be at most; 0 when exact"`
	Why       []string     `json:"why" doc:"in the viewer's language: what it has, and what it gives up beside the first"`
}

// TeamOutput lists teams, the best first.
type TeamOutput struct {
	Teams      []Team   `json:"teams"`
	Considered int      `json:"considered" doc:"people who were looked at"`
	Layers     []string `json:"layers" doc:"the layers of ties that were looked at; contact is what follows from mail, meetings and calls"`
	Able       int      `json:"able" doc:"people who have one of the skills"`
}

// candidatesAtMost is how many people a team is chosen from: of more, those nearest to the viewer and to who must be in
// it.
const candidatesAtMost = 120

// mostNames bounds the lists of names in a question.
const mostNames = 100

// team finds people to work with.
func (s *Service) team(ctx context.Context, v op.Viewer, in TeamInput) (TeamOutput, error) {
	skills, err := skillsOf(in.Skills)
	if err != nil {
		return TeamOutput{}, err
	}
	if len(in.Must) > mostNames || len(in.Never) > mostNames {
		return TeamOutput{}, fault.New(fault.Invalid, "At most %d people or pairs can be named.", mostNames)
	}
	if in.Size == 0 {
		in.Size = 4
	}
	must, err := s.named(ctx, v, in.Must)
	if err != nil {
		return TeamOutput{}, err
	}
	never, err := s.pairs(ctx, v, in.Never)
	if err != nil {
		return TeamOutput{}, err
	}
	for x := range never {
		if slices.Contains(must, x.a) && slices.Contains(must, x.b) {
			refs, err := s.network.Refs(ctx, v, []id.ID{x.a, x.b})
			if err != nil {
				return TeamOutput{}, err
			}
			names := []string{refs[x.a].Name, refs[x.b].Name}
			slices.Sort(names)
			return TeamOutput{}, fault.New(fault.Invalid, "%s and %s must both be in the team and never together.",
				names[0], names[1]).WithHint("Take away one of the two wishes.").
				WithField("never")
		}
	}
	if len(must) > in.Size {
		return TeamOutput{}, fault.New(fault.Invalid, "%d people must be in a team of %d.", len(must), in.Size).
			WithHint("Make the team larger, or name fewer.").WithField("must")
	}
	e, err := s.gather(ctx, v)
	if err != nil {
		return TeamOutput{}, err
	}
	return s.findTeams(ctx, v, e, skills, must, never, in)
}

func skillsOf(names []string) ([]skill, error) {
	var out []skill
	seen := map[string]bool{}
	for _, name := range names {
		for _, item := range text.Items(name) {
			one := skillNamed(item)
			if key := strings.ToLower(one.name); one.name != "" && !seen[key] {
				seen[key] = true
				out = append(out, one)
			}
		}
	}
	switch {
	case len(out) == 0:
		return nil, fault.New(fault.Invalid, "Say what the team must be able to do.").
			WithHint("Skills with commas between them.").WithField("skills")
	case len(out) > team.MaxSkills:
		return nil, fault.New(fault.Invalid, "At most %d skills can be asked for at once; these are %d.",
			team.MaxSkills, len(out)).WithHint("Keep those that a member cannot learn on the way.").
			WithField("skills")
	}
	return out, nil
}

// named resolves people, each once.
func (s *Service) named(ctx context.Context, v op.Viewer, references []string) ([]id.ID, error) {
	var out []id.ID
	for _, reference := range references {
		if strings.TrimSpace(reference) == "" {
			continue
		}
		p, err := s.network.Resolve(ctx, v, reference)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, p.ID) {
			out = append(out, p.ID)
		}
	}
	return out, nil
}

// pairs resolves pairs of people, each "one, other".
func (s *Service) pairs(ctx context.Context, v op.Viewer, references []string) (map[pair]bool, error) {
	out := map[pair]bool{}
	for _, reference := range references {
		if strings.TrimSpace(reference) == "" {
			continue
		}
		first, second, ok := strings.Cut(reference, ",")
		if !ok {
			return nil, fault.New(fault.Invalid, "%q does not name two people.", reference).
				WithHint("Put a comma between the two names.").WithField("never")
		}
		a, b, err := s.two(ctx, v, strings.TrimSpace(first), strings.TrimSpace(second))
		if err != nil {
			return nil, err
		}
		out[pairOf(a.ID, b.ID)] = true
	}
	return out, nil
}

// findTeams chooses whom to look at, poses the problem and reads the answer.
func (s *Service) findTeams(
	ctx context.Context, v op.Viewer, e *evidence, skills []skill, must []id.ID, never map[pair]bool, in TeamInput,
) (TeamOutput, error) {
	proofs, err := s.proofs(ctx, v, e, skills)
	if err != nil {
		return TeamOutput{}, err
	}
	if len(proofs) == 0 {
		return TeamOutput{}, fault.New(fault.NotFound, "Nobody you know of has any of these skills.").
			WithHint("Use other words, or note who can do it: gave people tag.").WithField("skills")
	}
	chosen := s.candidates(v, e, proofs, must, in.Size)
	if len(chosen) < in.Size {
		return TeamOutput{}, fault.New(fault.NotFound, "There are %d people to choose from, and the team has %d.",
			len(chosen), in.Size).WithHint("Make the team smaller.").WithField("size")
	}
	place := make(map[id.ID]int, len(chosen))
	for i, key := range chosen {
		place[key] = i
	}
	p := team.Problem{
		Skills: make([]uint64, len(chosen)), Need: len(skills), Size: in.Size, Newcomer: make([]bool, len(chosen)),
		Alternatives: max(in.Alternatives, 1),
	}
	for i, key := range chosen {
		for _, has := range proofs[key] {
			p.Skills[i] |= 1 << has.skill
		}
		p.Newcomer[i] = key != v.Person && e.trust(v.Person, key) < tie.ModerateFrom
	}
	for _, key := range must {
		p.Must = append(p.Must, place[key])
	}
	for x := range never {
		p.Never = appendPair(p.Never, place, x)
	}
	for x := range e.apart {
		// Whom the viewer names must be there: a contradiction that was told would tell the note.
		if !slices.Contains(must, x.a) || !slices.Contains(must, x.b) {
			p.Never = appendPair(p.Never, place, x)
		}
	}
	slices.SortFunc(p.Never, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
	trust, cost := e.tables(chosen)
	p.Trust, p.Cost = func(a, b int) float64 { return trust[a][b] }, func(a, b int) float64 { return cost[a][b] }
	found, err := team.Find(ctx, p)
	if err != nil {
		return TeamOutput{}, teamFault(err, in)
	}
	out := TeamOutput{Teams: []Team{}, Considered: len(chosen), Able: len(proofs), Layers: e.layers()}
	for _, f := range found {
		one := teamOf(v.Printer(), e, f, chosen, proofs, skills, p.Newcomer, out.Teams)
		keys := make([]id.ID, len(one.Members))
		for i, m := range one.Members {
			keys[i] = m.ID
		}
		alike, err := skilled.AlikeLines(ctx, s.network, v, keys)
		if err != nil {
			return out, err
		}
		one.Why = append(one.Why, alike...)
		out.Teams = append(out.Teams, one)
	}
	return out, nil
}

func appendPair(list [][2]int, place map[id.ID]int, x pair) [][2]int {
	a, ok := place[x.a]
	b, also := place[x.b]
	if !ok || !also {
		return list
	}
	return append(list, [2]int{a, b})
}

func teamFault(err error, in TeamInput) error {
	if errors.Is(err, team.ErrTooFew) {
		return fault.New(fault.NotFound, "No %d of these people can be together.", in.Size).
			WithHint("Make the team smaller, or take away a wish.").WithField("size")
	}
	if ctxErr := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded); ctxErr {
		return err
	}
	return fault.Wrap(err, fault.Invalid, "Such a team cannot exist.").WithHint("Make it smaller, or take away a wish.")
}

// candidates are the people to choose from, in the order of their ids: who must be in it, who has a skill, and those
// nearest to the viewer, who bring trust where the skills leave places. Of each skill enough stay in, however far away
// they are.
func (s *Service) candidates(
	v op.Viewer, e *evidence, proofs map[id.ID][]proof, must []id.ID, size int,
) []id.ID {
	near := func(key id.ID) float64 {
		sum := e.trust(v.Person, key)
		for _, m := range must {
			sum += e.trust(m, key)
		}
		return sum
	}
	type candidate struct {
		key    id.ID
		proofs int
		near   float64
	}
	// order puts people with the most proofs first, and of as many the nearest.
	order := func(people iter.Seq[id.ID]) []candidate {
		var list []candidate
		for key := range people {
			list = append(list, candidate{key, len(proofs[key]), near(key)})
		}
		slices.SortFunc(list, func(a, b candidate) int {
			return cmp.Or(b.proofs-a.proofs, cmp.Compare(b.near, a.near), a.key.Compare(b.key))
		})
		return list
	}
	in := map[id.ID]bool{}
	for _, key := range must {
		in[key] = true
	}
	if e.profiles[v.Person] != nil {
		in[v.Person] = true // whom to work with: the viewer may well be one of them
	}
	able := order(maps.Keys(proofs))
	bySkill := map[int]int{} // how many of each are in
	for _, of := range proofs {
		for _, has := range of {
			bySkill[has.skill] = 0
		}
	}
	most := max(3, candidatesAtMost/max(len(bySkill), 1))
	for _, c := range able {
		for _, has := range proofs[c.key] {
			if bySkill[has.skill] < most {
				bySkill[has.skill]++
				in[c.key] = true
			}
		}
	}
	for _, c := range able {
		if len(in) >= candidatesAtMost {
			break
		}
		in[c.key] = true
	}
	if enough := max(4*size, 40); len(in) < enough {
		for _, c := range order(maps.Keys(e.profiles)) {
			if len(in) >= enough {
				break
			}
			in[c.key] = true
		}
	}
	out := slices.Collect(maps.Keys(in))
	slices.SortFunc(out, func(a, b id.ID) int { return slices.Compare(a[:], b[:]) })
	return out
}

// tables returns trust and cost for each pair of these people. Who knows the other works together at no cost; who has
// an acquaintance in common at half, others at full cost; another organisation adds as much as half of that again.
// Judgements; their order follows Lappas, Liu & Terzi (2009), where cost is distance.
func (e *evidence) tables(chosen []id.ID) (trust, cost [][]float64) {
	neighbours := e.neighbours(chosen)
	trust, cost = make([][]float64, len(chosen)), make([][]float64, len(chosen))
	for i := range chosen {
		trust[i], cost[i] = make([]float64, len(chosen)), make([]float64, len(chosen))
	}
	for i, a := range chosen {
		for j := i + 1; j < len(chosen); j++ {
			b := chosen[j]
			c := 1.0
			switch {
			case e.near(a, b):
				c = 0
			case shares(neighbours[a], neighbours[b]):
				c = 0.5
			}
			if !strings.EqualFold(e.profiles[a].Organisation, e.profiles[b].Organisation) {
				c += 0.5
			}
			trust[i][j], cost[i][j] = e.trust(a, b), c/1.5
			trust[j][i], cost[j][i] = trust[i][j], cost[i][j]
		}
	}
	return trust, cost
}

func shares(a, b map[id.ID]bool) bool {
	if len(b) < len(a) {
		a, b = b, a
	}
	for key := range a {
		if b[key] {
			return true
		}
	}
	return false
}

// teamOf words a team, beside the first.
func teamOf(p *locale.Printer, e *evidence, f team.Team, chosen []id.ID, proofs map[id.ID][]proof,
	skills []skill, newcomer []bool, before []Team,
) Team {
	out := Team{
		Members: []TeamMember{}, Covered: []string{}, Missing: []string{}, Trust: f.Trust, Cost: f.Cost,
		Newcomers: f.Newcomers, Exact: f.Exact, Gap: f.Gap, Why: []string{},
	}
	if math.IsInf(out.Gap, 0) || math.IsNaN(out.Gap) {
		out.Gap = 0
	}
	for i, one := range skills {
		if f.Covered&(1<<i) != 0 {
			out.Covered = append(out.Covered, one.name)
		} else {
			out.Missing = append(out.Missing, one.name)
		}
	}
	for _, i := range f.Members {
		key := chosen[i]
		m := TeamMember{ID: key, Name: e.ref(key).Name, Skills: []SkillProof{}, Newcomer: newcomer[i]}
		for _, has := range proofs[key] {
			m.Skills = append(m.Skills, SkillProof{skills[has.skill].name, has.line})
		}
		out.Members = append(out.Members, m)
	}
	slices.SortFunc(out.Members, func(a, b TeamMember) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.ID[:], b.ID[:]))
	})
	if len(out.Missing) == 0 {
		out.Why = append(out.Why, p.T("It has all skills."))
	} else {
		out.Why = append(out.Why, p.T("It misses: %s.", strings.Join(out.Missing, ", ")))
	}
	if len(before) > 0 {
		first := before[0]
		if d := first.Trust - out.Trust; d > 0.005 {
			out.Why = append(out.Why, p.T("Less trust than the first."))
		} else if d < -0.005 {
			out.Why = append(out.Why, p.T("More trust than the first."))
		}
		if d := out.Cost - first.Cost; d > 0.005 {
			out.Why = append(out.Why, p.T("More to coordinate than the first."))
		} else if d < -0.005 {
			out.Why = append(out.Why, p.T("Less to coordinate than the first."))
		}
		if d := out.Newcomers - first.Newcomers; d > 0 {
			out.Why = append(out.Why, p.T("More new faces than the first."))
		} else if d < 0 {
			out.Why = append(out.Why, p.T("Fewer new faces than the first."))
		}
	}
	return out
}

// Text prints the teams side by side, one after another.
func (o TeamOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for i, t := range o.Teams {
		if i > 0 {
			b.WriteByte('\n')
		}
		for _, m := range t.Members {
			var can []string
			for _, one := range m.Skills {
				can = append(can, one.Skill)
			}
			if m.Newcomer {
				can = append(can, p.T("new face"))
			}
			fmt.Fprintf(&b, "%-30s  %s\n", m.Name, strings.Join(can, ", "))
		}
		fmt.Fprintf(&b, "  %s\n", strings.Join(t.Why, " "))
		exact := p.T("no better team among %d people", o.Considered)
		if !t.Exact {
			exact = p.T("another may be better by %s at most", fmt.Sprintf("%.2f", t.Gap))
		}
		fmt.Fprintf(&b, "  %s, %s, %s\n", p.T("trust %s", fmt.Sprintf("%.2f", t.Trust)),
			p.T("cost %s", fmt.Sprintf("%.2f", t.Cost)), exact)
	}
	return b.String()
}
