package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
)

const pairCount = 1000

// writePairs writes the pairs that all are asked about to a file of their own.
func writePairs(nodes int) (string, error) {
	file, err := os.CreateTemp("", "pairs")
	if err != nil {
		return "", err
	}
	r := rand.New(rand.NewPCG(99, 0))
	for range pairCount {
		fmt.Fprintln(file, r.IntN(nodes), r.IntN(nodes))
	}
	return file.Name(), file.Close()
}

// peer is another library at work in its own process.
type peer struct {
	name, version string
	command       *exec.Cmd
	in            io.WriteCloser
	out           *bufio.Scanner
}

type answer struct {
	Times []float64 `json:"times"`
	Check *float64  `json:"check"`
	Pairs int       `json:"pairs"`
}

// startPeer starts a library, which loads the graph; it returns nil when the library is not installed.
func startPeer(script, name, path string, threads int, source uint32, pairs string, queries int) (*peer, error) {
	python := os.Getenv("PEER_PYTHON")
	if python == "" {
		python = "python3"
	}
	p := &peer{name: name, command: exec.Command(python, script, name, path, fmt.Sprint(threads), fmt.Sprint(source), pairs, fmt.Sprint(queries))}
	p.command.Stderr = os.Stderr
	var err error
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewScanner(out)
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	var hello *struct {
		Version string `json:"version"`
	}
	if err := p.read(&hello); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if hello == nil {
		return nil, errors.Join(p.in.Close(), p.command.Wait())
	}
	p.version = hello.Version
	return p, nil
}

func (p *peer) read(into any) error {
	if !p.out.Scan() {
		return errors.Join(io.ErrUnexpectedEOF, p.out.Err())
	}
	return json.Unmarshal(p.out.Bytes(), into)
}

// ask runs a kernel; the answer is nil when the library does not have it.
func (p *peer) ask(kernel string, runs int) (*answer, error) {
	if _, err := fmt.Fprintln(p.in, kernel, runs); err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	var a *answer
	if err := p.read(&a); err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	return a, nil
}

// stop ends the process, which has nothing to lose.
func (p *peer) stop() {
	_ = p.in.Close()
	_ = p.command.Wait()
}
