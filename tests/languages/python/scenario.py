"""The scenario of every language. Prints each step that holds and ends with an error at the first that does not."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from suger import AuthenticatedClient
from suger.api.buyers import list_buyers
from suger.api.entitlements import get_entitlement
from suger.api.metering import report_usage_record_group
from suger.api.offers import (
    create_or_update_draft_offer,
    list_offers,
    update_offer_meta_info,
)
from suger.models import (
    CommitDimension,
    CreateUsageRecordGroupParams,
    CreateUsageRecordGroupParamsRecords,
    Entitlement,
    EntitlementInfo,
    EntitlementStatus,
    MetaInfo,
    Offer,
    OfferInfo,
    UsageRecordGroup,
)

org_id = os.environ["SUGER_ORG_ID"]
client = AuthenticatedClient(
    base_url=os.environ["SUGER_BASE_URL"], token=os.environ["SUGER_API_KEY"], prefix="Key"
)


@contextmanager
def step(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as cause:
        raise SystemExit(f'step "{name}" failed: {cause!r}') from cause
    print(f'step "{name}" holds')


with step("get an entitlement with values from the future"):
    entitlement = get_entitlement.sync(org_id, "entitlement-1", client=client)
    assert isinstance(entitlement, Entitlement), entitlement
    assert isinstance(entitlement.status, EntitlementStatus), entitlement.status
    assert entitlement.status == "ON_THE_MOON", entitlement.status
    assert entitlement["phaseOfTheMoon"] == "full", entitlement.additional_keys
    assert entitlement.name == "Globex, Analytics Enterprise 2026", entitlement.name
    assert isinstance(entitlement.info, EntitlementInfo), entitlement.info
    assert entitlement.info.commit_amount == 16777217.05, entitlement.info.commit_amount

with step("change one property of an offer"):
    meta_info = update_offer_meta_info.sync(
        org_id, "offer-1", client=client, body=MetaInfo(internal_note="Call first.")
    )
    assert isinstance(meta_info, MetaInfo), meta_info
    assert meta_info.internal_note == "Call first.", meta_info.internal_note

with step("page through offers"):
    limit = 2
    ids: list[str] = []
    while True:
        page = list_offers.sync(org_id, client=client, limit=limit, offset=len(ids))
        assert isinstance(page, list), page
        ids += [str(offer.id) for offer in page]
        if len(page) < limit:
            break
    assert sorted(ids) == ["offer-1", "offer-2", "offer-3", "offer-4", "offer-5"], ids

with step("draft an offer with a commit"):
    commit = CommitDimension(key="seats", rate=1250.5)
    draft = create_or_update_draft_offer.sync(
        org_id, client=client, body=Offer(name="Draft", info=OfferInfo(commits=[commit]))
    )
    assert isinstance(draft, Offer), draft
    assert draft.name == "Draft", draft.name

with step("report usage once"):
    records = CreateUsageRecordGroupParamsRecords()
    records["api_calls"] = 1250.5
    group = CreateUsageRecordGroupParams(
        id=str(uuid.uuid4()), organization_id=org_id, entitlement_id="entitlement-1", records=records
    )
    first = report_usage_record_group.sync(org_id, "entitlement-1", client=client, body=group)
    assert isinstance(first, UsageRecordGroup), first
    assert first.id == group.id, first.id
    second = report_usage_record_group.sync_detailed(
        org_id, "entitlement-1", client=client, body=group
    )
    assert second.status_code == HTTPStatus.CONFLICT, second.status_code
    assert isinstance(second.parsed, str), second.parsed

with step("meet a 404"):
    missing = get_entitlement.sync_detailed(org_id, "missing", client=client)
    assert missing.status_code == HTTPStatus.NOT_FOUND, missing.status_code
    assert isinstance(missing.parsed, str), missing.parsed

with step("meet a 429"):
    limited = list_buyers.sync_detailed(org_id, client=client)
    assert limited.status_code == HTTPStatus.TOO_MANY_REQUESTS, limited.status_code
    assert limited.headers["Retry-After"] == "1", limited.headers
