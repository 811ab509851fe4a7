package identity

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/people"
)

// operations are what can be done about people who may be one.
func (s *Service) operations() []op.Operation {
	return []op.Operation{
		op.New("merges.list", http.MethodGet, "/merges", op.Member, "List the people who may be one person.",
			s.listProposals).
			With("The same mail address joins by itself. Everything less certain is proposed here with reasons and a "+
				"score.", "gave merges list"),
		op.New("merges.accept", http.MethodPost, "/merges/{merge}/accept", op.Member,
			"Merge the two people of a proposal.", s.acceptProposal),
		op.New("merges.reject", http.MethodPost, "/merges/{merge}/reject", op.Member,
			"Say that the two people of a proposal are different people.", s.rejectProposal),
		op.New("merges.all", http.MethodPost, "/merges/all", op.Member,
			"Merge all proposed pairs from a score on.", s.acceptAll).
			With("Each merge can be taken back by itself.", "gave merges all --from 0.95"),
		op.New("merges.certain", http.MethodPost, "/merges/certain", op.Member,
			"Merge in one step all pairs of which nothing says that they are two people.", s.acceptCertain).
			With("They have one whole name, and nothing in your network tells of two people of that name. The step "+
				"is taken back as one.", "gave merges certain"),
		op.New("merges.back", http.MethodPost, "/merges/steps/{batch}/undo", op.Member,
			"Take back all merges of one step.", s.undoBatch),
		op.New("merges.make", http.MethodPost, "/merges", op.Member, "Merge two people into one.", s.mergePeople).
			With("Nothing is lost: the merge can be undone at any time.",
				`gave merges make "Anna Jansen" a.jansen@example.org`),
		op.New("merges.undo", http.MethodPost, "/merges/{merge}/undo", op.Member, "Take a merge back.", s.undoMerge),
	}
}

// ProposalsInput says which proposals to list.
type ProposalsInput struct {
	Limit  int `json:"limit,omitempty" doc:"how many at most" default:"50" minimum:"1" maximum:"1000"`
	Offset int `json:"offset,omitempty" doc:"how many to pass over" minimum:"0"`
}

// ProposalsOutput lists a page of proposals, and the people that they are about.
type ProposalsOutput struct {
	Proposals []people.Proposal `json:"proposals"`
	Groups    []ProposalGroup   `json:"groups" doc:"the same, by person: everybody who may be one"`
	Total     int               `json:"total" doc:"how many proposals are open"`
	Certain   int               `json:"certain" doc:"how many of them merges certain accepts"`
	More      bool              `json:"more" doc:"there are more after these"`
}

// ProposalGroup is the records that may be one person.
type ProposalGroup struct {
	Name      string  `json:"name"`
	People    []id.ID `json:"people"`
	Proposals []id.ID `json:"proposals"`
	Certain   bool    `json:"certain"`
	Score     float64 `json:"score" doc:"of the least likely pair"`
}

// grouped puts the proposals that hang together into one group, in the order of the list.
func grouped(list []people.Proposal) []ProposalGroup {
	out := []ProposalGroup{}
	of := map[id.ID]int{}
	for _, m := range list {
		i, one := of[m.Keep.ID]
		j, other := of[m.Absorb.ID]
		switch {
		case !one && !other:
			i = len(out)
			out = append(out, ProposalGroup{Name: m.Keep.Name, Certain: true, Score: 1})
		case !one:
			i = j
		case other && i != j: // two groups become one
			for _, key := range out[j].People {
				of[key] = i
			}
			out[i].People, out[i].Proposals = append(out[i].People, out[j].People...), append(out[i].Proposals,
				out[j].Proposals...)
			out[i].Certain, out[i].Score = out[i].Certain && out[j].Certain, min(out[i].Score, out[j].Score)
			out[j] = ProposalGroup{}
		}
		for _, key := range []id.ID{m.Keep.ID, m.Absorb.ID} {
			of[key] = i
			if !slices.Contains(out[i].People, key) {
				out[i].People = append(out[i].People, key)
			}
		}
		out[i].Proposals = append(out[i].Proposals, m.ID)
		out[i].Certain, out[i].Score = out[i].Certain && m.Certain, min(out[i].Score, m.Score)
	}
	return slices.DeleteFunc(out, func(g ProposalGroup) bool { return len(g.People) == 0 })
}

func (s *Service) listProposals(ctx context.Context, v op.Viewer, in ProposalsInput) (ProposalsOutput, error) {
	out := ProposalsOutput{}
	var err error
	if out.Proposals, err = s.ProposalsFrom(ctx, v, id.Zero, max(in.Limit, 1), max(in.Offset, 0)); err != nil {
		return out, err
	}
	out.Groups = grouped(out.Proposals)
	out.Total, out.Certain, err = s.OpenProposals(ctx, v)
	out.More = max(in.Offset, 0)+len(out.Proposals) < out.Total
	return out, err
}

