package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"hotline"
	"hotline/auth"
)

// commandLine is who acts at the command line: whoever may write the data folder
// may do everything.
var commandLine = hotline.Identity{User: "command line", Role: hotline.RoleAdmin}

// people are the flags of the commands that change who may do what.
type people struct {
	file, data string
	json       bool
}

func (p *people) flags(cmd *cobra.Command) {
	f := cmd.PersistentFlags()
	f.StringVarP(&p.file, "config", "c", "", "configuration file")
	f.StringVar(&p.data, "data", "", "data folder; users live in its file "+auth.Database)
	f.BoolVar(&p.json, "json", false, "print JSON")
}

// on gives do the directory of the data folder.
func (p *people) on(cmd *cobra.Command, do func(ctx context.Context, d *auth.Directory, c Config) error) error {
	c, err := loadConfig(p.file)
	if err != nil {
		return err
	}
	if p.data != "" {
		c.Data = p.data
	}
	d, err := auth.Open(cmd.Context(), c.usersFile(), auth.Config{})
	if err != nil {
		return err
	}
	defer d.Close()
	return do(cmd.Context(), d, c)
}

// print shows v as JSON, or as people read it.
func (p *people) print(out io.Writer, v any, people func(w io.Writer)) error {
	if p.json {
		return printJSON(out, v)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	people(w)
	return w.Flush()
}

func userCommand() *cobra.Command {
	p := &people{}
	cmd := &cobra.Command{
		Use:   "user",
		Short: "The people who sign in: agents, supervisors, administrators",
		Long: `User works on the people who sign in. It needs no server, and a running one sees
each change within a second. Roles: an agent takes calls and sees their own, a
supervisor sees and acts on every call, an admin also makes users. Customers have
no account.

The first administrator may also come in by the link that serve prints at its
first start.`,
		Example: `  hotline user add anna --role agent --agent agent-1 --name "Anna Berg"
  hotline user add root --role admin --link
  hotline user passwd anna
  hotline user disable anna`,
	}
	p.flags(cmd)
	cmd.AddCommand(p.addUser(), p.listUsers(), p.setUser(), p.passwd(), p.link(),
		p.enable("disable", "End a user's sessions and let them in no more", true), p.enable("enable", "Let a disabled user in again", false), p.removeUser())
	return cmd
}

func (p *people) addUser() *cobra.Command {
	var u hotline.User
	var link, stdin bool
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Add a user; the password comes from the terminal, stdin, HOTLINE_PASSWORD, or they choose it by a link", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			u.ID = args[0]
			password := ""
			if !link {
				var err error
				if password, err = readPassword(cmd, stdin); err != nil {
					return err
				}
			}
			return p.on(cmd, func(ctx context.Context, d *auth.Directory, c Config) error {
				made, err := d.Add(ctx, commandLine, u, password)
				if err != nil {
					return plain(err)
				}
				if !link {
					return p.print(cmd.OutOrStdout(), made, func(w io.Writer) { fmt.Fprintf(w, "%s may sign in as %s\n", made.ID, made.Role) })
				}
				return p.printLink(ctx, cmd, d, c, made.ID)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar((*string)(&u.Role), "role", "agent", "agent, supervisor or admin")
	f.StringVar((*string)(&u.Agent), "agent", "", "which agent of the desk they are: agent-1")
	f.StringVar(&u.Name, "name", "", "the name that others see")
	f.StringVar(&u.Language, "language", "", "of their pages: en or zh")
	f.StringSliceVar(&u.Skills, "skills", nil, "billing,zh")
	f.BoolVar(&link, "link", false, "print a one-time link by which they choose a password")
	f.BoolVar(&stdin, "password-stdin", false, "read the password from the first line of stdin")
	return cmd
}

func (p *people) listUsers() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "All users", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.on(cmd, func(ctx context.Context, d *auth.Directory, _ Config) error {
				all, err := d.Users(ctx)
				if err != nil {
					return err
				}
				return p.print(cmd.OutOrStdout(), all, func(w io.Writer) {
					if len(all) == 0 {
						fmt.Fprintln(w, "There are no users: `hotline user add NAME --role admin`, or the link that `hotline serve` prints.")
						return
					}
					fmt.Fprintln(w, "USER\tNAME\tROLE\tAGENT\tSTATE")
					for _, u := range all {
						state := "may sign in"
						switch {
						case u.Disabled:
							state = "disabled"
						case !u.Password:
							state = "no password yet"
						}
						fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", u.ID, u.Name, u.Role, u.Agent, state)
					}
				})
			})
		},
	}
}

