package usage

// schema is what the tables became, version by version. A step that was published never changes.
//
// Events keep their ids after they were sealed, so that they are known when they come again. A group has its content in it, so
// that it outlives its events. The index for events that are sealed is not one that Add has to write to.
var schema = []string{`
CREATE TABLE suger_usage_events (
	organization TEXT NOT NULL,
	id           TEXT NOT NULL,
	entitlement  TEXT NOT NULL,
	dimension    TEXT NOT NULL,
	quantity     TEXT NOT NULL,
	occurred     BIGINT NOT NULL,
	window_start BIGINT NOT NULL,
	added        BIGINT NOT NULL,
	group_id     TEXT,
	PRIMARY KEY (organization, id)
);
CREATE INDEX suger_usage_events_open ON suger_usage_events (organization, window_start, entitlement) WHERE group_id IS NULL;
CREATE INDEX suger_usage_events_sealed ON suger_usage_events (organization, added) WHERE group_id IS NOT NULL;

CREATE TABLE suger_usage_groups (
	id           TEXT PRIMARY KEY,
	organization TEXT NOT NULL,
	entitlement  TEXT NOT NULL,
	window_start BIGINT NOT NULL,
	window_end   BIGINT NOT NULL,
	oldest       BIGINT NOT NULL,
	newest       BIGINT NOT NULL,
	records      TEXT NOT NULL,
	state        TEXT NOT NULL,
	attempts     BIGINT NOT NULL DEFAULT 0,
	next_attempt BIGINT NOT NULL DEFAULT 0,
	not_before   BIGINT NOT NULL DEFAULT 0,
	lease        TEXT NOT NULL DEFAULT '',
	lease_until  BIGINT NOT NULL DEFAULT 0,
	settled      BIGINT NOT NULL DEFAULT 0,
	status       TEXT NOT NULL DEFAULT '',
	status_code  BIGINT NOT NULL DEFAULT 0,
	reason       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX suger_usage_groups_waiting ON suger_usage_groups (organization, next_attempt) WHERE state = 'waiting';
CREATE INDEX suger_usage_groups_entitlement ON suger_usage_groups (organization, entitlement) WHERE state = 'waiting';
CREATE INDEX suger_usage_groups_settled ON suger_usage_groups (organization, state, settled);
`}

// The states of a group. A group that waits is sent until Suger has taken or refused it.
const (
	stateWaiting   = "waiting"
	stateAccepted  = "accepted"
	stateRefused   = "refused"
	stateDiscarded = "discarded"
	stateZero      = "zero" // its quantities are all zero, which Suger refuses with 400: there is nothing to send
)
