package progress_test

import (
	"context"
	"testing"

	"gave.network/internal/progress"
)

func TestReportReachesTheInnermostWatcher(t *testing.T) {
	var outer, inner []int64
	ctx := progress.With(context.Background(), func(done, _ int64, _ string) { outer = append(outer, done) })
	progress.Report(context.Background(), 1, 2, "nobody watches")
	progress.Report(ctx, 3, 9, "file")
	progress.Report(progress.With(ctx, func(done, total int64, what string) {
		if total != 9 || what != "file" {
			t.Errorf("got total %d of %q", total, what)
		}
		inner = append(inner, done)
	}), 4, 9, "file")
	progress.Report(progress.With(ctx, nil), 5, 9, "silenced")
	if len(outer) != 1 || outer[0] != 3 || len(inner) != 1 || inner[0] != 4 {
		t.Errorf("outer %v, inner %v", outer, inner)
	}
}
