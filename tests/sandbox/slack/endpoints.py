"""What the tests of signed HTTP share: request URLs, and one that notes what arrives."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from deploy.sandbox.serving import listen
from tests.sandbox.slack.waiting import until

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


@contextlib.asynccontextmanager
async def serving(routes: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(routes, shutdown_timeout=1)
    try:
        yield f"http://{await listen(runner, 0)}/slack/events"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def endpoint(answer: Answering) -> AsyncIterator[str]:
    routes = web.Application()
    routes.router.add_post("/slack/events", answer)
    async with serving(routes) as url:
        yield url


@dataclass
class Recorder:
    """An endpoint that notes requests and answers as told; the last answer goes on."""

    answers: list[Answering]
    headers: list[dict[str, str]]
    bodies: list[str]

    @classmethod
    def of(cls, *answers: Answering) -> "Recorder":
        return cls(list(answers), [], [])

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(dict(request.headers))
        self.bodies.append(await request.text())
        return await self.answers[min(len(self.bodies), len(self.answers)) - 1](request)

    @property
    def retries(self) -> list[tuple[str, str]]:
        return [
            (headers.get("X-Slack-Retry-Num", ""), headers.get("X-Slack-Retry-Reason", ""))
            for headers in self.headers
        ]

    async def asked(self, times: int) -> None:
        await until(lambda: len(self.bodies) >= times)


def says(status: int, text: str = "", **headers: str) -> Answering:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text, headers=headers)

    return answer


async def never(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError
