package gen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// errNoGroup says that a list has no usage record group with the id that was looked for.
var errNoGroup = errors.New("the list of usage record groups does not have it")

// findUsageRecordGroup looks a group up by its id. There is no operation for that, so it reads the list.
func (s *MeteringService) findUsageRecordGroup(ctx context.Context, id string, params ListUsageRecordGroupsParams) (*UsageRecordGroup, error) {
	for group, err := range s.AllUsageRecordGroups(ctx, &params) {
		if err != nil {
			return nil, err
		}
		if group.GetID() == id {
			return group, nil
		}
	}
	return nil, fmt.Errorf("usage record group %s: %w", id, errNoGroup)
}

// settleReport reports whether the group on the server with the id of the report has the usage of the report, and sets out to
// that group. If the client generated the id, no other report can have it, so the usage is not compared.
func (s *MeteringService) settleReport(ctx context.Context, body CreateUsageRecordGroupParams, madeUp bool, out *UsageRecordGroup) (bool, error) {
	now := time.Now().UTC()
	group, err := s.findUsageRecordGroup(ctx, body.GetID(), ListUsageRecordGroupsParams{
		EntitlementID: new(body.EntitlementID),
		StartDate:     new(now.AddDate(0, 0, -1).Format(time.DateOnly)), // for clocks that differ, and around midnight
		EndDate:       new(now.AddDate(0, 0, 1).Format(time.DateOnly)),
	})
	if err != nil {
		return false, fmt.Errorf("its content was not compared: %w", err)
	}
	*out = *group
	return madeUp || sameUsage(body, group), nil
}

// sameUsage reports whether a group has the usage of a report. Suger may have mapped the records to other dimensions, and keeps
// the reported ones in OriginRecords.
func sameUsage(body CreateUsageRecordGroupParams, group *UsageRecordGroup) bool {
	sent, _ := json.Marshal(body.BillableRecords)
	stored, _ := json.Marshal(group.GetMetaInfo().GetBillableRecords())
	if len(body.BillableRecords) > 0 {
		return string(sent) == string(stored)
	}
	return maps.Equal(body.Records, group.GetRecords()) || maps.Equal(body.Records, group.GetMetaInfo().GetOriginRecords())
}

// settleGroup reports whether a group has one of the wanted states, and sets out to it. creationDate is the day it was created.
func (s *MeteringService) settleGroup(ctx context.Context, id string, creationDate *string, out *UsageRecordGroup, wanted ...UsageRecordGroupStatus) (bool, error) {
	group, err := s.findUsageRecordGroup(ctx, id, ListUsageRecordGroupsParams{StartDate: creationDate, EndDate: creationDate})
	if err != nil {
		return false, err
	}
	*out = *group
	return slices.Contains(wanted, group.GetStatus()), nil
}
