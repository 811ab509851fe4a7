package mcp

import (
	"context"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"gave.network/internal/fault"
	"gave.network/internal/locale"
)

// prompt is a request that a user chooses from a list instead of writing it.
type prompt struct {
	name, title, about string
	argument, explains string       // what it asks for; empty for nothing
	missing            *fault.Error // said when that is not given
	needs              string       // the operation without which it makes no sense
	words              func(p *locale.Printer, argument string) string
}

var prompts = []prompt{
	{
		name: "prepare_gathering", title: "Prepare my drinks, fair or meeting",
		about:    "Who will be there, what occupies them, what you could give and what you dare to ask.",
		needs:    "people.show",
		argument: "gathering", explains: "what, where and when it is, and who comes if you know that",
		missing: fault.New(fault.Usage, "Say what, where and when it is, and who comes if you know that."),
		words: func(p *locale.Printer, argument string) string {
			return p.T("I am going to this: %s. Prepare me with what Gave knows. Look up each person whom I name and, "+
				"when I name an organisation or a place, whom I know there. Say of each in two lines how we know "+
				"one another and what occupies them, and one small thing that I could give. Then say whom I could"+
				" introduce to whom there, and one thing that I could ask. Bring up nothing delicate, and nothing"+
				" that somebody told only me of another. Store nothing.", argument)
		},
	},
	{
		name: "give_today", title: "What shall I give today?",
		about: "The smallest gifts that help most, each with a line that you can send.", needs: "give.effortless",
		words: func(p *locale.Printer, _ string) string {
			return p.T("What shall I give today? Look at today and at what takes little effort. Choose at most three " +
				"gifts, for three people, say why each and why now, and write for each a line that I can send, in" +
				" the language in which that person and I write. Expect nothing back in it. Note a gift only " +
				"after I say that I gave it.")
		},
	},
	{
		name: "who_can_help", title: "Who can help with …?",
		about: "Who is able and willing, who can bring you there, and a draft of the ask.", needs: "ask.route",
		argument: "need", explains: "what you need help with",
		missing: fault.New(fault.Usage, "Say what you need help with."),
		words: func(p *locale.Printer, argument string) string {
			return p.T("Who can help me with this: %s? Find who is most likely able and willing, of whom I know and "+
				"of whom they know. Of the best three say why, whether I asked them something lately, and who can "+
				"bring me to them. Then write a short ask to the first: clear, and easy to decline. Send nothing.",
				argument)
		},
	},
}

// mostArgument is the length of what a user may add to a prompt, in bytes.
const mostArgument = 4000

// addPrompts adds those of which there is something to say.
func (f *face) addPrompts(server *mcp.Server) {
	for _, p := range prompts {
		if _, known := f.reached(p.needs); !known {
			continue
		}
		described := &mcp.Prompt{Name: p.name, Title: p.title, Description: p.about}
		if p.argument != "" {
			described.Arguments = []*mcp.PromptArgument{{Name: p.argument, Description: p.explains, Required: true}}
		}
		server.AddPrompt(described,
			func(ctx context.Context, request *mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
				v, err := f.who(ctx, request.Extra)
				if err != nil {
					return nil, f.refused(ctx, p.name, err, v)
				}
				argument := strings.TrimSpace(request.Params.Arguments[p.argument])
				if p.argument != "" && (argument == "" || len(argument) > mostArgument) {
					return nil, f.refused(ctx, p.name, p.missing, v)
				}
				return &mcp.GetPromptResult{Description: p.title, Messages: []*mcp.PromptMessage{{
					Role: "user", Content: &mcp.TextContent{Text: p.words(v.Printer(), argument)},
				}}}, nil
			})
	}
}
