package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"gave.network/internal/cli"
	"gave.network/internal/fault"
	"gave.network/lab/gallery"
)

// galleryCommand serves the gallery until it is stopped.
func galleryCommand() *cobra.Command {
	listen := ""
	cmd := &cobra.Command{
		Use: "gallery", Short: "Show every component of the pages, each on a page of its own.",
		Args:        cli.Exactly(0, ""),
		Annotations: map[string]string{cli.NoData: ""},
		Long: "With made-up content, in each language, with names as people have them and with the longest. " +
			"What is shown stands in the address: lang=nl, names=long, theme=dark.",
		Example: "gave-lab gallery --listen 127.0.0.1:7072",
		RunE: func(cmd *cobra.Command, _ []string) error {
			place, err := net.Listen("tcp", listen)
			if err != nil {
				return fault.Wrap(err, fault.Unavailable, "The address %s cannot be listened on.", listen)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "http://%s/\n", place.Addr())
			server := &http.Server{Handler: gallery.Handler(), ReadHeaderTimeout: 10 * time.Second}
			stop := context.AfterFunc(cmd.Context(), func() { server.Close() })
			defer stop()
			if err := server.Serve(place); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:7072", "Address to listen on.")
	return cmd
}
