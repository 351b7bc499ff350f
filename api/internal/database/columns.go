package database

import "time"

// Time returns the value of a BIGINT column for a time: nanoseconds since 1970, UTC. The zero time is 0.
func Time(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// FromTime returns the time for the value of a column, in UTC.
func FromTime(column int64) time.Time {
	if column == 0 {
		return time.Time{}
	}
	return time.Unix(0, column).UTC()
}
