// Command release builds everything that a version of Gave is given out as, from the commit that is checked out: the
// program for six systems, Debian packages, a bill of materials for each, the notices of others whose work is in it,
// and the sums of all files. The same commit gives the same bytes, wherever and whenever it is built with the same
// Go.
package main

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// target is a system that Gave is built for.
type target struct{ os, arch string }

func (t target) String() string { return t.os + "/" + t.arch }

// program is the name of the program's file on the system.
func (t target) program() string {
	if t.os == "windows" {
		return "gave.exe"
	}
	return "gave"
}

var targets = []target{
	{"linux", "amd64"},
	{"linux", "arm64"},
	{"darwin", "amd64"},
	{"darwin", "arm64"},
	{"windows", "amd64"},
	{"windows", "arm64"},
}

// release is one version in the making.
type release struct {
	version string
	commit  string
	time    time.Time // of the commit; every file of the release has it
	source  string    // a clean checkout of the commit
	work    string    // where programs lie before they are packed
	out     string
}

// built is the program of one target.
type built struct {
	target
	path    string
	modules []module // linked into it, sorted
	dirs    []string // of the packages of others that are linked into it
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	out := flag.String("out", "dist", "folder for the release; what is in it is removed")
	only := flag.String("targets", "", "systems to build for, such as linux/amd64,windows/arm64; all six when empty")
	version := flag.String("version", "", "version, instead of what the tags of git say")
	flag.Parse()
	chosen, err := choose(*only)
	if err != nil {
		return err
	}
	root, err := output(ctx, "", "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "gave-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	r := &release{version: *version, source: filepath.Join(work, "source"), work: work}
	if r.out, err = filepath.Abs(*out); err != nil {
		return err
	}
	if err := r.checkout(ctx, root); err != nil {
		return err
	}
	if err := emptied(r.out); err != nil {
		return err
	}
	var all []built
	for _, t := range chosen {
		started := time.Now()
		b, err := r.build(ctx, t)
		if err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
		fmt.Fprintf(os.Stderr, "%-14s built in %s\n", t, time.Since(started).Round(time.Second))
		all = append(all, b)
	}
	notices, licences, err := r.notices(ctx, all)
	if err != nil {
		return err
	}
	for _, b := range all {
		if err := r.pack(b, notices); err != nil {
			return fmt.Errorf("%s: %w", b.target, err)
		}
		if err := r.bill(b, licences); err != nil {
			return fmt.Errorf("%s: %w", b.target, err)
		}
		if b.os == "linux" {
			if err := r.debian(b, notices); err != nil {
				return fmt.Errorf("%s: %w", b.target, err)
			}
		}
	}
	if err := r.write("THIRD-PARTY.txt", notices); err != nil {
		return err
	}
	return r.sums()
}

func choose(only string) ([]target, error) {
	if only == "" {
		return targets, nil
	}
	var chosen []target
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(targets, func(t target) bool { return t.String() == name })
		if i < 0 {
			return nil, fmt.Errorf("no system %q: there are %v", name, targets)
		}
		chosen = append(chosen, targets[i])
	}
	return chosen, nil
}

// emptied makes a folder without files. It removes only what an earlier release left: a folder with anything else is
// refused.
func emptied(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(dir, sumsFile)); err != nil {
			return fmt.Errorf("%s holds something else than a release", dir)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, 0o755)
}

// checkout clones the commit, so that nothing that is not committed comes into the release, and reads what git knows
// of it.
func (r *release) checkout(ctx context.Context, root string) error {
	var err error
	if r.commit, err = output(ctx, root, "git", "rev-parse", "HEAD"); err != nil {
		return err
	}
	if changed, err := output(ctx, root, "git", "status", "--porcelain"); err != nil {
		return err
	} else if changed != "" {
		fmt.Fprintf(os.Stderr, "release: these changes are not committed, so they are not in it:\n%s\n", changed)
	}
	seconds, err := output(ctx, root, "git", "show", "-s", "--format=%ct", r.commit)
	if err != nil {
		return err
	}
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return err
	}
	r.time = time.Unix(unix, 0).UTC()
	if r.version == "" {
		if r.version, err = version(ctx, root); err != nil {
			return err
		}
	}
	if _, err := output(ctx, "", "git", "clone", "--quiet", "--shared", "--no-checkout", root, r.source); err != nil {
		return err
	}
	_, err = output(ctx, r.source, "git", "checkout", "--quiet", "--detach", r.commit)
	return err
}

