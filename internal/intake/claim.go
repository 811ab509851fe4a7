package intake

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"gave.network/internal/id"
)

// claim says which process works on an import, and when it last gave a sign of life.
type claim struct {
	ID      id.ID
	Worker  string
	Claimed int64
}

// thisWorker names this process among all that may share the database. Containers may have one name and each their own
// processes, which Linux tells apart.
var thisWorker = func() string {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	if processes, err := os.Readlink("/proc/self/ns/pid"); err == nil {
		host += " " + strings.ReplaceAll(processes, "/", " ")
	}
	return fmt.Sprintf("%s/%d", host, os.Getpid())
}()

// free says that nobody works on the import: it was let go, its process is gone, or it gave no sign of life for long by
// the clock of the database, which all nodes share.
func (c claim) free(now time.Time) bool {
	if c.Claimed < now.Add(-3*heartbeat).UnixMicro() {
		return true
	}
	host, pid, ok := strings.Cut(c.Worker, "/")
	here, _, _ := strings.Cut(thisWorker, "/")
	number, err := strconv.Atoi(pid)
	if !ok || host != here || err != nil || c.Worker == thisWorker {
		return false
	}
	process, err := os.FindProcess(number)
	if err != nil {
		return true
	}
	return errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
