package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	mit = "Permission is hereby granted, free of charge, to any person …\n\n" +
		"The above copyright notice and this\n * permission notice shall be included"
	bsd = "Redistribution and use in source and binary forms, with or without … " +
		"Redistributions in binary form must reproduce the above"
	gpl = "GNU GENERAL PUBLIC LICENSE\n" +
		"Everyone is permitted to copy and distribute verbatim copies\n of this license document"
	mpl = "Mozilla Public License Version 2.0 … " +
		"\"Secondary License\" means either the GNU General Public License, Version 2.0, …"
)

func TestLicencesAreTold(t *testing.T) {
	for text, want := range map[string]string{
		mit: "MIT", bsd: "BSD-2-Clause", bsd + " Neither the name of": "BSD-3-Clause", gpl: "GPL", mpl: "MPL-2.0",
		mit + "\n" + gpl:       "GPL MIT",
		"All rights reserved.": "",
	} {
		if got := strings.Join(licencesOf(text), " "); got != want {
			t.Errorf("%q is under %q, want %q", text, got, want)
		}
	}
}

func TestALicenceThatIsNotPermittedStopsTheRelease(t *testing.T) {
	for _, c := range []struct {
		name, text, where string
		refused           bool
	}{
		{"LICENSE", mit, "", false},
		{"LICENSE", gpl, "", true},
		{"LICENSE", "All rights reserved.", "", true},
		{"README", mit, "", true}, // no licence at all
		{"COPYING", gpl, "linked", true},
		{"COPYING", gpl, "unused", false}, // in a folder that is not linked
	} {
		root := t.TempDir()
		folder := filepath.Join(root, c.where)
		for _, dir := range []string{folder, filepath.Join(root, "linked")} {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(folder, c.name), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if c.where != "" {
			if err := os.WriteFile(filepath.Join(root, "LICENSE"), []byte(mit), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var text bytes.Buffer
		licences, err := notice(&text, "example.org/module v1.0.0", root, []string{filepath.Join(root, "linked")})
		if (err != nil) != c.refused {
			t.Errorf("%s in %q with %q: %v %v", c.name, c.where, c.text, licences, err)
		}
		if err == nil && (!slices.Equal(licences, []string{"MIT"}) || !strings.Contains(text.String(), mit)) {
			t.Errorf("%s in %q: %v, and the notice is %s", c.name, c.where, licences, &text)
		}
	}
}