// version is what the tags say: 0.1.0 at the tag v0.1.0, and 0.1.0+7.g1a2b3c4 seven commits later. Both are versions
// in the sense of semver.org and of Debian, which sorts the second after the first.
func version(ctx context.Context, root string) (string, error) {
	described, err := output(ctx, root, "git", "describe", "--tags", "--long", "--abbrev=12", "--match", "v[0-9]*")
	if err != nil { // no tag yet
		count, err := output(ctx, root, "git", "rev-list", "--count", "HEAD")
		if err != nil {
			return "", err
		}
		commit, err := output(ctx, root, "git", "rev-parse", "--short=12", "HEAD")
		if err != nil {
			return "", err
		}
		return "0.0.0+" + count + ".g" + commit, nil
	}
	parts := strings.Split(strings.TrimPrefix(described, "v"), "-")
	n := len(parts)
	tag := strings.Join(parts[:n-2], "-")
	if parts[n-2] == "0" {
		return tag, nil
	}
	return tag + "+" + parts[n-2] + "." + parts[n-1], nil
}

// build compiles the program. Nothing of the machine comes into it: no paths, no C, no flags of the environment.
func (r *release) build(ctx context.Context, t target) (built, error) {
	b := built{target: t, path: filepath.Join(r.work, t.os+"_"+t.arch, t.program())}
	if err := os.MkdirAll(filepath.Dir(b.path), 0o755); err != nil {
		return b, err
	}
	env := append(os.Environ(), "CGO_ENABLED=0", "GOOS="+t.os, "GOARCH="+t.arch, "GOFLAGS=", "GOEXPERIMENT=",
		"GOWORK=off", "GOAMD64=v1", "GOARM64=v8.0")
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=true", "-mod=readonly",
		"-ldflags", "-s -w -X gave.network/internal/cli.version="+r.version, "-o", b.path, ".")
	command.Dir, command.Env, command.Stderr = r.source, env, os.Stderr
	if err := command.Run(); err != nil {
		return b, err
	}
	info, err := buildinfo.ReadFile(b.path)
	if err != nil {
		return b, err
	}
	for _, dep := range info.Deps {
		if dep.Replace != nil {
			dep = dep.Replace
		}
		b.modules = append(b.modules, module{path: dep.Path, version: dep.Version, sum: dep.Sum})
	}
	list := exec.CommandContext(ctx, "go", "list", "-deps", "-f",
		"{{if and .Module (not .Module.Main)}}{{.Dir}}{{end}}", ".")
	list.Dir, list.Env, list.Stderr = r.source, env, os.Stderr
	dirs, err := list.Output()
	b.dirs = strings.Fields(string(dirs))
	return b, err
}

// name is the name of a file of the release that is for one system.
func (r *release) name(b built, ending string) string {
	return fmt.Sprintf("gave_%s_%s_%s%s", r.version, b.os, b.arch, ending)
}

func (r *release) write(name string, content []byte) error {
	return os.WriteFile(filepath.Join(r.out, name), content, 0o644)
}

const sumsFile = "SHA256SUMS"

// sums writes the sums of all files, in the form that `sha256sum --check` reads.
func (r *release) sums() error {
	entries, err := os.ReadDir(r.out)
	if err != nil {
		return err
	}
	var lines strings.Builder
	for _, entry := range entries {
		sum, err := sumOf(filepath.Join(r.out, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%s  %s\n", sum, entry.Name())
	}
	return r.write(sumsFile, []byte(lines.String()))
}

func sumOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// output runs a command and returns what it prints, without the last line end.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = dir
	out, err := command.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err,
			strings.TrimSpace(string(failed.Stderr)))
	}
	return strings.TrimRight(string(out), "\n"), err
}
