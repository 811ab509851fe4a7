package ask

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

func (s *Service) introductionOperations() []op.Operation {
	return []op.Operation{
		op.New("introductions.ask", http.MethodPost, "/introductions", op.Member,
			"Ask for an introduction to somebody.", s.askIntroduction).
			With("Who is in the middle answers first, then the other. Either may say no. Addresses pass only after "+
				"both agreed.",
				`gave introductions ask "Carla Jansen" --through "Dirk Visser" --text "she knows how co-housing is financed"`),
		op.New("introductions.list", http.MethodGet, "/introductions", op.Guest,
			"List the introductions that you have a part in.",
			func(ctx context.Context, v op.Viewer, _ op.None) (IntroductionsOutput, error) {
				list, err := s.Introductions(ctx, v)
				return IntroductionsOutput{list}, err
			}),
		op.New("introductions.answer", http.MethodPost, "/introductions/{introduction}", op.Guest,
			"Go on with an introduction: agree, decline, withdraw, and what comes after.",
			func(ctx context.Context, v op.Viewer, in AnswerInput) (Started, error) {
				return s.Act(ctx, v, in.Introduction, Answer{in.Act, in.Address, in.Outcome})
			}).With("", `gave introductions answer 0190… agree`),
	}
}

// IntroduceInput asks for an introduction.
type IntroduceInput struct {
	Target  string `json:"target" arg:"1" doc:"whom you would like to meet" maxLength:"300" means:"person"`
	Text    string `json:"text" doc:"why you would like to meet them" maxLength:"4000"`
	Through string `json:"through,omitempty" doc:"who could introduce you; left out, Gave asks the member of the space who knows them best" maxLength:"300" means:"person"`
	Address string `json:"address,omitempty" doc:"where they may reach you after both agreed; your first mail address when left out" maxLength:"300"`
}

func (s *Service) askIntroduction(ctx context.Context, v op.Viewer, in IntroduceInput) (Started, error) {
	return s.Introduce(ctx, v, in.Target, in.Through, in.Text, in.Address)
}

// AnswerInput goes on with an introduction.
type AnswerInput struct {
	Introduction id.ID  `json:"introduction" arg:"1" doc:"the id of the introduction"`
	Act          Act    `json:"act" arg:"2" doc:"what you do" enum:"agree,decline,withdraw,make,follow,finish"`
	Address      string `json:"address,omitempty" doc:"where you may be reached, when you agree to meet" maxLength:"300"`
	Outcome      string `json:"outcome,omitempty" doc:"what came of it, when you follow up; the two others hear it when they are members" maxLength:"4000"`
}

// IntroductionsOutput lists introductions.
type IntroductionsOutput struct {
	Introductions []View `json:"introductions"`
}

// Text prints introductions, one on a line.
func (o IntroductionsOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, i := range o.Introductions {
		fmt.Fprintf(&b, "%s  %-10s %s\n", i.ID, p.T(string(i.Step)), i.Sentence(p))
	}
	if len(o.Introductions) == 0 {
		b.WriteString(p.T("There are no introductions.") + "\n")
	}
	return b.String()
}

// Sentence says in one line who is to meet whom, and through whom.
func (v View) Sentence(p *locale.Printer) string {
	name := func(r *people.Ref) string {
		if r == nil {
			return p.T("somebody who knows them")
		}
		return r.Name
	}
	switch v.You {
	case Middle:
		return p.T("%s would like to meet %s through you.", name(v.Requester), name(v.Target))
	case Target:
		return p.T("%s would like to meet you, through %s.", name(v.Requester), name(v.Middle))
	}
	return p.T("You would like to meet %s, through %s.", name(v.Target), name(v.Middle))
}
