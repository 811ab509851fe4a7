package lab

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gave.network/internal/app"
	"gave.network/internal/cli"
	"gave.network/internal/db"
	"gave.network/internal/fault"
	"gave.network/internal/id"
	"gave.network/internal/intake"
	"gave.network/internal/locale"
)

// share is a part of a whole with its 95 % interval after Wilson (1927).
type share struct {
	Right int     `json:"right"`
	Of    int     `json:"of"`
	Value float64 `json:"value" doc:"1 when there is nothing to be wrong about"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

func shareOf(right, of int) share {
	s := share{Right: right, Of: of, Value: 1, High: 1}
	if of == 0 {
		return s
	}
	const z = 1.959964
	n := float64(of)
	s.Value = float64(right) / n
	middle := (s.Value + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(s.Value*(1-s.Value)/n+z*z/(4*n*n))
	s.Low, s.High = max(0, middle-half), min(1, middle+half)
	return s
}

// What can be wrong about a pair.
const (
	joinedWrongly   = "joined wrongly"
	proposedWrongly = "proposed wrongly"
	missed          = "missed"
)

// identityMiss is a pair that was decided wrongly.
type identityMiss struct {
	What  string   `json:"what" doc:"joined wrongly, proposed wrongly, or missed"`
	Pair  []string `json:"pair"`
	Score float64  `json:"score,omitempty"`
}

// identityOutput says how well people are recognised.
type identityOutput struct {
	Identities int            `json:"identities"`
	People     int            `json:"people"`
	Joined     share          `json:"joined" doc:"pairs that were joined without asking"`
	Proposed   share          `json:"proposed" doc:"pairs that were proposed"`
	Found      share          `json:"found" doc:"pairs of one person that were joined, proposed, or follow from what was"`
	Misses     []identityMiss `json:"misses,omitempty"`
}

// Text prints the figures and, when they were asked for, what was wrong.
func (o identityOutput) Text(p *locale.Printer) string {
	var b strings.Builder
	b.WriteString(p.T("%d identities of %d people.", o.Identities, o.People) + "\n")
	for _, line := range []struct {
		name string
		share
	}{{p.T("joined rightly"), o.Joined}, {p.T("proposed rightly"), o.Proposed}, {p.T("found"), o.Found}} {
		fmt.Fprintf(&b, "%-20s %6d / %-6d %.3f  [%.3f, %.3f]\n", line.name, line.Right, line.Of, line.Value,
			line.Low, line.High)
	}
	said := map[string]string{
		joinedWrongly: p.T("joined wrongly"), proposedWrongly: p.T("proposed wrongly"), missed: p.T("missed"),
	}
	for _, m := range o.Misses {
		fmt.Fprintf(&b, "%s  %.2f  %s\n", said[m.What], m.Score, strings.Join(m.Pair, " = "))
	}
	return b.String()
}

func identityCommand() *cobra.Command {
	group := &cobra.Command{
		Use: "identity", Short: "Measure how well people are recognised under many names.",
		Annotations: map[string]string{cli.NoData: ""},
	}
	misses := false
	evaluate := &cobra.Command{
		Use: "evaluate MAILMAP…", Short: "Measure recognition on .mailmap files, in which people say who is who.",
		Long: "Every identity of the files becomes a card in an address book, which is imported as any other into " +
			"a network that is thrown away afterwards. What was joined and what is proposed is compared with what " +
			"the files say.",
		Example: "gave-lab identity evaluate .mailmap",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fault.New(fault.Usage, "%s takes %s.", cmd.CommandPath(), "MAILMAP…").
					WithHint("See " + cmd.CommandPath() + " --help.")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var all []mailmapIdentity
			people := 0
			for _, path := range args {
				content, err := os.ReadFile(path)
				if err != nil {
					return fault.Wrap(err, fault.NotFound, "%s cannot be read.", path)
				}
				found, n := parseMailmap(string(content), people)
				all, people = append(all, found...), people+n
			}
			out, err := evaluateIdentities(cmd.Context(), all)
			if err != nil {
				return err
			}
			if !misses {
				out.Misses = nil
			}
			return cli.Print(cmd, out)
		},
	}
	evaluate.Flags().BoolVar(&misses, "misses", false, "Show every pair that was decided wrongly.")
	group.AddCommand(evaluate)
	return group
}

// mailmapIdentity is a name with an address; person is the same for those of one person.
type mailmapIdentity struct {
	name, address string
	person        int
}

var mailmapPart = regexp.MustCompile(`([^<>]*)<([^<>]*)>`)

// parseMailmap reads the identities of a .mailmap file (gitmailmap(5)) and how many people they are of; people are
// numbered from first.
func parseMailmap(content string, first int) ([]mailmapIdentity, int) {
	var list []mailmapIdentity
	place := map[string]int{} // of name and address in list
	up := []int{}
	root := func(i int) int {
		for up[i] != i {
			i = up[i]
		}
		return i
	}
	byAddress := map[string]int{} // the proper address of a person
	add := func(name, address string) int {
		key := strings.ToLower(name + "\x00" + address)
		i, ok := place[key]
		if !ok {
			i = len(list)
			place[key] = i
			list = append(list, mailmapIdentity{name: name, address: address})
			up = append(up, i)
		}
		return i
	}
	for line := range strings.Lines(content) {
		line, _, _ = strings.Cut(line, "#")
		parts := mailmapPart.FindAllStringSubmatch(line, 2)
		if len(parts) == 0 {
			continue
		}
		name, address := strings.TrimSpace(parts[0][1]), strings.ToLower(strings.TrimSpace(parts[0][2]))
		if name == "" || !strings.Contains(address, "@") {
			continue
		}
		proper := add(name, address)
		if before, ok := byAddress[address]; ok {
			up[root(proper)] = root(before)
		}
		byAddress[address] = proper
		if len(parts) == 2 {
			commit := strings.TrimSpace(parts[1][1])
			if commit == "" {
				commit = name
			}
			if address := strings.ToLower(strings.TrimSpace(parts[1][2])); strings.Contains(address, "@") {
				up[root(add(commit, address))] = root(proper)
			}
		}
	}
	number := map[int]int{}
	for i := range list {
		r := root(i)
		if _, ok := number[r]; !ok {
			number[r] = first + len(number)
		}
		list[i].person = number[r]
	}
	return list, len(number)
}

// evaluateIdentities imports identities as an address book into a network of their own and compares.
func evaluateIdentities(ctx context.Context, list []mailmapIdentity) (identityOutput, error) {
	dir, err := os.MkdirTemp("", "gave-identity-")
	if err != nil {
		return identityOutput{}, err
	}
	defer os.RemoveAll(dir)
	var book strings.Builder
	escape := strings.NewReplacer(`\`, `\\`, ",", `\,`, ";", `\;`)
	for _, n := range list {
		fmt.Fprintf(&book, "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:%s\r\nEMAIL:%s\r\nEND:VCARD\r\n",
			escape.Replace(n.name), n.address)
	}
	path := filepath.Join(dir, "identities.vcf")
	if err := os.WriteFile(path, []byte(book.String()), 0o600); err != nil {
		return identityOutput{}, err
	}
	a, err := app.Open(ctx, app.Config{Data: filepath.Join(dir, "data")})
	if err != nil {
		return identityOutput{}, err
	}
	defer a.Close()
	v, err := a.Account.Local(ctx, locale.English)
	if err != nil {
		return identityOutput{}, err
	}
	if _, err := a.Intake.Import(ctx, v, []string{path}, intake.Options{}); err != nil {
		return identityOutput{}, err
	}
	return compareIdentities(ctx, a, v.Space, list)
}

func compareIdentities(ctx context.Context, a *app.App, space id.ID, list []mailmapIdentity) (identityOutput, error) {
	out := identityOutput{Identities: len(list)}
	rows, err := db.Select[struct {
		ID, Merged id.ID
		Name       string
		Value      string
	}](ctx, a.DB, `select p.id, p.merged, p.name, i.value from person p
		join identifier i on i.space = p.space and i.person = p.id
		where p.space = $1 and i.kind = 1 order by p.id`, space)
	if err != nil {
		return out, err
	}
	// An identity is the record with its address that has its name, or else any: the same name in other letters makes
	// no second record.
	stands := make([]id.ID, len(list))
	for i, n := range list {
		for _, r := range rows {
			if r.Value == n.address && (stands[i].IsZero() || strings.EqualFold(r.Name, n.name)) {
				stands[i] = r.ID
				if !r.Merged.IsZero() {
					stands[i] = r.Merged
				}
			}
		}
	}
	proposals, err := db.Select[struct {
		Kept, Absorbed id.ID
		Score          float64
	}](ctx, a.DB, `select kept, absorbed, score from merge where space = $1 and state = 'proposed' order by id`, space)
	if err != nil {
		return out, err
	}
	proposed := map[[2]id.ID]float64{}
	group := map[id.ID]id.ID{}
	var root func(id.ID) id.ID
	root = func(p id.ID) id.ID {
		if up, ok := group[p]; ok && up != p {
			return root(up)
		}
		return p
	}
	for _, m := range proposals {
		proposed[[2]id.ID{m.Kept, m.Absorbed}], proposed[[2]id.ID{m.Absorbed, m.Kept}] = m.Score, m.Score
		if one, other := root(m.Kept), root(m.Absorbed); one != other {
			group[other] = one
		}
	}
	var joined, joinedRight, offered, offeredRight, same, found int
	people := map[int]bool{}
	said := func(what string, i, j int, score float64) {
		pair := []string{list[i].name + " <" + list[i].address + ">", list[j].name + " <" + list[j].address + ">"}
		out.Misses = append(out.Misses, identityMiss{what, pair, score})
	}
	for i := range list {
		people[list[i].person] = true
		for j := range list[:i] {
			right := list[i].person == list[j].person
			a, b := stands[i], stands[j]
			if a.IsZero() || b.IsZero() {
				if right {
					same++
					said(missed, j, i, 0)
				}
				continue
			}
			score, direct := proposed[[2]id.ID{a, b}]
			switch {
			case a == b:
				joined++
				if right {
					joinedRight++
				} else {
					said(joinedWrongly, j, i, 1)
				}
			case direct:
				offered++
				if right {
					offeredRight++
				} else {
					said(proposedWrongly, j, i, score)
				}
			}
			if right {
				same++
				if root(a) == root(b) {
					found++
				} else {
					said(missed, j, i, 0)
				}
			}
		}
	}
	slices.SortStableFunc(out.Misses, func(a, b identityMiss) int { return strings.Compare(a.What, b.What) })
	out.People = len(people)
	out.Joined, out.Proposed, out.Found = shareOf(joinedRight, joined), shareOf(offeredRight, offered),
		shareOf(found, same)
	return out, nil
}
