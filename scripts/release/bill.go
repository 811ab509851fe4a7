package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"slices"
	"strings"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
)

// bill writes the bill of materials of one program, in the form of CycloneDX: what is linked into it according to the
// program itself, and the data of others that it carries.
func (r *release) bill(b built, licences map[string][]string) error {
	info, err := buildinfo.ReadFile(b.path)
	if err != nil {
		return err
	}
	sum, err := sumOf(b.path)
	if err != nil {
		return err
	}
	bom := cyclonedx.NewBOM()
	identity := sha256.Sum256([]byte(r.commit + " " + r.version + " " + b.String()))
	bom.SerialNumber = "urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceOID, identity[:]).String()
	purl := "pkg:golang/gave.network@" + r.version
	bom.Metadata = &cyclonedx.Metadata{
		Timestamp: r.time.Format(time.RFC3339),
		Component: &cyclonedx.Component{
			BOMRef: purl, Type: cyclonedx.ComponentTypeApplication, Name: "gave", Version: r.version, PackageURL: purl,
			Licenses:   choices([]string{"Apache-2.0"}),
			Hashes:     &[]cyclonedx.Hash{{Algorithm: cyclonedx.HashAlgoSHA256, Value: sum}},
			Properties: &[]cyclonedx.Property{{Name: "commit", Value: r.commit}, {Name: "system", Value: b.String()}},
		},
	}
	library := func(name, version, purl string) cyclonedx.Component {
		return cyclonedx.Component{
			BOMRef: purl, Type: cyclonedx.ComponentTypeLibrary, Name: name, Version: version, PackageURL: purl,
			Licenses: choices(licences[name]),
		}
	}
	version := strings.TrimPrefix(info.GoVersion, "go")
	components := []cyclonedx.Component{library(standard, version, "pkg:golang/std@"+version)}
	for _, m := range b.modules {
		components = append(components, library(m.path, m.version, "pkg:golang/"+m.path+"@"+m.version))
	}
	data, err := assets()
	if err != nil {
		return err
	}
	for _, a := range data {
		component := library(a.Name, a.Version, a.Purl)
		component.Type = cyclonedx.ComponentTypeData
		components = append(components, component)
	}
	var refs []string
	for _, component := range components {
		refs = append(refs, component.BOMRef)
	}
	slices.Sort(refs)
	bom.Components, bom.Dependencies = &components, &[]cyclonedx.Dependency{{Ref: purl, Dependencies: &refs}}
	var out bytes.Buffer
	if err := cyclonedx.NewBOMEncoder(&out, cyclonedx.BOMFileFormatJSON).SetPretty(true).Encode(bom); err != nil {
		return err
	}
	return r.write(r.name(b, ".cdx.json"), out.Bytes())
}

func choices(names []string) *cyclonedx.Licenses {
	var all cyclonedx.Licenses
	for _, name := range names {
		all = append(all, cyclonedx.LicenseChoice{License: &cyclonedx.License{ID: name}})
	}
	return &all
}
