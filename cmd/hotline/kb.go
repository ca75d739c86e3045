package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"hotline/kb"
)

// kbCommand works on the knowledge of a bot. A running server sees what it
// changes at the next question.
func kbCommand() *cobra.Command {
	k := &kbFlags{}
	cmd := &cobra.Command{
		Use:   "kb",
		Short: "Knowledge: import, crawl, search, publish, roll back",
		Long: `Kb works on what a bot answers from when no flow of it does: articles, each
in one language, with numbered versions. What is imported or crawled is a draft
until it is published, or goes live at once with --live. A running server sees
every change at its next question.`,
		Example: `  hotline kb search "does it work with Google Home"
  hotline kb import articles.csv && hotline kb list --drafts && hotline kb publish
  hotline kb crawl https://shop.example/help --hold
  hotline kb diff returns/en && hotline kb rollback returns/en`,
	}
	f := cmd.PersistentFlags()
	f.StringVarP(&k.file, "config", "c", "", "configuration file")
	f.StringVar(&k.data, "data", "", "data folder; knowledge lives in its folder kb")
	f.StringVar(&k.bot, "bot", "", "whose knowledge; the bot that answers any number")
	f.BoolVar(&k.json, "json", false, "print JSON")
	cmd.AddCommand(k.importCommand(), k.crawlCommand(), k.searchCommand(), k.listCommand(), k.publishCommand(), k.rollbackCommand(),
		k.removeCommand(), k.historyCommand(), k.diffCommand(), k.questionsCommand())
	return cmd
}

type kbFlags struct {
	file, data, bot string
	json            bool
	policy          kb.Policy
	note            string
}

// on gives do the base.
func (k *kbFlags) on(cmd *cobra.Command, do func(ctx context.Context, b *kb.Base, out io.Writer) error) error {
	c, err := loadConfig(k.file)
	if err != nil {
		return err
	}
	if k.data != "" {
		c.Data = k.data
	}
	if k.bot == "" {
		n, _ := c.number("*")
		k.bot = n.Bot
	}
	know, err := openKnowledge(cmd.Context(), c)
	if err != nil {
		return err
	}
	defer know.close()
	b, err := know.base(k.bot)
	if err != nil {
		return err
	}
	return do(cmd.Context(), b, cmd.OutOrStdout())
}

// print shows v as JSON, or as people read it.
func (k *kbFlags) print(out io.Writer, v any, people func(w io.Writer)) error {
	if k.json {
		return printJSON(out, v)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	people(w)
	return w.Flush()
}

func (k *kbFlags) takes(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&k.policy.Live, "live", false, "new versions go live at once")
	cmd.Flags().BoolVar(&k.policy.Hold, "hold", false, "while a draft waits, the live version is not served")
	cmd.Flags().StringVar(&k.policy.Note, "note", "", "for the history")
}

func (k *kbFlags) stored(w io.Writer, s kb.Stored) {
	for _, key := range s.New {
		fmt.Fprintf(w, "new\t%s\n", key)
	}
	for _, key := range s.Changed {
		fmt.Fprintf(w, "changed\t%s\n", key)
	}
	for _, key := range s.Removed {
		fmt.Fprintf(w, "removed\t%s\n", key)
	}
	fmt.Fprintf(w, "%d new, %d changed, %d as they were, %d removed\n", len(s.New), len(s.Changed), s.Same, len(s.Removed))
	if !k.policy.Live && len(s.New)+len(s.Changed) > 0 {
		fmt.Fprintln(w, "They are drafts: `hotline kb publish` makes them live.")
	}
}

func (k *kbFlags) importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "import FILE|FOLDER...", Short: "Take articles in from Markdown, HTML, CSV, TSV, JSON or Word files", Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return k.on(cmd, func(ctx context.Context, b *kb.Base, out io.Writer) error {
				var all kb.Stored
				for _, name := range args {
					s, err := b.Import(ctx, name, k.policy)
					if err != nil {
						return err
					}
					all.New, all.Changed, all.Same = append(all.New, s.New...), append(all.Changed, s.Changed...), all.Same+s.Same
				}
				return k.print(out, all, func(w io.Writer) { k.stored(w, all) })
			})
		},
	}
	k.takes(cmd)
	return cmd
}

