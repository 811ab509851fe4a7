package colleagues

import (
	"math"
	"strconv"
	"strings"
)

// The measures of the curves of a proposal, in units of their own.
const (
	curveWidth, curveHeight = 358, 136
	curveTop, curveFoot     = 22, 22
	curveEdge               = 14 // of the points of a course, beside which there are numbers

	// blur is the standard deviation, in hundredths of the votes, by which what was drawn is spread: few votes fall in
	// few ways, and what one sees should be where they lie.
	blur = 5.0
)

// curve is a line and the surface under it.
type curve struct{ line, area string }

// curvesOf draws how likely each share of the votes is, on one scale. What lies beyond none and all of the votes is
// folded back.
func curvesOf(outcomes ...[101]float64) []curve {
	smooth := make([][101]float64, len(outcomes))
	most := 0.0
	for k, drawn := range outcomes {
		for at := range smooth[k] {
			for from, share := range drawn {
				if share == 0 {
					continue
				}
				for _, image := range [3]int{from, -from, 200 - from} {
					d := float64(at-image) / blur
					smooth[k][at] += share * math.Exp(-d*d/2)
				}
			}
			most = max(most, smooth[k][at])
		}
	}
	var out []curve
	for _, heights := range smooth {
		points := make([]string, len(heights))
		for at, height := range heights {
			x := float64(at) * curveWidth / 100
			y := curveTop + (1-height/most)*(curveHeight-curveTop-curveFoot)
			points[at] = tenth(x) + "," + tenth(y)
		}
		line := strings.Join(points, " ")
		foot := strconv.Itoa(curveHeight - curveFoot)
		out = append(out, curve{line, "0," + foot + " " + line + " " + strconv.Itoa(curveWidth) + "," + foot})
	}
	return out
}

// coursePlace is where a number of talks stands in the picture of the course, and what stands at it.
type coursePlace struct {
	x, y       float64
	talks, per string // the number of talks, and of how many in a hundred the proposal carries
}

// courseOf draws how the chance rises with the talks.
func courseOf(course []CoursePoint) (places []coursePlace, line string) {
	last := course[len(course)-1].Talks
	points := make([]string, len(course))
	for i, point := range course {
		place := coursePlace{
			x: curveEdge + float64(point.Talks)/float64(max(last, 1))*(curveWidth-2*curveEdge),
			y: curveTop + (1-point.Chance)*(curveHeight-curveTop-curveFoot), talks: strconv.Itoa(point.Talks),
			per: strconv.Itoa(int(math.Round(100 * point.Chance))),
		}
		places = append(places, place)
		points[i] = tenth(place.x) + "," + tenth(place.y)
	}
	return places, strings.Join(points, " ")
}

func tenth(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
