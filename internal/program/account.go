package program

import (
	"strings"

	"github.com/spf13/cobra"

	"gave.network/internal/account"
	"gave.network/internal/app"
	"gave.network/internal/cli"
	"gave.network/internal/config"
	"gave.network/internal/locale"
)

// accountCommand helps who cannot come in any more. Whoever can read the data may do so; nobody may from elsewhere.
func accountCommand() *cobra.Command {
	unlock := &cobra.Command{
		Use: "unlock ADDRESS", Short: "Take the second step off an account whose owner lost it.",
		Args: cli.Exactly(1, "ADDRESS"), Example: "gave account unlock anna@example.org",
		Long: "The app, and the recovery codes, count no more; passkeys stay. The password is not changed. Be sure " +
			"who asks you for it: call them.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAccounts(cmd, func(a *app.App) error {
				before, err := a.Account.Unlock(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return cli.Print(cmd, unlocked{before})
			})
		},
	}
	link := &cobra.Command{
		Use: "link ADDRESS", Short: "Make a link with which the owner of an account chooses a new password.",
		Args: cli.Exactly(1, "ADDRESS"), Example: "gave account link anna@example.org",
		Long: "It works once, for an hour, and all sessions and tokens of the account end then. Give it to nobody " +
			"else. A second step stays.",
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAccounts(cmd, func(a *app.App) error {
				secret, err := a.Account.ResetLink(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				base := strings.TrimRight(cli.Settings(cmd).Text(config.PublicURL), "/")
				return cli.Print(cmd, newLink{base + "/reset/new?link=" + secret})
			})
		},
	}
	cmd := &cobra.Command{Use: "account", Short: "Help who cannot come in any more."}
	cmd.AddCommand(unlock, link)
	return cmd
}

func withAccounts(cmd *cobra.Command, do func(a *app.App) error) error {
	a, err := openThere(cmd)
	if err != nil {
		return err
	}
	defer a.Close()
	return do(a)
}

// unlocked says what was taken off.
type unlocked struct {
	Before account.StepInfo `json:"before" doc:"the second step as it was"`
}

// Text says it in a sentence.
func (u unlocked) Text(p *locale.Printer) string {
	if !u.Before.On {
		return p.T("No second step was asked for. Attempts are forgotten.") + "\n"
	}
	return p.T("The second step is off. The password is as it was.") + "\n"
}

// newLink is a link to choose a password with.
type newLink struct {
	Link string `json:"link" doc:"below the address of the server, or whole where the settings say that address"`
}

// Text prints the link.
func (l newLink) Text(p *locale.Printer) string {
	return p.T("Open this in the browser, below the address of the server. It works once, for an hour:") + "\n  " +
		l.Link + "\n"
}
