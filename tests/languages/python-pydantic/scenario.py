"""The scenario of every language. Prints each step that holds and ends with an error at the first that does not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from suger import CommitDimension, Entitlement, MetaInfo, Offer, OfferInfo

client = httpx.Client(
    base_url=f"{os.environ['SUGER_BASE_URL']}/org/{os.environ['SUGER_ORG_ID']}",
    headers={"Authorization": f"Key {os.environ['SUGER_API_KEY']}", "Content-Type": "application/json"},
)


@contextmanager
def step(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as cause:
        raise SystemExit(f'step "{name}" failed: {cause!r}') from cause
    print(f'step "{name}" holds')


with step("get an entitlement with values from the future"):
    answer = client.get("/entitlement/entitlement-1").raise_for_status()
    entitlement = Entitlement.model_validate_json(answer.content)
    assert entitlement.model_dump()["status"] == "ON_THE_MOON", entitlement.status
    assert entitlement.model_extra == {"phaseOfTheMoon": "full"}, entitlement.model_extra
    assert entitlement.name == "Globex, Analytics Enterprise 2026", entitlement.name
    assert entitlement.info and entitlement.info.commitAmount == 16777217.05, entitlement.info

with step("change one property of an offer"):
    note = MetaInfo(internalNote="Call first.")
    answer = client.patch("/offer/offer-1/metaInfo", content=note.model_dump_json(exclude_unset=True))
    meta_info = MetaInfo.model_validate_json(answer.raise_for_status().content)
    assert meta_info.internalNote == "Call first.", meta_info.internalNote

with step("draft an offer with a commit"):
    commit = CommitDimension(key="seats", rate=1250.5)
    draft = Offer(name="Draft", info=OfferInfo(commits=[commit]))
    answer = client.post("/draftOffer", content=draft.model_dump_json(exclude_unset=True))
    saved = Offer.model_validate_json(answer.raise_for_status().content)
    assert saved.name == "Draft", saved.name

with step("meet a 404"):
    answer = client.get("/entitlement/missing")
    assert answer.status_code == 404, answer
    assert isinstance(answer.json(), str), answer.text
