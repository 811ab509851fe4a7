package mailing

import (
	"context"
	"net/http"
	"strings"

	"gave.network/internal/id"
	"gave.network/internal/locale"
	"gave.network/internal/op"
	"gave.network/internal/room"
)

// Operations returns what can be done with mail to members.
func (s *Service) Operations() []op.Operation {
	return []op.Operation{
		op.New("mail.show", http.MethodGet, "/mail", op.Guest, "Say what comes to you by mail, and when.",
			func(ctx context.Context, v op.Viewer, _ op.None) (Choice, error) { return s.Show(ctx, v) }).
			With("By itself nothing comes by mail.", "gave mail show"),
		op.New("mail.set", http.MethodPost, "/mail", op.Guest, "Choose what comes to you by mail, and when.",
			func(ctx context.Context, v op.Viewer, in SetInput) (Choice, error) { return s.Set(ctx, v, in) }).
			With("One mail a day holds all of it. Left out, no topic comes, no words are in it, and no day is quiet; "+
				"hours that are left out stay.",
				"gave mail set --topics praise --topics asks --hour 8 --quiet-days saturday --quiet-days sunday"),
		op.New("mail.link", http.MethodPost, "/mail/links", op.Member,
			"Mail a link that you just made to whom it is for.",
			func(ctx context.Context, v op.Viewer, in LinkInput) (Mailed, error) {
				return s.MailLink(ctx, v, in.Secret)
			}).With("A link to answer an ask or an introduction, or to write praise. Each goes once, and only to the "+
			"address that you know of them.", "gave mail link SECRET").InParts(),
		op.New("mail.take", http.MethodPost, "/mail/answers/{mail}", op.Member,
			"Say what an answer by mail is: yes, no, knows, keep or words.",
			func(ctx context.Context, v op.Viewer, in TakeInput) (op.None, error) {
				return op.None{}, s.Take(ctx, v, in)
			}).
			With("Who has no account may answer a letter by mail. What is plainly a yes or a no is taken so; all "+
				"else waits "+
				"under For you until you say what it is. Words stay words.", "gave mail take 0190… yes").InParts(),
	}
}

// asWords says that an answer is neither of what it could be taken as.
const asWords room.Said = "words"

// TakeInput says what an answer by mail is.
type TakeInput struct {
	Mail id.ID     `json:"mail" arg:"1" doc:"the id of the answer by mail"`
	Said room.Said `json:"said" arg:"2" doc:"what it is" enum:"yes,no,knows,keep,words"`
}

// LinkInput says which link is mailed.
type LinkInput struct {
	Secret string `json:"secret" arg:"1" doc:"the secret of the link, as it was told when the link was made" maxLength:"100"`
}

// Text says to which address it was mailed.
func (m Mailed) Text(p *locale.Printer) string { return p.T("It was mailed to %s.", m.Address) + "\n" }

// SetInput is what a member wants by mail.
type SetInput struct {
	Topics     []room.Topic `json:"topics,omitempty" doc:"what comes by mail: praise, asks, introductions, thanks, outcomes, morning; none for nothing"`
	Words      bool         `json:"words,omitempty" doc:"the mail holds the words too, and not only who and what kind"`
	Hour       *int         `json:"hour,omitempty" doc:"the hour at which it goes, in your time zone"`
	QuietFrom  *int         `json:"quiet_from,omitempty" doc:"from this hour on none goes"`
	QuietUntil *int         `json:"quiet_until,omitempty" doc:"until this hour"`
	QuietDays  []Day        `json:"quiet_days,omitempty" doc:"days on which none goes, such as saturday"`
}

// Text says what comes by mail.
func (c Choice) Text(p *locale.Printer) string {
	var b strings.Builder
	for _, t := range c.Topics {
		b.WriteString(titleOf(p, t) + "\n")
	}
	if len(c.Topics) == 0 {
		b.WriteString(p.T("Nothing comes to you by mail.") + "\n")
	} else {
		b.WriteString(p.T("One mail a day, from %s on, to %s.", clock(c.Hour), c.Address) + "\n")
	}
	if c.Trouble != "" {
		b.WriteString(c.Trouble + "\n")
	}
	return b.String()
}
