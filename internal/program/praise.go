package program

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"gave.network/internal/cli"
	"gave.network/internal/fault"
	"gave.network/internal/praise"
	"gave.network/internal/praise/boast"
)

// mostDraft is the most that is read of a draft or of one line, in bytes; what is longer is refused with a sentence.
const mostDraft = 8 << 20

// praiseCommand checks drafts from standard input. It needs no data.
func praiseCommand() *cobra.Command {
	var lines, about bool
	check := &cobra.Command{
		Use: "check [TEXT]", Short: "See where a draft boasts, sentence by sentence, and how it could turn outward.",
		Args: cobra.ArbitraryArgs,
		Long: "Reads standard input when no text is given. Nothing is stored. With --json-lines each line is an " +
			"object with id and text, and gives one verdict.",
		Example: "gave praise check --lang en < draft.txt",
		RunE: func(cmd *cobra.Command, args []string) error {
			lang := ""
			if cmd.Flags().Changed("lang") {
				lang = string(cli.FlagsOf(cmd).Lang)
			}
			switch {
			case about:
				return cli.Print(cmd, praise.About())
			case lines:
				return checkLines(cmd, lang)
			}
			draft := strings.Join(args, " ")
			if len(args) == 0 || draft == "-" {
				text, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), mostDraft+1))
				if err != nil {
					return fault.Wrap(err, fault.Invalid, "Standard input cannot be read.")
				}
				draft = string(text)
			}
			out, err := praise.Check(cli.Printer(cmd), draft, lang)
			if err != nil {
				return err
			}
			return cli.Print(cmd, out)
		},
	}
	check.Flags().BoolVar(&lines, "json-lines", false, "Judge objects, one on a line.")
	check.Flags().BoolVar(&about, "about", false, "Show how good the check is, as measured.")
	cmd := &cobra.Command{Use: "praise"}
	cmd.AddCommand(check)
	return cmd
}

// lineVerdict is the verdict on one line.
type lineVerdict struct {
	ID          json.RawMessage `json:"id"`
	Boast       bool            `json:"boast"`
	Probability float64         `json:"probability"`
	Kind        string          `json:"kind"`
	Why         []string        `json:"why"`
	Suggestion  string          `json:"suggestion"`
	Error       string          `json:"error,omitempty"`
}

// checkLines judges each line of standard input. A line that cannot be judged says why, and the rest goes on.
func checkLines(cmd *cobra.Command, lang string) error {
	p := cli.Printer(cmd)
	in, out := bufio.NewReaderSize(cmd.InOrStdin(), 1<<16), bufio.NewWriter(cmd.OutOrStdout())
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	rejected := false
	for number := 1; ; number++ {
		line, long, err := readLine(in)
		if err != nil && err != io.EOF {
			return fault.Wrap(err, fault.Invalid, "Standard input cannot be read.")
		}
		if len(bytes.TrimSpace(line)) > 0 || long {
			verdict := judgeLine(line, lang, p.T)
			if long {
				verdict.Error = p.T("At most %d characters can be checked at once.", praise.LongestDraft)
			}
			if verdict.Error != "" {
				rejected = true
				verdict.Error = p.T("line %d: %s", number, verdict.Error)
			}
			if err := encoder.Encode(verdict); err != nil {
				return fault.Wrap(err, fault.Unavailable, "Standard output cannot be written.")
			}
		}
		if err == io.EOF {
			break
		}
	}
	if err := out.Flush(); err != nil {
		return fault.Wrap(err, fault.Unavailable, "Standard output cannot be written.")
	}
	if rejected {
		return cli.Exit(cli.ExitRejected)
	}
	return nil
}

// readLine reads a line; of one that is too long only that it is, so that no input fills the memory.
func readLine(in *bufio.Reader) (line []byte, long bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if long = long || len(line)+len(part) > mostDraft; !long {
			line = append(line, part...)
		}
		if err != bufio.ErrBufferFull {
			return line, long, err
		}
	}
}

// judgeLine judges one line.
func judgeLine(line []byte, lang string, say func(key string, args ...any) string) lineVerdict {
	var in struct {
		ID   json.RawMessage `json:"id"`
		Text *string         `json:"text"`
		Lang string          `json:"lang"`
	}
	out := lineVerdict{ID: json.RawMessage("null"), Why: []string{}}
	if err := json.Unmarshal(line, &in); err != nil || in.Text == nil {
		out.Error = say("This is not an object with a text.")
		return out
	}
	if in.ID != nil {
		out.ID = in.ID
	}
	text := *in.Text
	if utf8.RuneCountInString(text) > praise.LongestDraft {
		out.Error = say("At most %d characters can be checked at once.", praise.LongestDraft)
		return out
	}
	if lang == "" && slices.Contains(boast.Languages, in.Lang) {
		lang = in.Lang
	}
	if lang == "" {
		lang = boast.LanguageOf(text)
	}
	strongest := boast.Whole(text, lang)
	out.Boast, out.Probability, out.Kind = strongest.Boast, strongest.Probability, string(strongest.Kind)
	for _, reason := range strongest.Why {
		out.Why = append(out.Why, say(string(reason)))
	}
	if strongest.Suggestion != "" {
		out.Suggestion = say(string(strongest.Suggestion))
	}
	return out
}