func (p *people) setUser() *cobra.Command {
	var name, role, agent, language string
	var skills []string
	cmd := &cobra.Command{
		Use: "set NAME", Short: "Change a user's role, agent, name, language or skills", Args: cobra.ExactArgs(1),
		Example: "  hotline user set anna --role supervisor",
		RunE: func(cmd *cobra.Command, args []string) error {
			var c hotline.UserChange
			given := cmd.Flags().Changed
			if given("name") {
				c.Name = &name
			}
			if given("role") {
				c.Role = (*hotline.Role)(&role)
			}
			if given("agent") {
				c.Agent = (*hotline.AgentID)(&agent)
			}
			if given("language") {
				c.Language = &language
			}
			if given("skills") {
				c.Skills = &skills
			}
			return p.change(cmd, args[0], c)
		},
	}
	f := cmd.Flags()
	f.StringVar(&role, "role", "", "agent, supervisor or admin")
	f.StringVar(&agent, "agent", "", "which agent of the desk they are; empty is none")
	f.StringVar(&name, "name", "", "the name that others see")
	f.StringVar(&language, "language", "", "of their pages: en or zh")
	f.StringSliceVar(&skills, "skills", nil, "billing,zh")
	return cmd
}

func (p *people) change(cmd *cobra.Command, id string, c hotline.UserChange) error {
	return p.on(cmd, func(ctx context.Context, d *auth.Directory, _ Config) error {
		u, err := d.Change(ctx, commandLine, id, c)
		if err != nil {
			return plain(err)
		}
		return p.print(cmd.OutOrStdout(), u, func(w io.Writer) {
			state := ""
			if u.Disabled {
				state = ", disabled"
			}
			fmt.Fprintf(w, "%s: %s%s\n", u.ID, u.Role, state)
		})
	})
}

func (p *people) passwd() *cobra.Command {
	var stdin bool
	cmd := &cobra.Command{
		Use: "passwd NAME", Short: "Set a user's password; ends their sessions", Args: cobra.ExactArgs(1),
		Example: "  hotline user passwd anna\n  pwgen 16 1 | tee /dev/tty | hotline user passwd anna --password-stdin",
		RunE: func(cmd *cobra.Command, args []string) error {
			password, err := readPassword(cmd, stdin)
			if err != nil {
				return err
			}
			return p.change(cmd, args[0], hotline.UserChange{Password: &password})
		},
	}
	cmd.Flags().BoolVar(&stdin, "password-stdin", false, "read the password from the first line of stdin")
	return cmd
}

func (p *people) link() *cobra.Command {
	return &cobra.Command{
		Use: "link NAME", Short: "Print a one-time link by which a user chooses a password", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.on(cmd, func(ctx context.Context, d *auth.Directory, c Config) error {
				return p.printLink(ctx, cmd, d, c, args[0])
			})
		},
	}
}

func (p *people) printLink(ctx context.Context, cmd *cobra.Command, d *auth.Directory, c Config, id string) error {
	l, err := d.Link(ctx, commandLine, id)
	if err != nil {
		return plain(err)
	}
	url := baseURL(c) + "/setup#" + l.Secret
	return p.print(cmd.OutOrStdout(), map[string]any{"user": l.User, "link": url, "ends": l.Ends}, func(w io.Writer) { fmt.Fprintln(w, url) })
}

func (p *people) enable(use, short string, disabled bool) *cobra.Command {
	return &cobra.Command{
		Use: use + " NAME", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.change(cmd, args[0], hotline.UserChange{Disabled: &disabled})
		},
	}
}

func (p *people) removeUser() *cobra.Command {
	return &cobra.Command{
		Use: "remove NAME", Short: "Remove a user; what they did stays in the audit", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.on(cmd, func(ctx context.Context, d *auth.Directory, _ Config) error {
				return plain(d.Remove(ctx, commandLine, args[0]))
			})
		},
	}
}

