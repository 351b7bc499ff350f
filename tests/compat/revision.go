package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// baseRevision returns what to compare the work tree with: on the main branch itself that is the commit before the last.
func baseRevision(args []string) (string, error) {
	if len(args) > 0 {
		return args[0], nil
	}
	if tag, err := lastTag(); err == nil {
		return tag, nil
	}
	head, err := command("git", "rev-parse", "HEAD")
	if err != nil {
		return "", err
	}
	for _, branch := range []string{"origin/main", "main", "HEAD^"} {
		if base, err := command("git", "merge-base", "HEAD", branch); err == nil && base != head {
			return base, nil
		}
	}
	return head, nil // a clone of the last commit alone
}

// lastTag returns the last release.
func lastTag() (string, error) {
	return command("git", "describe", "--tags", "--abbrev=0", "--match=v*")
}

func isReleased() bool {
	_, err := lastTag()
	return err == nil
}

// checkOut copies the files of a revision to a directory and returns its name.
func checkOut(revision, scratch string) (string, error) {
	dir := filepath.Join(scratch, "base")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	archive := filepath.Join(scratch, "base.tar")
	if _, err := command("git", "archive", "--format=tar", "--output="+archive, revision); err != nil {
		return "", err
	}
	_, err := command("tar", "-x", "-f", archive, "-C", dir)
	return dir, err
}

// command runs a command and returns what it prints, without the last newline.
func command(name string, args ...string) (string, error) {
	return commandIn("", name, args...)
}

func commandIn(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", cmd, err, stderr.Bytes())
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}
