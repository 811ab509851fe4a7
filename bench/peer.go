package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// peer is another library at work in its own process.
type peer struct {
	name, version string
	command       *exec.Cmd
	in            io.WriteCloser
	out           *bufio.Scanner
}

type answer struct {
	Times  []float64  `json:"times"`
	CPU    []float64  `json:"cpu"`
	Check  *float64   `json:"check"`
	Values []*float64 `json:"values"` // of a query; null is no path
	Places string     `json:"places"` // of a layout, the file that has it
}

// startPeer starts a library, which loads the graph; it returns nil when the library is not installed.
func startPeer(script, name, path string, threads int, source uint32, pairs string, queries int) (*peer, error) {
	variable, python := "PEER_PYTHON", "python3"
	if name == "graph-tool" { // it comes from the system and knows the system's Python only
		variable, python = "GRAPH_TOOL_PYTHON", "/usr/bin/python3"
	}
	if set := os.Getenv(variable); set != "" {
		python = set
	}
	p := &peer{name: name, command: exec.Command(python, script, name, path, fmt.Sprint(threads), fmt.Sprint(source),
		pairs, fmt.Sprint(queries))}
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
	p.out.Buffer(nil, 1<<20)
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
