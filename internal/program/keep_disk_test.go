//go:build linux

package program_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gave.network/internal/db"
)

// smallDisk mounts a disk in memory of some kilobytes.
func smallDisk(t *testing.T, kilobytes int) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can mount a small disk")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dk,mode=0700", kilobytes)); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func resize(t *testing.T, dir string, kilobytes int) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%dk", kilobytes)); err != nil {
		t.Fatal(err)
	}
}

// fillDisk leaves no room at all.
func fillDisk(t *testing.T, dir string) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "gave-filler")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for size := 1 << 20; size > 0; {
		if _, err := file.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	return func() { os.Remove(path) }
}

// A disk that is full at any step is said so, loses nothing, leaves nothing half done, and with room the same command
// ends as if nothing had been.
func TestAFullDiskLosesNothing(t *testing.T) {
	files, me := worldFiles(t)
	want := wanted(t)
	arguments := append(append([]string{"import"}, me...), files)

	// An import that does not fit, on ever larger disks.
	disk := smallDisk(t, 600)
	data := []string{"--data", filepath.Join(disk, "data")}
	full := 0
	for size := 600; ; size += size / 3 {
		resize(t, disk, size)
		r := try(with(data, arguments...)...)
		if r.code == 0 || r.code == 3 {
			break
		}
		if full++; !strings.Contains(r.errors, "The disk is full") && !strings.Contains(r.errors, "disk cannot be") &&
			!strings.Contains(r.errors, "cannot be opened") {
			t.Errorf("an import on a disk of %d kB says: %s", size, r.errors)
		}
		if full > 60 {
			t.Fatal("it never fits")
		}
	}
	if full < 3 {
		t.Errorf("the disk was full only %d times", full)
	}
	if got := contents(t, addressOf(data)); got != want {
		t.Errorf("after a full disk: %s", firstDifference(want, got))
	}

	// A write, a backup, a restore and reading on a disk without any room.
	resize(t, disk, 80<<10)
	backup := filepath.Join(t.TempDir(), "whole.zip")
	gave(t, with(data, "backup", backup)...)
	for _, args := range [][]string{
		{"capture", "Had lunch with Bram Testman yesterday"}, {"backup", filepath.Join(disk, "b.zip")}, {
			"--data", filepath.Join(disk, "copy"), "restore", backup,
		},
	} {
		free := fillDisk(t, disk)
		before := names(t, disk)
		r := try(with(data, args...)...)
		if r.code != 1 || !strings.Contains(r.errors, "disk") {
			t.Errorf("gave %s on a full disk: %+v", strings.Join(args, " "), r)
		}
		if after := names(t, disk); !slices.Equal(before, after) {
			t.Errorf("gave %s on a full disk left %v, before there was %v", strings.Join(args, " "), after, before)
		}
		for _, reading := range [][]string{{"people", "list"}, {"today"}, {"doctor"}, {"export"}} {
			if r := try(with(data, reading...)...); r.code != 0 {
				t.Errorf("gave %s on a full disk: %d %s", strings.Join(reading, " "), r.code, r.errors)
			}
		}
		free()
		if r := try(with(data, args...)...); r.code != 0 {
			t.Errorf("gave %s with room again: %+v", strings.Join(args, " "), r)
		}
	}
	if r := try(with(data, "doctor", "--deep")...); r.code != 0 {
		t.Errorf("the doctor says %+v", r)
	}
}

// names lists the files of a disk, but for those that SQLite keeps beside an open database.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	if err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err == nil && !strings.HasSuffix(path, "-wal") && !strings.HasSuffix(path, "-shm") {
			out = append(out, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// nobody runs the program as a user without rights.
func nobody(t *testing.T, args ...string) result {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can run a program as somebody else")
	}
	who, err := user.Lookup("nobody")
	if err != nil {
		t.Skip(err)
	}
	uid, err := strconv.Atoi(who.Uid)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join("/tmp", "gave-test-nobody-"+strconv.Itoa(os.Getpid()))
	if _, err := os.Stat(program); err != nil {
		content, err := os.ReadFile(os.Args[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(program, content, 0o755); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Remove(program) })
	}
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "GAVE_TEST_RUN=1", "HOME=/nonexistent")
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	var out, failures bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failures
	err = cmd.Run()
	r := result{0, out.String(), failures.String()}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		r.code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return r
}

