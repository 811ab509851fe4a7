package server_test

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	root, err := os.MkdirTemp("", "gave-worlds-")
	if err != nil {
		panic(err)
	}
	worlds.root = root
	code := m.Run()
	os.RemoveAll(root)
	os.Exit(code)
}