func (k *kbFlags) crawlCommand() *cobra.Command {
	var site kb.Site
	cmd := &cobra.Command{
		Use: "crawl URL...", Short: "Take in the pages of a site that have changed since the last time", Args: cobra.MinimumNArgs(1),
		Long: `Crawl visits a site, from the addresses given and its sitemaps, as robots.txt
allows, and takes in what has changed since the last time.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			site.Start = args
			return k.on(cmd, func(ctx context.Context, b *kb.Base, out io.Writer) error {
				c, err := b.Crawl(ctx, site, k.policy)
				if err != nil {
					return err
				}
				return k.print(out, c, func(w io.Writer) {
					for addr, why := range c.Failed {
						fmt.Fprintf(w, "failed\t%s\t%s\n", addr, why)
					}
					k.stored(w, c.Stored)
					fmt.Fprintf(w, "%d pages, %d of them not modified, %d gone, %d failed\n", c.Pages, c.NotModified, len(c.Gone), len(c.Failed))
				})
			})
		},
	}
	k.takes(cmd)
	f := cmd.Flags()
	f.StringSliceVar(&site.Only, "only", nil, "path prefixes to stay within")
	f.IntVar(&site.MaxPages, "max-pages", 0, "at most so many pages (default 1000)")
	f.DurationVar(&site.Wait, "wait", 0, "between two requests (default 1s)")
	f.BoolVar(&site.Private, "private", false, "addresses of private networks and this machine are allowed")
	f.StringVar(&site.Segment, "segment", "", "of customers that the site is for")
	return cmd
}

func (k *kbFlags) searchCommand() *cobra.Command {
	q := kb.Query{}
	cmd := &cobra.Command{
		Use: "search QUESTION", Short: "What the bot would answer, and how sure it is", Args: cobra.MinimumNArgs(1),
		Long: fmt.Sprintf("Search shows what comes nearest to a question. The bot gives the first answer\nif it is sure of it: a probability of %.1f or more.", kb.Sure),
		RunE: func(cmd *cobra.Command, args []string) error {
			q.Text = strings.Join(args, " ")
			return k.on(cmd, func(ctx context.Context, b *kb.Base, out io.Writer) error {
				hits, err := b.Search(ctx, q)
				if err != nil {
					return err
				}
				return k.print(out, hits, func(w io.Writer) {
					for _, h := range hits {
						fmt.Fprintf(w, "%.2f\t%s\tversion %d\t%s\n", h.Prob, h.Key, h.Version, h.Answer)
					}
					if len(hits) == 0 || hits[0].Prob < kb.Sure {
						fmt.Fprintln(w, "The bot would say that it does not know.")
					}
				})
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&q.Language, "lang", "", "only articles in this language")
	f.StringVar(&q.Segment, "segment", "", "of the customer")
	f.IntVarP(&q.N, "n", "n", 5, "answers at most")
	return cmd
}

func (k *kbFlags) listCommand() *cobra.Command {
	var drafts bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the articles", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return k.on(cmd, func(ctx context.Context, b *kb.Base, out io.Writer) error {
				list, err := b.List(ctx, drafts)
				if err != nil {
					return err
				}
				return k.print(out, list, func(w io.Writer) {
					fmt.Fprintln(w, "KEY\tVERSION\tLIVE\tSTATE\tTITLE\tSOURCE")
					for _, a := range list {
						state := "live"
						switch {
						case a.Held:
							state = "held"
						case a.Draft:
							state = "draft"
						case a.Live == 0:
							state = "removed"
						}
						fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%s\n", a.Key, a.Version, a.Live, state, a.Title, a.Source)
					}
				})
			})
		},
	}
	cmd.Flags().BoolVar(&drafts, "drafts", false, "only what waits to be published")
	return cmd
}

func (k *kbFlags) publishCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "publish [KEY...]", Short: "Make drafts live; without a key, all of them",
		RunE: func(cmd *cobra.Command, args []string) error {
			return k.on(cmd, func(ctx context.Context, b *kb.Base, out io.Writer) error {
				keys, err := b.Publish(ctx, k.note, args...)
				if err != nil {
					return err
				}
				return k.print(out, keys, func(w io.Writer) {
					for _, key := range keys {
						fmt.Fprintln(w, key)
					}
					fmt.Fprintf(w, "%d published\n", len(keys))
				})
			})
		},
	}
	cmd.Flags().StringVar(&k.note, "note", "", "for the history")
	return cmd
}

func (k *kbFlags) rollbackCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "rollback KEY [VERSION]", Short: "Make an earlier version live again; without a number, the one before", Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			to, err := versions(args[1:])
			if err != nil {
				return usage(cmd, err)
			}
			return k.on(cmd, func(ctx context.Context, b *kb.Base, out io.Writer) error {
				v, err := b.Rollback(ctx, k.note, args[0], to[0])
				if err != nil {
					return err
				}
				return k.print(out, map[string]any{"key": args[0], "version": v}, func(w io.Writer) { fmt.Fprintf(w, "version %d of %s is live\n", v, args[0]) })
			})
		},
	}
	cmd.Flags().StringVar(&k.note, "note", "", "for the history")
	return cmd
}

func (k *kbFlags) removeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "remove KEY...", Short: "Take articles off; versions and history stay", Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return k.on(cmd, func(ctx context.Context, b *kb.Base, _ io.Writer) error { return b.Remove(ctx, k.note, args...) })
		},
	}
	cmd.Flags().StringVar(&k.note, "note", "", "for the history")
	return cmd
}

func (k *kbFlags) historyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "history [KEY]", Short: "What happened to an article, or to all", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return k.on(cmd, func(ctx context.Context, b *kb.Base, out io.Writer) error {
				list, err := b.History(ctx, strings.Join(args, ""))
				if err != nil {
					return err
				}
				return k.print(out, list, func(w io.Writer) {
					for _, c := range list {
						fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", c.At.Local().Format(time.DateTime), c.What, c.Key, c.Version, c.Note)
					}
				})
			})
		},
	}
}

func (k *kbFlags) diffCommand() *cobra.Command {
	return &cobra.Command{
		Use: "diff KEY [FROM [TO]]", Short: "How a version differs from another: the newest from what is live", Args: cobra.RangeArgs(1, 3),
		RunE: func(cmd *cobra.Command, args []string) error {
			v, err := versions(args[1:])
			if err != nil {
				return usage(cmd, err)
			}
			return k.on(cmd, func(ctx context.Context, b *kb.Base, out io.Writer) error {
				d, err := b.Diff(ctx, args[0], v[0], v[1])
				if err != nil {
					return err
				}
				return k.print(out, map[string]string{"key": args[0], "diff": d}, func(io.Writer) { _, _ = io.WriteString(out, d) })
			})
		},
	}
}

func (k *kbFlags) questionsCommand() *cobra.Command {
	var days, most int
	cmd := &cobra.Command{
		Use: "questions", Short: "What callers asked that no article answers, the most frequent first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return k.on(cmd, func(ctx context.Context, b *kb.Base, out io.Writer) error {
				groups, err := b.Unanswered(ctx, time.Now().AddDate(0, 0, -days), most)
				if err != nil {
					return err
				}
				return k.print(out, groups, func(w io.Writer) {
					if len(groups) == 0 {
						fmt.Fprintf(w, "No question of the last %d days went without an answer.\n", days)
						return
					}
					fmt.Fprintln(w, "TIMES\tQUESTION\tNEAREST ARTICLE\tLAST")
					for _, g := range groups {
						fmt.Fprintf(w, "%d\t%s\t%s\t%s\n", g.Count, g.Question, g.Nearest, g.Last.Local().Format(time.DateTime))
					}
				})
			})
		},
	}
	cmd.Flags().IntVar(&days, "days", 30, "how far back")
	cmd.Flags().IntVarP(&most, "n", "n", 50, "groups at most")
	return cmd
}

// versions are up to two numbers of versions; what is left out is 0.
func versions(args []string) (v [2]int, err error) {
	for i, a := range args {
		if v[i], err = strconv.Atoi(a); err != nil || v[i] < 1 {
			return v, fmt.Errorf("%q: expected the number of a version", a)
		}
	}
	return v, nil
}
