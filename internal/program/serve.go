package program

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"gave.network/internal/app"
	"gave.network/internal/cli"
	"gave.network/internal/fault"
	"gave.network/internal/mcp"
	"gave.network/internal/op"
	"gave.network/internal/server"
)

func serveCommand() *cobra.Command {
	var (
		listen, public string
		proxies        []string
	)
	cmd := &cobra.Command{
		Use: "serve", Short: "Serve the pages, the API and the tools.", Args: cli.Exactly(0, ""), Example: "gave serve --listen 127.0.0.1:8086",
		Long: "On first use it prints a one-time link with which the owner comes in. Put a proxy with https before it when it listens on a network, " +
			"and say both with --public-url and --trusted-proxies: what a stranger claims about where they come from is not believed.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			front, err := server.NewFront(public, proxies)
			if err != nil {
				return err
			}
			flags := cli.FlagsOf(cmd)
			a, err := app.Open(cmd.Context(), app.Config{Data: flags.Data, Database: flags.Database})
			if err != nil {
				return err
			}
			defer a.Close()
			s := server.New(a, cli.Version().Version)
			s.Front = front
			return s.Serve(cmd.Context(), listen, cmd.OutOrStdout(), flags.Lang)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8086", "Address to listen on.")
	cmd.Flags().StringVar(&public, "public-url", "", "Address under which others reach the server, such as https://gave.example.")
	cmd.Flags().StringSliceVar(&proxies, "trusted-proxies", nil, "Addresses or networks of proxies whose X-Forwarded headers are believed; none without this.")
	return cmd
}

func mcpCommand() *cobra.Command {
	scope := ""
	cmd := &cobra.Command{
		Use: "mcp", Short: "Offer the operations as tools to an assistant, over standard input and output.", Args: cli.Exactly(0, ""), Example: "gave mcp --scope read",
		Long: "The assistant may read and write. With --scope govern it may also erase, take back and change who may do what; each such call asks you first.",
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
			return mcp.ServeStdio(cmd.Context(), mcp.Server(session.Registry, viewer, mcp.Info{Version: cli.Version().Version, Reach: reach}))
		},
	}
	cmd.Flags().StringVar(&scope, "scope", op.Write.String(), "How far the assistant reaches: read, write or govern.")
	return cmd
}

// now returns the viewer with the present moment, for work that goes on for long.
func now(v op.Viewer) op.Viewer {
	v.Now = time.Now()
	return v
}
