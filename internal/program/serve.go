package program

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"gave.network/internal/account"
	"gave.network/internal/app"
	"gave.network/internal/cli"
	"gave.network/internal/config"
	"gave.network/internal/fault"
	"gave.network/internal/fetch"
	"gave.network/internal/mailing/incoming"
	"gave.network/internal/mcp"
	"gave.network/internal/op"
	"gave.network/internal/post"
	"gave.network/internal/server"
	"gave.network/internal/source/oauth"
)

func serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "serve", Short: "Serve the pages, the API and the tools.", Args: cli.Exactly(0, ""),
		Example: "gave serve --listen 127.0.0.1:8086",
		Long: "On first use it prints a one-time link with which the owner comes in. Put a proxy with https before " +
			"it when it listens on a network, " +
			"and say both with --public-url and --trusted-proxies: what a stranger claims about where they come from " +
			"is not believed. Every flag here can also stand in a file or in the environment: gave config says how.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := cli.CheckSettings(cmd); err != nil {
				return err
			}
			settings := cli.Settings(cmd)
			front, err := server.NewFront(settings.Text(config.PublicURL),
				config.Split(settings.Text(config.TrustedProxies)))
			if err != nil {
				return err
			}
			flags := cli.FlagsOf(cmd)
			a, err := app.Open(cmd.Context(), app.Config{Data: flags.Data, Database: flags.Database})
			if err != nil {
				return err
			}
			defer a.Close()
			if err := a.SeatMembers(cmd.Context()); err != nil {
				return err
			}
			s := server.New(a, cli.Version().Version)
			s.Front = front
			a.Intake.MostUpload, s.Limits.Form, s.Limits.Stall = settings.Bytes(config.UploadLimit),
				settings.Bytes(config.FormLimit), settings.Duration(config.Patience)
			networks, err := config.ParseNetworks(config.Split(settings.Text(config.CalendarNetworks)))
			if err != nil {
				return err
			}
			s.Drain = settings.Duration(config.Drain)
			a.Intake.TrustCalendars(networks)
			a.Source.Trust(networks)
			a.News.Trust(networks)
			a.Webhook.Trust(networks)
			if err := mailBy(a, settings, front); err != nil {
				return err
			}
			if err := openIDBy(a, settings); err != nil {
				return err
			}
			if err := mailboxesBy(a, settings); err != nil {
				return err
			}
			if err := answersIn(a, settings, networks); err != nil {
				return err
			}
			if err := receive(a, s, settings); err != nil {
				return err
			}
			return s.Serve(cmd.Context(), settings.Text(config.Listen), cmd.OutOrStdout(), flags.Lang)
		},
	}
	cli.AddServingFlags(cmd)
	return cmd
}

func mcpCommand() *cobra.Command {
	scope, all := "", false
	cmd := &cobra.Command{
		Use: "mcp", Short: "Offer the operations as tools to an assistant, over standard input and output.",
		Args: cli.Exactly(0, ""), Example: "gave mcp --scope read",
		Long: "The assistant may read and write. With --scope govern it may also erase, take back and change who may " +
			"do what; each such call asks you first. It is shown the tools of every day, and finds the others " +
			"itself; with --all each is a tool of its own.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			reach, ok := op.ParseReach(scope)
			if !ok {
				return fault.New(fault.Usage, "A token is for read, write or govern.").WithField("scope")
			}
			session, err := cli.Open(cmd)
			if err != nil {
				return err
			}
			viewer := func(context.Context) (op.Viewer, error) {
				v := now(session.Viewer)
				v.Reach = reach
				return v, nil
			}
			return mcp.ServeStdio(cmd.Context(),
				mcp.Server(session.Registry, viewer, mcp.Info{Version: cli.Version().Version, Reach: reach, All: all}))
		},
	}
	cmd.Flags().StringVar(&scope, "scope", op.Write.String(), "How far the assistant reaches: read, write or govern.")
	cmd.Flags().BoolVar(&all, "all", false, "Offer every operation as a tool of its own.")
	return cmd
}

// now returns the viewer with the present moment, for work that goes on for long.
func now(v op.Viewer) op.Viewer {
	v.Now = time.Now()
	return v
}

// receive takes mail in by SMTP, where an address to listen on is set.
func receive(a *app.App, s *server.Server, settings *config.Settings) error {
	at, domain := settings.Text(config.MailReceive), settings.Text(config.MailDomain)
	if at == "" {
		return nil
	}
	if domain == "" {
		return fault.New(fault.Usage, "Mail is to come in, and no domain is set.").WithHint("Say it with " +
			"--mail-domain.")
	}
	listener, err := net.Listen("tcp", at)
	if err != nil {
		return fault.Wrap(err, fault.Usage, "Nothing can listen on %s for mail.", at)
	}
	a.ReceiveAt(domain)
	s.Mail = listener
	a.Receiver.Certificate, err = certificateFor(a.Config.Data, domain, settings)
	return err
}

