package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"overshare/results"
)

// An app is one execution of the program.
type app struct {
	in       io.Reader
	out, err io.Writer
	env      []string
	parts    parts
	folder   underway
}

// newApp returns an execution that prints through screens.
func newApp(in io.Reader, out, err io.Writer, env []string, p parts) *app {
	return &app{in: in, out: &screen{to: out}, err: &screen{to: err}, env: env, parts: p}
}

// execute runs the command line and returns the exit code.
func (a *app) execute(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(append([]string{}, args...)) // never nil: cobra would take os.Args
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if s, ok := a.out.(*screen); ok && s.failed() != nil {
		return a.unseen(s.failed())
	}
	if err != nil && context.Cause(ctx) == errInterrupted {
		err = a.folder.interrupted()
	}
	return report(a.err, err)
}

// unseen reports that standard output took not all that was to be read there, and what became of the run.
// A reader who has seen enough, as head does, needs no telling.
func (a *app) unseen(err error) int {
	dir, complete := a.folder.complete()
	switch {
	case !closedPipe(err) && complete:
		return report(a.err, fmt.Errorf("cannot write to standard output: %s; the run folder %s is complete all the same",
			reasonOf(err), results.Shown(dir)))
	case !closedPipe(err):
		return report(a.err, fmt.Errorf("cannot write to standard output: %s", reasonOf(err)))
	case complete:
		say(a.err, "hint", "the run folder "+results.Shown(dir)+" is complete")
	}
	return exitFailed
}

// root returns the program's command tree.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "overshare",
		Short: "What does sharing everyone's data buy, and what does it expose?",
		Long: "Overshare simulates the users of a mobile wallet and a risk score computed abroad from their\n" +
			"records, under several data-sharing regimes, and sets detection accuracy against data exposed.\n" +
			"All people are synthetic.",
		Args: a.noSuchCommand,
		RunE: a.helpOrVersion,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			return fromEnvironment(c.Flags(), a.env)
		},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(explainFlag)
	root.AddCommand(a.commands()...)
	// Not cobra's own flag for the version: a text of its own is printed through text/template, which calls methods by
	// name, so that the linker may leave out no method of any type.
	root.Flags().BoolP("version", "v", false, "version for overshare")
	root.SetHelpCommand(a.helpCommand(root))
	root.InitDefaultHelpCmd()
	return root
}

// helpCommand shows the help of the command that its arguments name.
func (a *app) helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show the help of a command",
		RunE: func(_ *cobra.Command, args []string) error {
			c := root
			for _, name := range args {
				k := slices.IndexFunc(c.Commands(), func(sub *cobra.Command) bool { return sub.Name() == name || sub.HasAlias(name) })
				switch {
				case k >= 0:
					c = c.Commands()[k]
				case c.HasSubCommands():
					return a.noSuchCommand(c, []string{name})
				default:
					return misuse("see "+c.CommandPath()+" --help", "%s has no commands of its own, so no %q", c.CommandPath(), cut(name))
				}
			}
			c.InitDefaultHelpFlag()
			return c.Help()
		},
	}
}

func showHelp(c *cobra.Command, _ []string) error { return c.Help() }

// helpOrVersion is what the program does without a command.
func (a *app) helpOrVersion(c *cobra.Command, _ []string) error {
	if wanted, _ := c.Flags().GetBool("version"); wanted {
		_, err := fmt.Fprintln(a.out, versionLine())
		return err
	}
	return c.Help()
}

// noSuchCommand refuses arguments of a command that only holds others.
func (a *app) noSuchCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			names = append(names, sub.Name())
		}
	}
	hint := "the commands are " + strings.Join(names, ", ")
	if n := nearest(args[0], names); n != "" {
		hint = "did you mean " + c.CommandPath() + " " + n + "?"
	}
	return misuse(hint, "%s has no command %q", c.CommandPath(), cut(args[0]))
}

// atMost allows up to n arguments, which the usage line names.
func atMost(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		return misuse("usage: "+c.UseLine(), "unexpected argument %q", cut(args[n]))
	}
}

// explainFlag words what cobra found wrong with a flag.
func explainFlag(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var bad *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return err
	case errors.As(err, &unknown):
		return unknownFlag(c, unknown.GetSpecifiedName())
	case errors.As(err, &missing):
		return misuse("see "+c.CommandPath()+" --help", "flag --%s needs a value", missing.GetSpecifiedName())
	case errors.As(err, &bad):
		return misuse("see "+c.CommandPath()+" --help", "--%s: %w", bad.GetFlag().Name, flagFault(bad.GetFlag(), bad.GetValue(), bad.Unwrap()))
	}
	return &usageError{err, "see " + c.CommandPath() + " --help"}
}

func unknownFlag(c *cobra.Command, name string) error {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	slices.Sort(names)
	dashes := "--"
	if len(name) == 1 {
		dashes = "-"
	}
	hint := "see " + c.CommandPath() + " --help"
	if n := nearest(name, names); n != "" {
		hint = "did you mean --" + n + "?"
	}
	return misuse(hint, "%s has no flag %s%s", c.CommandPath(), dashes, results.Shown(name))
}
