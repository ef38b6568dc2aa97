package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// An app is one execution of the program.
type app struct {
	in       io.Reader
	out, err io.Writer
	env      []string
	parts    parts
	folder   underway
}

// execute runs the command line and returns the exit code.
func (a *app) execute(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(append([]string{}, args...)) // never nil: cobra would take os.Args
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if err != nil && context.Cause(ctx) == errInterrupted {
		err = errInterrupted
	}
	return report(a.err, err)
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
		RunE: showHelp,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			return fromEnvironment(c.Flags(), a.env)
		},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(explainFlag)
	root.AddCommand(a.commands()...)
	root.InitDefaultHelpCmd()
	return root
}

func showHelp(c *cobra.Command, _ []string) error { return c.Help() }

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
	return misuse(hint, "%s has no command %q", c.CommandPath(), args[0])
}

// atMost allows up to n arguments, which the usage line names.
func atMost(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		return misuse("usage: "+c.UseLine(), "unexpected argument %q", args[n])
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
		return misuse("see "+c.CommandPath()+" --help", "--%s: %w", bad.GetFlag().Name, bad.Unwrap())
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
	return misuse(hint, "%s has no flag %s%s", c.CommandPath(), dashes, name)
}
