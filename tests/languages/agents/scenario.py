"""Is an agent: starts the server of the README and looks which tools it offers and what they do. Prints each step that holds
and ends with an error at the first that does not."""

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

from fastmcp import Client
from fastmcp.client.transports import PythonStdioTransport
from fastmcp.exceptions import ToolError

org_id = os.environ["SUGER_ORG_ID"]


@contextmanager
def step(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as cause:
        raise SystemExit(f'step "{name}" failed: {cause!r}') from cause
    print(f'step "{name}" holds')


def operations() -> dict[str, str]:
    """Returns the effects of all operations of the description, by their ids."""
    with open("suger.json") as file:
        paths = json.load(file)["paths"].values()
    return {
        operation["operationId"]: operation["x-effect"]
        for path in paths
        for operation in path.values()
        if isinstance(operation, dict) and "operationId" in operation
    }


async def main() -> None:
    async with Client(PythonStdioTransport("server.py", env=dict(os.environ))) as client:
        effects = operations()
        with step("offer what reads, and nothing that acts"):
            offered = {tool.name for tool in await client.list_tools()}
            acting = {name for name in offered if effects.get(name) != "read"}
            assert not acting, acting
            missing = {name for name, effect in effects.items() if effect == "read"} - offered
            assert not missing, missing
            assert len(offered) > 50, offered

        with step("get an entitlement with values from the future"):
            answer = await client.call_tool("getEntitlement", {"orgId": org_id, "entitlementId": "entitlement-1"})
            entitlement = answer.structured_content
            assert entitlement is not None
            assert entitlement["status"] == "ON_THE_MOON", entitlement
            assert entitlement["phaseOfTheMoon"] == "full", entitlement
            assert entitlement["info"]["commitAmount"] == 16777217.05, entitlement

        with step("refuse what acts"):
            note = {"orgId": org_id, "offerId": "offer-1", "internalNote": "Call first."}
            try:
                await client.call_tool("updateOfferMetaInfo", note)
            except ToolError as refusal:
                assert "updateOfferMetaInfo" in str(refusal), refusal
            else:
                raise AssertionError("the offer was changed")


asyncio.run(main())
