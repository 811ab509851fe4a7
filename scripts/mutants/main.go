// Command mutants changes the formulas of Gave one token at a time and counts how often a test of the same package
// notices. It ends with an error when fewer than four in five are noticed. See docs/mutants.md for why it is not one of
// the known tools.
//
// All changes of a package are compiled into one test binary, each behind its number, and the number of the one to use
// is given when the binary is run: "mutant schemata" (Untch, Offutt & Harrold 1993). A change then costs a run of the
// tests, and not a build. What was measured is kept in bin/mutants, until the code or its tests change.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// floor is the share of the changes that must be noticed, in per cent.
const floor = 80

// target is code whose changes must be noticed.
type target struct {
	name, folder string
	files        []string // the files to change; all when empty
	run          string   // the tests that are to notice; all when empty
}

var targets = []target{
	{name: "trace", folder: "internal/give/trace"},
	{name: "structure", folder: "internal/colleagues/structure"},
	{name: "routing", folder: "internal/ask/routing"},
	{
		name: "tie", folder: "internal/tie", files: []string{"tie.go", "derive.go"},
		run: "Tie|Monthly|Contribution|Classes|Rank|Reciprocity|Plus|Future|Deriv|Settle|Medi|Decay|Strength",
	},
	{name: "proposal", folder: "internal/colleagues/proposal"},
	{name: "team", folder: "internal/colleagues/team"},
}

// outcome is what was measured of a target.
type outcome struct {
	Fingerprint                        string
	Noticed, TimedOut, Lived, NeverRun int
	Seconds                            int
	Living                             []string // where what lived is, and what it was
}

func (o outcome) all() int { return o.Noticed + o.TimedOut + o.Lived + o.NeverRun }
func (o outcome) share() float64 {
	return 100 * float64(o.Noticed+o.TimedOut) / float64(max(1, o.all()))
}