// open makes every folder above a path passable, as a data directory in /srv would be.
func openAbove(t *testing.T, path string) {
	t.Helper()
	for dir := filepath.Dir(path); dir != "/" && dir != "/tmp"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// A directory that a package made with 0755, files that an older Gave made with 0644, and a lax umask: nobody else can
// read anything.
func TestOthersReadNothing(t *testing.T) {
	old := syscall.Umask(0o022)
	defer syscall.Umask(old)
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	openAbove(t, dir)
	data := []string{"--data", dir}
	gave(t, with(data, "people", "add", "Bram Testman")...)
	shareFile(t, data)
	backup := filepath.Join(filepath.Dir(dir), "backup.zip")
	gave(t, with(data, "backup", backup)...)
	folder := filepath.Join(filepath.Dir(dir), "backups")
	gave(t, with(data, "backup", "--keep", "2", folder)...)
	gave(t, "--data", filepath.Join(filepath.Dir(dir), "copy"), "restore", backup)
	// As an older Gave left it, with the log of one that is running.
	open, err := db.Open(context.Background(), addressOf(data))
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	if _, err := open.ExecContext(context.Background(), `update person set updated = 2`); err != nil {
		t.Fatal(err)
	}
	if err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		mode := os.FileMode(0o644)
		if e.IsDir() {
			mode = 0o755
		}
		return os.Chmod(path, mode)
	}); err != nil {
		t.Fatal(err)
	}
	gave(t, with(data, "people", "list")...)
	secret := 0
	if err := filepath.WalkDir(filepath.Dir(dir), func(path string, e os.DirEntry, err error) error {
		if err != nil || path == filepath.Dir(dir) {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		secret++
		hidden := info.Mode().Perm()&0o077 == 0
		if strings.Contains(path, "/commons/") { // its folder is closed
			hidden = true
		}
		if !hidden {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if secret < 8 {
		t.Errorf("only %d files were looked at", secret)
	}
	for _, args := range [][]string{{"people", "list"}, {"doctor"}, {"backup", "/tmp/stolen.zip"}} {
		if r := nobody(t, with(data, args...)...); r.code == 0 || strings.Contains(r.out+r.errors, "Testman") {
			t.Errorf("gave %s as nobody: %+v", strings.Join(args, " "), r)
		}
	}
	if r := nobody(t, "--data", "/tmp/gave-nobody-none", "restore", backup); r.code == 0 {
		t.Errorf("nobody restored a backup: %+v", r)
	}
}

// A backup in a folder and a file that cannot be written is restored, and a network that cannot be written is read.
func TestReadingNeedsNoRightToWrite(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "data")
	data := []string{"--data", dir}
	gave(t, with(data, "people", "add", "Bram Testman")...)
	frozen := filepath.Join(root, "frozen")
	if err := os.Mkdir(frozen, 0o755); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(frozen, "backup.zip")
	gave(t, with(data, "backup", backup)...)
	openAbove(t, filepath.Join(frozen, "x"))
	for path, mode := range map[string]os.FileMode{backup: 0o444, frozen: 0o555} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	before := digestOf(t, backup)
	home := filepath.Join(root, "home")
	if err := os.Mkdir(home, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(home, 0o777); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(home, "copy")
	if r := nobody(t, "--data", copied, "restore", backup); r.code != 0 {
		t.Fatalf("restoring as nobody: %+v", r)
	}
	if digestOf(t, backup) != before || len(names(t, frozen)) != 2 {
		t.Errorf("the folder of the backup has %v", names(t, frozen))
	}
	// The copy is nobody's own; now its folder is closed to writing.
	if err := os.Chmod(copied, 0o500); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"people", "list"}, {"doctor"}, {"today"}, {"export"}, {"backup", filepath.Join(home, "again.zip")},
	} {
		if r := nobody(t, with([]string{"--data", copied}, args...)...); r.code != 0 ||
			args[0] == "people" && !strings.Contains(r.out, "Testman") {
			t.Errorf("gave %s in a folder that cannot be written: %+v", strings.Join(args, " "), r)
		}
	}
	if r := nobody(t, "--data", copied, "people", "add", "Somebody Else"); r.code != 1 ||
		!strings.Contains(r.errors, "cannot be written") && !strings.Contains(r.errors, "cannot be opened") {
		t.Errorf("writing where that is not possible: %+v", r)
	}
}

// server starts a PostgreSQL of the test's own, which can be stopped and started.
func server(t *testing.T) (address string, control func(args ...string)) {
	t.Helper()
	home, err := os.MkdirTemp("", "gave-pg") // a short path: sockets need one
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	return serverIn(t, home, "")
}

// serverIn starts a PostgreSQL whose data lies in a folder, and is made there when it does not, until the test ends.
func serverIn(t testing.TB, home, more string) (address string, control func(args ...string)) {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	bin := ""
	if len(found) > 0 {
		bin = found[len(found)-1] + "/"
	}
	if _, err := exec.LookPath(bin + "initdb"); err != nil {
		t.Skip("no initdb to start a PostgreSQL with")
	}
	credential := &syscall.SysProcAttr{}
	if os.Getuid() == 0 {
		who, err := user.Lookup("postgres")
		if err != nil {
			t.Skip("PostgreSQL does not run as root, and there is no user postgres")
		}
		uid, _ := strconv.Atoi(who.Uid)
		gid, _ := strconv.Atoi(who.Gid)
		if err := os.Chown(home, uid, gid); err != nil {
			t.Fatal(err)
		}
		credential.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	run := func(name string, args ...string) {
		t.Helper()
		cmd := exec.Command(bin+name, args...)
		cmd.SysProcAttr, cmd.Dir = credential, home
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s %v: %v", name, args, err)
		}
	}
	if _, err := os.Stat(home + "/data"); err != nil {
		run("initdb", "-D", home+"/data", "-U", "gave", "-A", "trust", "--locale=C", "--encoding=UTF8", "--no-sync")
	}
	port := 20000 + os.Getpid()%20000
	options := fmt.Sprintf("-c listen_addresses=127.0.0.1 -c port=%d -c unix_socket_directories=%s %s",
		port, home, more)
	control = func(args ...string) {
		t.Helper()
		run("pg_ctl", append([]string{"-D", home + "/data", "-l", home + "/log", "-w", "-o", options}, args...)...)
	}
	control("start")
	t.Cleanup(func() { control("-m", "fast", "stop") })
	return (&url.URL{
		Scheme: "postgres", User: url.User("gave"), Host: fmt.Sprintf("127.0.0.1:%d", port), Path: "/postgres",
		RawQuery: "sslmode=disable",
	}).String(), control
}

// A PostgreSQL that is stopped and started in the middle of an import: the import waits and goes on by itself, to the
// same end.
func TestAnImportGoesOnAfterItsServerRestarts(t *testing.T) {
	files, me := worldFiles(t)
	want := wanted(t)
	address, control := server(t)
	flags := []string{"--data", t.TempDir(), "--database", address}
	waited := 0
	for round := 0; waited < soak(1, 10) && round < soak(6, 40); round++ {
		d, err := db.Open(context.Background(), address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.ExecContext(context.Background(), `drop schema public cascade`); err != nil {
			t.Fatal(err)
		}
		if _, err := d.ExecContext(context.Background(), `create schema public`); err != nil {
			t.Fatal(err)
		}
		d.Close()
		gave(t, with(flags, "people", "list")...) // makes the tables
		cmd := command(context.Background(),
			with(flags, append(append([]string{"import", "--json"}, me...), files)...)...)
		var out, failures bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &failures
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			time.Sleep(time.Duration(700+300*round+200*i) * time.Millisecond)
			control("-m", []string{"fast", "immediate"}[i], "stop")
			time.Sleep(300 * time.Millisecond)
			control("start")
		}
		err = cmd.Wait()
		var exit *exec.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 3) {
			t.Fatalf("the import ended with %v: %s", err, failures.String())
		}
		var r report
		if err := json.Unmarshal(out.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if got := contents(t, address); got != want {
			t.Fatalf("after a restart: %s", firstDifference(want, got))
		}
		if strings.Contains(failures.String(), "waiting for it") {
			waited++
		}
	}
	if waited == 0 {
		t.Error("no restart fell into an import")
	}
}
