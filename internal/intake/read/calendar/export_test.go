package calendar

// What the tests of this package look at, from outside it.
const MaxInstances = maxInstances

var (
	ParseDuration = parseDuration
	WindowsZones  = windowsZones
	ZoneIANA      = zoneIANA
)