func tokenCommand() *cobra.Command {
	p := &people{}
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Tokens that let programs use the API",
		Long: `Token works on what lets programs in. A token has a role, as a person has; a
running server knows it within a second, and forgets it as fast. It is shown
once, when it is made.`,
		Example: `  TOKEN=$(hotline token add reports --role supervisor)
  curl -H "Authorization: Bearer $TOKEN" 127.0.0.1:8080/api/v1/calls
  hotline token list && hotline token remove ID`,
	}
	p.flags(cmd)
	var t hotline.Token
	var life time.Duration
	add := &cobra.Command{
		Use: "add NAME", Short: "Make a token and print it, once", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t.Name = args[0]
			if life > 0 {
				t.Ends = time.Now().Add(life)
			}
			return p.on(cmd, func(ctx context.Context, d *auth.Directory, _ Config) error {
				made, err := d.AddToken(ctx, commandLine, t)
				if err != nil {
					return plain(err)
				}
				return p.print(cmd.OutOrStdout(), made, func(w io.Writer) { fmt.Fprintln(w, made.Secret) })
			})
		},
	}
	add.Flags().StringVar((*string)(&t.Role), "role", "agent", "agent, supervisor or admin")
	add.Flags().StringVar((*string)(&t.Agent), "agent", "", "of the role agent: whose calls it sees")
	add.Flags().DurationVar(&life, "for", 0, "how long it lasts, such as 720h; 0 is until it is removed")
	list := &cobra.Command{
		Use: "list", Short: "All tokens, without their secrets", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.on(cmd, func(ctx context.Context, d *auth.Directory, _ Config) error {
				all, err := d.Tokens(ctx)
				if err != nil {
					return err
				}
				return p.print(cmd.OutOrStdout(), all, func(w io.Writer) {
					fmt.Fprintln(w, "ID\tNAME\tROLE\tAGENT\tMADE BY\tLAST USED\tENDS")
					for _, t := range all {
						fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, t.Name, t.Role, t.Agent, t.By, date(t.Used, "never"), date(t.Ends, "never"))
					}
				})
			})
		},
	}
	remove := &cobra.Command{
		Use: "remove ID", Short: "End a token at once", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.on(cmd, func(ctx context.Context, d *auth.Directory, _ Config) error {
				return plain(d.RemoveToken(ctx, commandLine, args[0]))
			})
		},
	}
	cmd.AddCommand(add, list, remove)
	return cmd
}

func date(t time.Time, none string) string {
	if t.IsZero() {
		return none
	}
	return t.Local().Format("2006-01-02 15:04")
}

// plain is an error in its own words, for who sits at the terminal.
func plain(err error) error {
	if e, ok := errors.AsType[*hotline.Error](err); ok {
		return errors.New(e.Message)
	}
	return err
}

// readPassword asks for a password: on stdin, in the environment, or twice at the
// terminal.
func readPassword(cmd *cobra.Command, stdin bool) (string, error) {
	if stdin {
		line, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	if p := os.Getenv("HOTLINE_PASSWORD"); p != "" {
		return p, nil
	}
	fd := int(os.Stdin.Fd())
	if !term.IsTerminal(fd) {
		return "", usage(cmd, errors.New("no password: give --password-stdin, HOTLINE_PASSWORD or --link, or ask at a terminal"))
	}
	ask := func(what string) (string, error) {
		fmt.Fprint(cmd.ErrOrStderr(), what)
		b, err := term.ReadPassword(fd)
		fmt.Fprintln(cmd.ErrOrStderr())
		return string(b), err
	}
	first, err := ask("Password: ")
	if err != nil {
		return "", err
	}
	if again, err := ask("Again: "); err != nil || again != first {
		return "", errors.Join(err, errors.New("the two are not the same"))
	}
	return first, nil
}

// baseURL is where the server of the data folder is, or will be, found.
func baseURL(c Config) string {
	if c.HTTP.URL != "" {
		return c.HTTP.URL
	}
	var at serving
	if b, err := os.ReadFile(filepath.Join(c.Data, "serving.json")); err == nil && json.Unmarshal(b, &at) == nil && at.HTTP != "" {
		return at.HTTP
	}
	return c.HTTP.base(c.HTTP.Listen)
}
