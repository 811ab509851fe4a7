package config

import (
	"os"
	"path/filepath"
	"runtime"
)

// userData returns the place for a program's data on this system: XDG_DATA_HOME or ~/.local/share,
// ~/Library/Application Support, or %LocalAppData%. Without a home it is the directory gave where the program runs.
func userData() string {
	home, err := os.UserHomeDir()
	switch runtime.GOOS {
	case "windows":
		if dir := os.Getenv("LocalAppData"); dir != "" {
			return filepath.Join(dir, "gave")
		}
	case "darwin", "ios":
		if err == nil {
			return filepath.Join(home, "Library", "Application Support", "gave")
		}
	default:
		// The specification says that a path that is not absolute does not count.
		if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
			return filepath.Join(dir, "gave")
		}
		if err == nil {
			return filepath.Join(home, ".local", "share", "gave")
		}
	}
	return "gave"
}
