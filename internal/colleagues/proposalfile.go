package colleagues

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"gave.network/internal/fault"
	"gave.network/internal/lang"
	"gave.network/internal/text"
)

// ballot is a proposal as somebody writes it down: who decides, and what they think of it.
type ballot struct {
	Title     string      `json:"title"`
	Quorum    float64     `json:"quorum"`
	Chance    float64     `json:"chance"` // that it carries which is wanted
	People    []voter     `json:"people"`
	Voters    []voter     `json:"voters"` // another name for people
	Influence []influence `json:"influence"`
}

// voter is one line of a proposal.
type voter struct {
	Person         string   `json:"person"`
	Weight         *float64 `json:"weight"`
	Votes          *float64 `json:"votes"` // another name for weight
	Stance         *float64 `json:"stance"`
	Certainty      *float64 `json:"certainty"`
	Susceptibility *float64 `json:"susceptibility"`
	line           int
}

// influence says that one heeds another, beside what the network says.
type influence struct {
	From   string  `json:"from"`
	To     string  `json:"to"`
	Weight float64 `json:"weight"`
}

// What is assumed where a proposal says nothing.
const (
	// usualSusceptibility is how far others count for somebody. Friedkin & Johnsen found means about a half in groups
	// that discuss an issue.
	usualSusceptibility = 0.5

	// usualCertainty is how sure a stance is that is given without saying how sure.
	usualCertainty = 0.7

	// unknownSpread is the standard deviation of a stance that nobody knows: that of an even spread from -1 to 1.
	unknownSpread = 0.577
)

// The headings of a proposal in a table.
var (
	voteColumns      = lang.Words("tables", "ballot.votes")
	stanceColumns    = lang.Words("tables", "ballot.stance")
	certaintyColumns = lang.Words("tables", "ballot.certainty")
	openColumns      = lang.Words("tables", "ballot.openness")
)

// stances are the words for a stance, as they are said.
var stances = func() map[string]float64 {
	all := map[string]float64{}
	for word, value := range lang.Pairs("tables", "stance") {
		x, err := strconv.ParseFloat(value, 64)
		if err != nil {
			panic(fmt.Sprintf("lang: tables.txt [stance]: %q is no number", value))
		}
		all[word] = x
	}
	return all
}()

// readBallot reads a proposal, as JSON or as a table. Lines that cannot be used come back with the reason; a proposal
// without any is a fault.
func readBallot(body string) (*ballot, []lineFault, error) {
	trimmed := strings.TrimSpace(strings.TrimPrefix(body, "\ufeff"))
	if !strings.HasPrefix(trimmed, "{") {
		return ballotTable(body)
	}
	if len(body) > mostFile {
		return nil, nil, fault.New(fault.TooLarge, "The table is larger than %d MB.", mostFile>>20).
			WithHint("Leave out what is not needed.").WithField("file")
	}
	b := &ballot{}
	if err := json.Unmarshal([]byte(trimmed), b); err != nil {
		return nil, nil, fault.Wrap(err, fault.Invalid, "The proposal is not JSON of the right shape.").
			WithHint(`{"quorum": 0.5, "people": [{"person": "Anna de Wit", "votes": 1, "stance": -0.4}]}`).
			WithField("file")
	}
	b.People = append(b.People, b.Voters...)
	b.Voters = nil
	if len(b.People) > mostRows || len(b.Influence) > mostRows {
		return nil, nil, fault.New(fault.TooLarge, "The table has more than %d lines.", mostRows).WithField("file")
	}
	for i := range b.People {
		b.People[i].line = i + 1
		if b.People[i].Weight == nil {
			b.People[i].Weight = b.People[i].Votes
		}
	}
	return b.checked(nil)
}

// titled returns the title among the settings above a table.
func titled(settings map[string]string) (title string) {
	for _, name := range lang.Words("tables", "ballot.title") {
		title += settings[name]
	}
	return title
}

// lineFault is what is wrong with a line.
type lineFault struct {
	line int
	err  error
}

