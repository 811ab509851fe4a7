package main

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// module is the work of others that is linked into the program.
type module struct{ path, version, sum string }

// permitted are the licences, by their names at spdx.org, whose works may be given out together with Gave, which is
// under Apache-2.0. They ask for their notices to be kept, and MPL-2.0 for the source of its own files, which is
// public. Anything else stops the release.
var permitted = []string{
	"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MPL-2.0",
	"Unlicense", "Zlib", "blessing",
}

// phrases tell licences by words that only they have. A text may hold several; one that fits none has no name.
var phrases = []struct {
	name string
	all  []string
	not  string // a licence whose text has these words too
}{
	{name: "GPL", all: []string{
		"everyone is permitted to copy and distribute verbatim copies of this license document",
	}},
	{name: "GPL", all: []string{"under the terms of the gnu"}},
	{name: "SSPL", all: []string{"server side public license"}},
	{name: "BUSL", all: []string{"business source license"}},
	{name: "MPL-2.0", all: []string{"mozilla public license", "2.0"}},
	{name: "Apache-2.0", all: []string{"apache license", "version 2.0"}},
	{name: "CC0-1.0", all: []string{"cc0 1.0 universal"}},
	{name: "blessing", all: []string{"may you find forgiveness for yourself and forgive others"}},
	{name: "blessing", all: []string{"sqlite", "has been dedicated to the public domain"}},
	{name: "Unlicense", all: []string{"this is free and unencumbered software released into the public domain"}},
	{name: "BSD-3-Clause", all: []string{"redistribution and use in source and binary forms", "neither the name"}},
	{name: "BSD-3-Clause", all: []string{
		"redistribution and use in source and binary forms", "used to endorse or promote",
	}},
	{
		name: "BSD-2-Clause", not: "BSD-3-Clause",
		all: []string{"redistribution and use in source and binary forms", "in binary form must reproduce"},
	},
	{
		name: "MIT",
		all: []string{
			"permission is hereby granted, free of charge", "the above copyright notice and this permission notice",
		},
	},
	{name: "MIT-0", all: []string{"mit no attribution", "permission is hereby granted, free of charge"}},
	{
		name: "ISC",
		all: []string{
			"distribute this software for any purpose", "the above copyright notice and this permission notice appear",
		},
	},
	{name: "0BSD", all: []string{"distribute this software for any purpose"}, not: "ISC"},
	{name: "Zlib", all: []string{
		"this software is provided 'as-is'", "altered source versions must be plainly marked",
	}},
}

var (
	noticeFile = regexp.MustCompile(
		`(?i)^(.*[-_.])?(licen[cs]es?|copying|copyright|notice|patents|unlicense)([-_.].*)?$`)
	// Code that handles licences, and the licence of a logo, which is in no program.
	otherFile = regexp.MustCompile(`(?i)logo$|\.(go|s|c|h|py|js|ts|json|html|tmpl|templ|ya?ml|sh)$`)
	space     = regexp.MustCompile(`[\s*#/]+`)
)

