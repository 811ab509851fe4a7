// Package lab measures what Gave promises, and makes the fictional worlds and learns the weights that it takes. No part
// of it is linked into the product.
package lab

import (
	"context"
	"net/http"

	"github.com/spf13/cobra"

	"gave.network/internal/app"
	"gave.network/internal/cli"
	"gave.network/internal/op"
	"gave.network/internal/room"
)

// New returns the commands of the laboratory. They take the words and flags that they had when they were part of the
// product.
func New() *cobra.Command {
	registry := &op.Registry{}
	registry.Group(room.Principles(app.Rooms())...)
	registry.Add(Operations()...)
	return cli.New(cli.Program{
		Name: "gave-lab", Short: "Make fictional worlds, and measure what Gave promises",
		Open: func(context.Context, cli.Flags) (cli.Session, error) {
			return cli.Session{Registry: registry, Viewer: op.Viewer{Role: op.Owner}}, nil
		},
		Registry: registry, Extra: []*cobra.Command{
			worldCommand(), identityCommand(), galleryCommand(), tiesCommand(),
			rebuildCommand(), recordsCommand(),
		},
	})
}

// Operations returns what can be measured.
func Operations() []op.Operation {
	return []op.Operation{
		op.New("ask.evaluate", http.MethodPost, "/asks/evaluate", op.Member,
			"Measure on the archive of a mailing list how well routing foretells who answers.", evaluateAsking).
			With("It goes forward through the threads: an ask is the first mail of a thread that somebody else "+
				"answered, and only what was before it is used. "+
				"Nothing is stored.", "gave-lab ask evaluate r-sig-mixed-models.mbox --from 2010-01-01").
			Local().Computing(),
		op.New("give.evaluate", http.MethodPost, "/give/evaluate", op.Member,
			"Measure the tracing on fictional worlds.", evaluateTracing).
			With("The tracer knows the ties that Gave makes of the files of each world, and gifts and returns go in "+
				"several ways, in some of which nothing comes back: how often the true path is among the first three, "+
				"how much is unexplained, and how often chance is mistaken for more.",
				"gave-lab give evaluate --worlds 5 --ledgers 4").Local().Computing(),
		op.New("goodwill.favours", http.MethodPost, "/goodwill/favours", op.Member,
			"Measure the chances on answers to favours in fictional worlds.", measureGoodwill).
			With("The people of the worlds decide in another way than Gave thinks: they keep a book of what they owe, "+
				"have busy weeks and bad months. Each answer is foretold from what was known before it, beside the "+
				"share of yes, the person's own, recency and the count of contacts.",
				"gave-lab goodwill favours --worlds 12").Local().Computing(),
		op.New("goodwill.replies", http.MethodPost, "/goodwill/replies", op.Member,
			"Measure the chances on the archive of a mailing list.", measureReplies).
			With("Who wrote to the list before an ask, and had exchanged mail with the asker: did they answer? It "+
				"walks forward, and the later half counts.",
				"gave-lab goodwill replies archive.mbox").Local().Computing(),
		op.New("goodwill.rhythm", http.MethodPost, "/goodwill/rhythm", op.Member,
			"Measure how well drifting apart is foreseen, on records of contacts.", measureRhythm).
			With("Beside silence alone, and a hazard learnt from the other records that are named.",
				"gave-lab goodwill rhythm contacts.csv archive.mbox").
			Local().Computing(),
		op.New("horizon.evaluate", http.MethodPost, "/horizon/evaluate", op.Member,
			"Measure whom of those whom Gave proposes to get to know people met later, on records of contacts.",
			measureMeeting).
			With("Beside the neighbours in common, weighed after Adamic & Adar. It knows the first three quarters of "+
				"all contacts, and looks at the last.", "gave-lab horizon evaluate contacts.csv").Local().Computing(),
		op.New("horizon.friends", http.MethodPost, "/horizon/friends", op.Member,
			"Measure how well ties tell whom people call a friend.", measureFriends).
			With("Beside the number of contacts alone.",
				"gave-lab horizon friends edges.csv --contact messages --friend acquaintance_t2 --least 4").
			Local().Computing(),
		op.New("today.month", http.MethodPost, "/today/month", op.Member,
			"Walk a month in a fictional world, in which every move is done on its day.", walkMonth).
			With("It prints what Today proposed on each day, and whether all principles came by.",
				"gave-lab today month --seed 3").Local().Computing(),
		op.New("judge", http.MethodPost, "/judge", op.Member,
			"Print what Today proposes on the first day in fresh worlds, for a human to judge.", judge).
			With("Each move with its reason, the line to send and the rule by which it came.",
				"gave-lab judge --worlds 20").Local().Computing(),
	}
}