func ballotTable(body string) (*ballot, []lineFault, error) {
	t, settings, bad, err := readTable(body)
	if err != nil {
		return nil, nil, err
	}
	if !t.has(whoColumns...) && !t.has(mailColumns...) {
		return nil, nil, fault.New(fault.Invalid, "The table has no column that names a person.").
			WithHint("Begin with a line of headings: person, votes, stance.").WithField("file")
	}
	var faults []lineFault
	for _, line := range bad {
		faults = append(faults,
			lineFault{line, fault.New(fault.Invalid, "A quotation mark is not closed or stands in the wrong place.")})
	}
	b := &ballot{Title: titled(settings)}
	if value := settings["quorum"]; value != "" {
		if b.Quorum, err = number(value); err != nil {
			return nil, nil, fault.New(fault.Invalid, "The quorum is a share of the votes, such as 0.5 or 67%%.").
				WithField("file")
		}
	}
	for _, name := range lang.Words("tables", "ballot.chance") {
		if value := settings[name]; value != "" {
			if b.Chance, err = number(value); err != nil {
				return nil, nil, wrongChance("file")
			}
		}
	}
	for _, row := range t.rows {
		one := voter{Person: t.cell(row, append(append([]string{}, mailColumns...), whoColumns...)...), line: row.line}
		if one.Person == "" {
			if strings.Join(row.cells, "") != "" {
				faults = append(faults, lineFault{row.line, fault.New(fault.Invalid, "This line names no person.")})
			}
			continue
		}
		wrong := ""
		read := func(columns []string) *float64 {
			value := t.cell(row, columns...)
			if value == "" || value == "?" {
				return nil
			}
			if known, ok := stances[strings.Join(text.Words(value), " ")]; ok && &columns[0] == &stanceColumns[0] {
				return &known
			}
			x, err := number(value)
			if err != nil {
				wrong = value
				return nil
			}
			return &x
		}
		one.Weight, one.Stance, one.Certainty, one.Susceptibility = read(voteColumns), read(stanceColumns),
			read(certaintyColumns), read(openColumns)
		if wrong != "" {
			faults = append(faults,
				lineFault{row.line, fault.New(fault.Invalid, "%q is not a number that can stand here.", wrong)})
			continue
		}
		b.People = append(b.People, one)
	}
	return b.checked(faults)
}

// number reads 0.5, 0,5 and 50%.
func number(value string) (float64, error) {
	value = strings.ReplaceAll(strings.TrimSpace(value), ",", ".")
	share, percent := strings.CutSuffix(value, "%")
	x, err := strconv.ParseFloat(strings.TrimSpace(share), 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, fault.New(fault.Invalid, "%q is not a number that can stand here.", value)
	}
	if percent {
		x /= 100
	}
	return x, nil
}

// wrongChance is the fault of a chance that cannot be wanted.
func wrongChance(field string) error {
	return fault.New(fault.Invalid,
		"How often it has to carry is a share of the times, such as 0.8 or 80%%; never all of them.").WithField(field)
}

// checked keeps what lies within its range.
func (b *ballot) checked(faults []lineFault) (*ballot, []lineFault, error) {
	within := func(x *float64, low, high float64) bool { return x == nil || *x >= low && *x <= high }
	kept := b.People[:0]
	for _, one := range b.People {
		switch {
		case strings.TrimSpace(one.Person) == "":
			faults = append(faults, lineFault{one.line, fault.New(fault.Invalid, "This line names no person.")})
		case !within(one.Weight, 0, 1e9):
			faults = append(faults, lineFault{one.line, fault.New(fault.Invalid, "Votes are 0 or more.")})
		case !within(one.Stance, -1, 1):
			faults = append(faults,
				lineFault{one.line, fault.New(fault.Invalid, "A stance lies between -1, against, and 1, in favour.")})
		case !within(one.Certainty, 0, 1), !within(one.Susceptibility, 0, 1):
			faults = append(faults,
				lineFault{one.line, fault.New(fault.Invalid, "Certainty and susceptibility lie between 0 and 1.")})
		default:
			kept = append(kept, one)
		}
	}
	b.People = kept
	if b.Quorum < 0 || b.Quorum > 1 || math.IsNaN(b.Quorum) {
		return nil, nil, fault.New(fault.Invalid, "The quorum is a share of the votes, such as 0.5 or 67%%.").
			WithField("file")
	}
	if !(b.Chance >= 0 && b.Chance < 1) {
		return nil, nil, wrongChance("file")
	}
	if len(b.People) == 0 {
		return nil, nil, fault.New(fault.Invalid, "The proposal names nobody who decides.").
			WithHint("A line for each: person, votes, stance.").WithField("file")
	}
	return b, faults, nil
}
