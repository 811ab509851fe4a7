package power

import (
	"fmt"
	"reflect"
	"testing"
)

// Levels stand from the top down, other groups by how large they are, the rest last; and every share moves with its
// groups.
func TestGroupsStandInOrder(t *testing.T) {
	made := func(by string, groups ...GroupSize) MixingOutput {
		out := MixingOutput{By: by, Groups: groups}
		for i := range groups {
			var row []float64
			for j := range groups {
				row = append(row, float64(10*i+j))
			}
			out.Share = append(out.Share, row)
		}
		return out
	}
	level := made("level", GroupSize{Name: rest}, GroupSize{Name: "floor"}, GroupSize{Name: "top"})
	level.sort()
	if got := fmt.Sprint(level.Groups[0].Name, level.Groups[1].Name, level.Groups[2].Name); got != "topfloor*" {
		t.Errorf("levels stand as %s", got)
	}
	if want := [][]float64{{22, 21, 20}, {12, 11, 10}, {2, 1, 0}}; !reflect.DeepEqual(level.Share, want) {
		t.Errorf("the shares are %v, want %v", level.Share, want)
	}
	place := made("place", GroupSize{Name: rest, Size: 90}, GroupSize{Name: "Arnhem", Size: 9},
		GroupSize{Name: "Zwolle", Size: 20}, GroupSize{Name: "Ede", Size: 9})
	place.sort()
	got := ""
	for _, g := range place.Groups {
		got += g.Name + " "
	}
	if got != "Zwolle Arnhem Ede * " {
		t.Errorf("places stand as %s", got)
	}
}
