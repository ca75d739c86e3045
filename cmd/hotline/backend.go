package main

import (
	"fmt"
	"net"

	"github.com/spf13/cobra"

	backend "hotline/demo"
)

func demoBackendCommand() *cobra.Command {
	var listen, db string
	cmd := &cobra.Command{
		Use:   "demo-backend",
		Short: "The demonstration company's orders, returns and refunds, over HTTP",
		Long: `Demo-backend serves the records of the demonstration company. Its bot uses them
when the server runs with SHOP_BACKEND set to this address; without it the bot
uses the few records that come with it.`,
		Example: "  hotline demo-backend --listen 127.0.0.1:8090 &\n  SHOP_BACKEND=http://127.0.0.1:8090 hotline serve",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ln, err := net.Listen("tcp", listen)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "http  http://%s\n", ln.Addr())
			return backend.Serve(cmd.Context(), ln, db)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8090", "listen here: host:port")
	cmd.Flags().StringVar(&db, "db", ":memory:", "SQLite file; in memory, the records are new at each start")
	return cmd
}