// licencesOf names the licences that a text holds, sorted.
func licencesOf(text string) []string {
	folded := space.ReplaceAllString(strings.ToLower(text), " ")
	var names []string
	for _, licence := range phrases {
		missing := slices.ContainsFunc(licence.all, func(phrase string) bool {
			return !strings.Contains(folded, phrase)
		})
		if !missing && !slices.Contains(names, licence.not) {
			names = append(names, licence.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// forbidden names a licence that is not permitted; empty when all are.
func forbidden(licences []string) string {
	for _, licence := range licences {
		if !slices.Contains(permitted, licence) {
			return licence
		}
	}
	return ""
}

// asset is a work of others that lies in the repository and comes into the program as data.
type asset struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Purl    string `json:"purl"`
	File    string `json:"file"` // that holds it
	Notice  string `json:"notice"`
}

//go:embed assets
var assetFiles embed.FS

func assets() ([]asset, error) {
	content, err := assetFiles.ReadFile("assets/assets.json")
	if err != nil {
		return nil, err
	}
	var all []asset
	return all, json.Unmarshal(content, &all)
}

// notices returns the text that a copy of Gave must have with it: who made what is in it, and under which licence,
// word for word; and the names of the licences of every module. It fails when a licence is missing or not permitted.
func (r *release) notices(ctx context.Context, all []built) ([]byte, map[string][]string, error) {
	var modules []module
	var dirs []string
	for _, b := range all {
		modules, dirs = append(modules, b.modules...), append(dirs, b.dirs...)
	}
	slices.SortFunc(modules, func(a, b module) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.version, b.version))
	})
	modules, licences := slices.Compact(modules), map[string][]string{}
	var text bytes.Buffer
	fmt.Fprintf(&text, "Gave %s carries the work of others. Their licences, and what these ask to be kept, follow.\n",
		r.version)
	goroot, err := output(ctx, r.source, "go", "env", "GOROOT")
	if err != nil {
		return nil, nil, err
	}
	if licences[standard], err = notice(&text, "The Go standard library and runtime", goroot,
		[]string{goroot}); err != nil {
		return nil, nil, err
	}
	for _, m := range modules {
		dir, err := r.folder(ctx, m)
		if err != nil {
			return nil, nil, err
		}
		if licences[m.path], err = notice(&text, m.path+" "+m.version, dir, dirs); err != nil {
			return nil, nil, err
		}
	}
	data, err := assets()
	if err != nil {
		return nil, nil, err
	}
	for _, a := range data {
		if _, err := os.Stat(filepath.Join(r.source, a.File)); err != nil {
			return nil, nil, err
		}
		content, err := assetFiles.ReadFile("assets/" + a.Notice)
		if err != nil {
			return nil, nil, err
		}
		found := licencesOf(string(content))
		if bad := forbidden(found); bad != "" || len(found) == 0 {
			return nil, nil, fmt.Errorf("%s: its licence %q is not permitted", a.Name, bad)
		}
		licences[a.Name] = found
		section(&text, a.Name+" "+a.Version+", in "+a.File, a.Notice, content)
	}
	return text.Bytes(), licences, nil
}

// standard is the name under which the standard library has its licences.
const standard = "std"

// folder is where the source of a module lies.
func (r *release) folder(ctx context.Context, m module) (string, error) {
	command := exec.CommandContext(ctx, "go", "mod", "download", "-json", m.path+"@"+m.version)
	command.Dir, command.Stderr = r.source, os.Stderr
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", m.path, err)
	}
	var answer struct{ Dir string }
	return answer.Dir, json.Unmarshal(out, &answer)
}

// notice writes the notices of one module: those at its root, and those in the folders of packages that are linked,
// up to the root, because what a module took over from others has its licence beside it. It returns the names of the
// licences.
func notice(text *bytes.Buffer, title, root string, dirs []string) ([]string, error) {
	folders := map[string]bool{root: true}
	for _, dir := range dirs {
		for ; strings.HasPrefix(dir, root+string(filepath.Separator)); dir = filepath.Dir(dir) {
			folders[dir] = true
		}
	}
	var names []string
	for folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if entry.Type().IsRegular() && noticeFile.MatchString(entry.Name()) &&
				!otherFile.MatchString(entry.Name()) {
				name, err := filepath.Rel(root, filepath.Join(folder, entry.Name()))
				if err != nil {
					return nil, err
				}
				names = append(names, filepath.ToSlash(name))
			}
		}
	}
	slices.Sort(names)
	var licences []string
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, err
		}
		section(text, title, name, content)
		found := licencesOf(string(content))
		if bad := forbidden(found); bad != "" {
			return nil, fmt.Errorf("%s: the licence %s in %s is not permitted", title, bad, name)
		}
		if len(found) == 0 && isLicence(name) {
			return nil, fmt.Errorf("%s: the licence in %s is not known", title, name)
		}
		licences = append(licences, found...)
	}
	slices.Sort(licences)
	if licences = slices.Compact(licences); len(licences) == 0 {
		return nil, fmt.Errorf("%s has no licence", title)
	}
	return licences, nil
}

// isLicence says whether a file by its name must hold a licence, and not only a notice beside one.
func isLicence(name string) bool {
	base := strings.ToLower(filepath.Base(name))
	return strings.Contains(base, "licen") || strings.Contains(base, "copying")
}

func section(text *bytes.Buffer, title, name string, content []byte) {
	line := strings.Repeat("=", 100)
	words := bytes.TrimSpace(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")))
	fmt.Fprintf(text, "\n%s\n%s\n%s\n%s\n\n%s\n", line, title, name, line, words)
}