// Text prints proposals, one on two lines.
func (o ProposalsOutput) Text(p *locale.Printer) string {
	if len(o.Proposals) == 0 {
		return p.T("Nobody seems to be here twice.") + "\n"
	}
	var b strings.Builder
	for _, m := range o.Proposals {
		reasons := make([]string, len(m.Reasons))
		for i, r := range m.Reasons {
			reasons[i] = p.T(r)
		}
		fmt.Fprintf(&b, "%s  %.2f  %s %s = %s %s\n    %s\n", m.ID, m.Score, m.Keep.Name, m.Keep.Emails, m.Absorb.Name,
			m.Absorb.Emails, strings.Join(reasons, ", "))
	}
	if o.More {
		b.WriteString(p.T("There are more: use --limit and --offset.") + "\n")
	}
	if o.Certain > 0 {
		b.WriteString(p.T("gave merges certain merges %d of %d in one step.", o.Certain, o.Total) + "\n")
	}
	return b.String()
}

// CertainOutput says what one step merged.
type CertainOutput struct {
	Merged int   `json:"merged"`
	Batch  id.ID `json:"batch" doc:"to take the step back"`
	Open   int   `json:"open" doc:"how many proposals are left"`
}

func (s *Service) acceptCertain(ctx context.Context, v op.Viewer, _ op.None) (CertainOutput, error) {
	batch, n, err := s.AcceptCertain(ctx, v)
	if err != nil {
		return CertainOutput{}, err
	}
	open, _, err := s.OpenProposals(ctx, v)
	return CertainOutput{n, batch, open}, err
}

// Text says what was merged and how it is taken back.
func (o CertainOutput) Text(p *locale.Printer) string {
	text := p.T("%d merges made.", o.Merged) + "\n"
	if o.Merged > 0 {
		text += p.T("All of them are taken back with: gave merges back %s", o.Batch) + "\n"
	}
	return text
}

// BatchInput names a step.
type BatchInput struct {
	Batch id.ID `json:"batch" arg:"1" doc:"the step, as merges certain named it"`
}

// BatchOutput says how many merges were taken back.
type BatchOutput struct {
	Undone int `json:"undone"`
}

func (s *Service) undoBatch(ctx context.Context, v op.Viewer, in BatchInput) (BatchOutput, error) {
	n, err := s.UndoBatch(ctx, v, in.Batch)
	return BatchOutput{n}, err
}

// MergeInput names a merge or a proposal.
type MergeInput struct {
	Merge id.ID `json:"merge" arg:"1" doc:"the id of the merge or proposal"`
}

// MergeOutput names the merge that was made, which can be undone.
type MergeOutput struct {
	Merge id.ID `json:"merge"`
}

func (s *Service) acceptProposal(ctx context.Context, v op.Viewer, in MergeInput) (MergeOutput, error) {
	merge, err := s.Accept(ctx, v, in.Merge)
	return MergeOutput{merge}, err
}

// AcceptAllInput says from which score on proposals are accepted.
type AcceptAllInput struct {
	From float64 `json:"from,omitempty" doc:"the least score, from 0.5 to 1" default:"0.95" minimum:"0.5" maximum:"1"`
}

// AcceptAllOutput says how many people were merged.
type AcceptAllOutput struct {
	Merged int `json:"merged"`
}

func (s *Service) acceptAll(ctx context.Context, v op.Viewer, in AcceptAllInput) (AcceptAllOutput, error) {
	if in.From < 0.5 || in.From > 1 {
		return AcceptAllOutput{}, fault.New(fault.Invalid, "The least score lies between 0.5 and 1.").WithField("from")
	}
	n, err := s.AcceptAll(ctx, v, in.From)
	return AcceptAllOutput{n}, err
}

// Text says how many people were merged.
func (o AcceptAllOutput) Text(p *locale.Printer) string {
	return p.T("%d merges made.", o.Merged) + "\n"
}

func (s *Service) rejectProposal(ctx context.Context, v op.Viewer, in MergeInput) (op.None, error) {
	return op.None{}, s.Reject(ctx, v, in.Merge)
}

func (s *Service) undoMerge(ctx context.Context, v op.Viewer, in MergeInput) (op.None, error) {
	return op.None{}, s.UndoMerge(ctx, v, in.Merge)
}

func (s *Service) mergePeople(ctx context.Context, v op.Viewer, in people.TieInput) (MergeOutput, error) {
	a, err := s.Resolve(ctx, v, in.Person)
	if err != nil {
		return MergeOutput{}, err
	}
	b, err := s.Resolve(ctx, v, in.Other)
	if err != nil {
		return MergeOutput{}, err
	}
	merge, err := s.Merge(ctx, v, a.ID, b.ID)
	return MergeOutput{merge}, err
}
