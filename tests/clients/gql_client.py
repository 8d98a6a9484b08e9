"""Asks and watches a running server by Python's gql: python gql_client.py http://127.0.0.1:4000, with KEY if it needs one."""

import asyncio
import os
import sys

from gql import Client, GraphQLRequest, gql
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

WATCH = gql("subscription { systemEvents { systemEvent { message } } }")
RECORD = gql('mutation { recordSystemEvent(input: { eventType: "test", message: "by gql" }) { userErrors { message } } }')
AGENTS = GraphQLRequest(
    "query Agents($first: Int!) { agents(first: $first) { totalCount nodes { name } } }", variable_values={"first": 3}
)


async def main(base: str) -> None:
    key = os.environ.get("KEY")
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    http = HTTPXAsyncTransport(url=f"{base}/graphql", headers=headers)
    socket = WebsocketsTransport(url=f"{base.replace('http', 'ws', 1)}/graphql/ws", init_payload=headers)
    async with Client(transport=http, fetch_schema_from_transport=True) as asking, Client(transport=socket) as watching:
        agents = await asking.execute(AGENTS)
        assert len(agents["agents"]["nodes"]) == 3, agents
        events = watching.subscribe(WATCH)
        first = asyncio.ensure_future(anext(events))
        # From when on it watches does not show: something happens until it was seen.
        while not first.done():
            done = await asking.execute(RECORD)
            assert done["recordSystemEvent"]["userErrors"] == [], done
            await asyncio.wait([first], timeout=0.2)
        assert first.result()["systemEvents"]["systemEvent"]["message"] == "by gql", first.result()
        await events.aclose()
    print("gql asks, changes and watches.")


asyncio.run(asyncio.wait_for(main(sys.argv[1]), 60))