// certificateFor is by which mail that comes in is encrypted: the one that was set, or else one that Gave makes itself.
func certificateFor(data, domain string, settings *config.Settings) (*incoming.Certificate, error) {
	certificate, key := settings.Text(config.MailCertificate), settings.Text(config.MailKey)
	switch {
	case certificate == "" && key == "":
		slog.Info("mail that comes in is encrypted with a certificate of our own",
			"file", filepath.Join(data, incoming.OwnCertificateName))
		return incoming.OwnCertificate(data, domain)
	case certificate == "" || key == "":
		return nil, fault.New(fault.Usage, "For mail that comes in a certificate is set without its key, or a key "+
			"without its certificate.").
			WithHint("Say both --mail-certificate and --mail-key; the key may stand in the same file.")
	}
	slog.Info("mail that comes in is encrypted", "certificate", certificate)
	return incoming.FileCertificate(certificate, key)
}

// answersIn lets letters be answered by mail, where the mailbox is set to which answers come.
func answersIn(a *app.App, settings *config.Settings, networks []netip.Prefix) error {
	text := settings.Text(config.MailInbox)
	if text == "" {
		return nil
	}
	at, err := config.ParseMailInbox(text)
	if err != nil {
		return err
	}
	if settings.Text(config.MailServer) == "" {
		return fault.New(fault.Usage, "A mailbox for answers is set, and no mail server.").
			WithHint("Say both --mail-server and --mail-from.")
	}
	from, err := config.ParseMailFrom(settings.Text(config.MailFrom))
	if err != nil {
		return err
	}
	a.AnswersIn(at, from.Address, &fetch.Server{
		Step: settings.Duration(config.Patience),
		Trusted: func(at netip.AddrPort) bool {
			return at.Addr().IsLoopback() ||
				slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(at.Addr()) })
		},
	})
	return nil
}

// mailBy lets the app send mail, where a mail server is set.
func mailBy(a *app.App, settings *config.Settings, front server.Front) error {
	text := settings.Text(config.MailServer)
	if text == "" {
		return nil
	}
	at, err := config.ParseMailServer(text)
	if err != nil {
		return err
	}
	if settings.Text(config.MailFrom) == "" {
		return fault.New(fault.Usage, "A mail server is set, and no address to send from.").
			WithHint("Say it with --mail-from.")
	}
	from, err := config.ParseMailFrom(settings.Text(config.MailFrom))
	if err != nil {
		return err
	}
	by, err := post.New(at, from)
	if err != nil {
		return fault.Wrap(err, fault.Usage, "The address of the mail server cannot be read.")
	}
	base := ""
	if front.Public != nil {
		base = front.Public.String()
	}
	a.MailBy(by, base)
	return nil
}

// openIDBy lets members come in by a provider of sign-ins, where one is set.
func openIDBy(a *app.App, settings *config.Settings) error {
	issuer, client := settings.Text(config.OpenIDIssuer), settings.Text(config.OpenIDClient)
	if issuer == "" {
		return nil
	}
	if client == "" {
		return fault.New(fault.Usage, "A provider of sign-ins is set, and not what Gave is called there.").
			WithHint("Say it with --openid-client.")
	}
	at, err := url.Parse(issuer)
	if err != nil {
		return fault.Wrap(err, fault.Usage, "%q is not the address of a provider of sign-ins.", issuer)
	}
	domains, err := config.ParseDomains(config.Split(settings.Text(config.OpenIDDomains)))
	if err != nil {
		return err
	}
	a.Account.ProvideBy(account.Provider{
		Issuer: issuer, Client: client, Secret: settings.Text(config.OpenIDSecret),
		Name: cmp.Or(settings.Text(config.OpenIDName), at.Hostname()), Domains: domains,
	})
	return nil
}

// mailboxesBy lets members connect mailboxes by signing in at the providers at which Gave is registered.
func mailboxesBy(a *app.App, settings *config.Settings) error {
	var list []*oauth.Provider
	if client := settings.Text(config.GoogleClient); client != "" {
		list = append(list, oauth.NewGoogle(client, settings.Text(config.GoogleSecret)))
	}
	if client := settings.Text(config.MicrosoftClient); client != "" {
		list = append(list, oauth.NewMicrosoft(client, settings.Text(config.MicrosoftSecret)))
	}
	if issuer := settings.Text(config.OAuthIssuer); issuer != "" {
		at, err := url.Parse(issuer)
		if err != nil || settings.Text(config.OAuthClient) == "" || settings.Text(config.OAuthServer) == "" {
			return fault.New(fault.Usage, "A provider of mail is set, and not what Gave is called there or where its "+
				"mail server is.").WithHint("Say both --oauth-client and --oauth-server.")
		}
		list = append(list, oauth.NewOther(issuer, settings.Text(config.OAuthClient), settings.Text(config.OAuthSecret),
			cmp.Or(settings.Text(config.OAuthName), at.Hostname()), settings.Text(config.OAuthServer),
			config.Split(settings.Text(config.OAuthScopes))))
	}
	base := ""
	if public, err := config.ParsePublicURL(settings.Text(config.PublicURL)); err == nil {
		base = public.String()
	}
	a.Source.ConnectBy(base, list)
	return nil
}