func main() {
	limit := flag.Duration("limit", 20*time.Minute, "the longest time for one package")
	workers := flag.Int("workers", 2, "how many changes are tried at once")
	living := flag.Bool("living", false, "print what lived")
	flag.Parse()
	if err := measure(flag.Args(), *limit, *workers, *living); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func measure(names []string, limit time.Duration, workers int, living bool) error {
	root, err := filepath.Abs("../..")
	if err != nil {
		return err
	}
	kept := filepath.Join(root, "bin", "mutants")
	if err := os.MkdirAll(kept, 0o755); err != nil {
		return err
	}
	fmt.Println("| code | changes | noticed | of these by time | lived | never run | seconds | share |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- | --- |")
	var below []string
	for _, t := range targets {
		if len(names) > 0 && !slices.Contains(names, t.name) {
			continue
		}
		o, err := t.outcome(root, kept, limit, workers)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		fmt.Printf("| %s | %d | %d | %d | %d | %d | %d | %.1f %% |\n", t.title(), o.all(), o.Noticed+o.TimedOut,
			o.TimedOut, o.Lived, o.NeverRun, o.Seconds, o.share())
		if living {
			fmt.Fprintln(os.Stderr, strings.Join(o.Living, "\n"))
		}
		if o.share() < floor {
			below = append(below, t.name)
		}
	}
	if len(below) > 0 {
		return fmt.Errorf("fewer than %d %% noticed: %s", floor, strings.Join(below, ", "))
	}
	return nil
}

func (t target) title() string {
	if len(t.files) == 0 {
		return t.folder
	}
	return t.folder + ": " + strings.Join(t.files, ", ")
}

// outcome returns what was measured before, or measures.
func (t target) outcome(root, kept string, limit time.Duration, workers int) (o outcome, err error) {
	fingerprint, err := t.fingerprint(root)
	if err != nil {
		return o, err
	}
	file := filepath.Join(kept, t.name+".json")
	if data, err := os.ReadFile(file); err == nil && json.Unmarshal(data, &o) == nil && o.Fingerprint == fingerprint {
		return o, nil
	}
	if o, err = t.try(root, limit, workers); err != nil {
		return o, err
	}
	o.Fingerprint = fingerprint
	data, err := json.MarshalIndent(o, "", "\t")
	if err != nil {
		return o, err
	}
	return o, os.WriteFile(file, data, 0o644)
}

// fingerprint changes with what is measured and with what measures it.
func (t target) fingerprint(root string) (string, error) {
	sum := sha256.New()
	fmt.Fprint(sum, t)
	files, err := filepath.Glob(filepath.Join(root, t.folder, "*.go"))
	if err != nil {
		return "", err
	}
	own, err := filepath.Glob("*.go")
	if err != nil {
		return "", err
	}
	for _, file := range append(files, own...) {
		if len(t.files) > 0 && filepath.IsAbs(file) && !slices.Contains(t.files, filepath.Base(file)) &&
			!strings.HasSuffix(file, "_test.go") {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, filepath.Base(file), len(data))
		sum.Write(data)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// try makes the changes and runs the tests for each.
func (t target) try(root string, limit time.Duration, workers int) (o outcome, err error) {
	begun := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	scratch, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return o, err
	}
	defer os.RemoveAll(scratch)
	changes, overlay, err := t.changes(root, scratch)
	if err != nil {
		return o, err
	}
	binary := filepath.Join(scratch, "changed.test")
	build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, "./"+t.folder)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return o, fmt.Errorf("building: %w\n%s", err, out)
	}
	// The tests run in a copy of their folder, away from the data that may lie beside the repository, so that all count
	// alike.
	folder := filepath.Join(scratch, "gave", t.folder)
	if err := os.CopyFS(folder, os.DirFS(filepath.Join(root, t.folder))); err != nil {
		return o, err
	}
	if err := os.WriteFile(filepath.Join(scratch, "gave", "go.mod"),
		[]byte("module gave.network\n"), 0o644); err != nil {
		return o, err
	}
	run := func(change int, seen string, limit time.Duration) (noticed, late bool, out []byte, err error) {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		cmd := exec.CommandContext(ctx, binary, "-test.short", "-test.failfast", "-test.run="+t.run)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "MUTANT="+strconv.Itoa(change), "MUTANTS_SEEN="+seen)
		out, err = cmd.CombinedOutput()
		return err != nil, ctx.Err() != nil, out, err
	}
	seen := filepath.Join(scratch, "seen")
	start := time.Now()
	if noticed, _, out, err := run(0, seen, limit); noticed {
		return o, fmt.Errorf("the tests do not pass as they are: %w\n%s", err, out)
	}
	each := 10*time.Second + 10*time.Since(start)
	reached, err := numbers(seen)
	if err != nil {
		return o, err
	}
	var (
		all  sync.WaitGroup
		lock sync.Mutex
		next = make(chan change)
	)
	for range workers {
		all.Go(func() {
			for c := range next {
				noticed, late := false, false
				if reached[c.number] {
					noticed, late, _, _ = run(c.number, "", each)
				}
				lock.Lock()
				switch {
				case !reached[c.number]:
					o.NeverRun++
					o.Living = append(o.Living, c.String()+" (never run)")
				case late:
					o.TimedOut++
				case noticed:
					o.Noticed++
				default:
					o.Lived++
					o.Living = append(o.Living, c.String())
				}
				lock.Unlock()
			}
		})
	}
	for _, c := range changes {
		next <- c
	}
	close(next)
	all.Wait()
	if ctx.Err() != nil {
		return o, fmt.Errorf("not done within %v", limit)
	}
	if o.all() == 0 {
		return o, errors.New("nothing was changed")
	}
	slices.Sort(o.Living)
	o.Seconds = int(time.Since(begun).Seconds())
	return o, nil
}

// numbers reads which changes are on the way of any test.
func numbers(file string) (map[int]bool, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := map[int]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		n, err := strconv.Atoi(lines.Text())
		if err != nil {
			return nil, err
		}
		out[n] = true
	}
	return out, nil
}
