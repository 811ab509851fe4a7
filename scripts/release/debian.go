package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
)

// debian writes the package for Debian and what descends from it: the program, a service that starts with the
// machine, and its settings.
func (r *release) debian(b built, notices []byte) error {
	thirdParty := filepath.Join(r.work, "THIRD-PARTY.txt")
	if err := os.WriteFile(thirdParty, notices, 0o644); err != nil {
		return err
	}
	in := func(path string) string { return filepath.Join(r.source, path) }
	file := func(source, destination string, mode os.FileMode) *files.Content {
		info := &files.ContentFileInfo{Owner: "root", Group: "root", Mode: mode, MTime: r.time}
		return &files.Content{Source: source, Destination: destination, FileInfo: info}
	}
	settings := file(in("packaging/gave.env"), "/etc/gave/gave.env", 0o640)
	settings.Type = files.TypeConfig
	folder := func(path string, mode os.FileMode) *files.Content {
		content := file("", path, mode)
		content.Type = files.TypeDir
		return content
	}
	info := nfpm.WithDefaults(&nfpm.Info{
		Name: "gave", Arch: b.arch, Platform: "linux", Section: "net",
		Version: strings.ReplaceAll(r.version, "-", "~"), VersionSchema: "none",
		Priority: "optional", Maintainer: "The authors of Gave <gave@gave.network>",
		License: "Apache-2.0", MTime: r.time,
		Description: "Network for people who network by giving\n" +
			"Gave keeps who you know, what you gave and what came back, and says every\n" +
			"morning what to give, whom to praise and what to ask. It serves pages, an API\n" +
			"and commands, and keeps its data in one SQLite file or in PostgreSQL.",
		Overridables: nfpm.Overridables{
			Depends: []string{"adduser"}, Recommends: []string{"ca-certificates"}, Suggests: []string{"postgresql"},
			Contents: files.Contents{
				file(b.path, "/usr/bin/gave", 0o755),
				file(in("packaging/gave.service"), "/usr/lib/systemd/system/gave.service", 0o644),
				folder("/etc/gave", 0o755),
				settings,
				file(in("CHANGELOG.md"), "/usr/share/doc/gave/CHANGELOG.md", 0o644),
				file(in("README.md"), "/usr/share/doc/gave/README.md", 0o644),
				file(in("packaging/copyright"), "/usr/share/doc/gave/copyright", 0o644),
				file(thirdParty, "/usr/share/doc/gave/THIRD-PARTY.txt", 0o644),
			},
			Scripts: nfpm.Scripts{
				PostInstall: in("packaging/postinst"), PreRemove: in("packaging/prerm"),
				PostRemove: in("packaging/postrm"),
			},
			Deb: nfpm.Deb{Compression: "gzip"},
		},
	})
	var out bytes.Buffer
	if err := nfpm.Validate(info); err != nil {
		return err
	}
	if err := deb.Default.Package(info, &out); err != nil {
		return err
	}
	return r.write("gave_"+info.Version+"_"+b.arch+".deb", out.Bytes())
}
