"""A stand-in for a read-only Kubernetes API server, over real HTTP, from ordinary manifests.

    python -m deploy.sandbox.cluster FILE.yaml... [--port N] [faults]

prints a kubeconfig and serves until it is stopped. In tests:

    async with SandboxCluster(objects, faults=Faults(forbid={"secrets"})) as cluster:
        ...  # cluster.url, cluster.kubeconfig(), cluster.requests
"""

import asyncio
import contextlib
import gzip
import ssl
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml
from aiohttp import web

from deploy.sandbox.answers import Answers, Options, Question, target_of
from deploy.sandbox.arguments import Settings, parse
from deploy.sandbox.faults import NO_FAULTS, Faults, Injector
from deploy.sandbox.objects import Store, read_manifests
from deploy.sandbox.serving import Server, listen, until_interrupted
from deploy.sandbox.statuses import Answer

GZIP_FROM = 128 * 1024
"""Bytes above which a body is compressed, as a real server does."""
_DRIPS_A_SECOND = 10


@dataclass(frozen=True)
class Seen:
    """A request that arrived; header names ignore case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


class SandboxCluster(Server):
    """A cluster that listens on 127.0.0.1 while it is entered; port 0 takes a free one.

    `requests` grows with every request. Objects and faults may change while it runs. Raises ValueError for
    objects that name no kind, OSError where the port is taken.
    """

    def __init__(
        self,
        objects: Iterable[Mapping[str, Any]] = (),
        *,
        faults: Faults = NO_FAULTS,
        options: Options | None = None,
        port: int = 0,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self.options = options or Options()
        self.requests: list[Seen] = []
        self._store = Store(objects, self.options.name)
        self._answers = Answers(self._store, self.options)
        self._injector = Injector(faults)
        self._rendered: dict[tuple[str, ...], Answer] = {}
        self._port = port
        self._ssl = ssl_context
        self._closing = asyncio.Event()
        self._stalled = asyncio.Event()
        self._runner: web.ServerRunner | None = None
        self.url = ""

    @property
    def faults(self) -> Faults:
        """What goes wrong at present."""
        return self._injector.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        """Take other faults from now on: what is stalled is answered. What they counted starts anew."""
        self._injector = Injector(faults)
        self._stalled.set()
        self._stalled = asyncio.Event()
        self._forget()

    def apply(self, manifest: Mapping[str, Any]) -> None:
        """Add an object, or replace it as a whole. Raises ValueError where it has no kind or no name."""
        self._store.apply(manifest)
        self._forget()

    def delete(self, kind: str, namespace: str, name: str) -> None:
        """Remove an object; `namespace` is empty for cluster-scoped kinds. Raises KeyError for none."""
        self._store.delete(kind, namespace, name)
        self._forget()

    def kubeconfig(self) -> dict[str, Any]:
        """Return a kubeconfig with one context, which is named as the cluster and current."""
        name = self.options.name
        user = self.options.user
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": {"server": self.url}}],
            "users": [{"name": user, "user": {"token": self.faults.token or "sandbox"}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": user}}],
            "current-context": name,
        }

    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        # No access log, and nothing to wait for at the end: stalled requests hear of it from `close`.
        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=1)
        address = self._answers.address = await listen(self._runner, self._port, self._ssl)
        self.url = f"{'https' if self._ssl else 'http'}://{address}"

    async def close(self) -> None:
        """Stop listening and end every request, stalled ones too."""
        self._closing.set()
        self._stalled.set()
        if self._runner:
            await self._runner.cleanup()

    def _forget(self) -> None:
        self._rendered.clear()
        self._answers.listing.forget()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        query = dict(request.query)
        self.requests.append(Seen(request.method, request.path, query, request.headers))
        target = target_of(request.method, request.path, query)
        injector, stalled = self._injector, self._stalled
        body = await request.read()
        await self._pause(injector.latency(target))
        answer = injector.refusal(target, request.headers.get("Authorization", ""), self.options.user)
        if answer is None and injector.stalls(target):
            await stalled.wait()
            if self._closing.is_set():
                return _hang_up(request, web.Response())
        if answer is None:
            question = Question(target, request.method, query, request.headers.get("Accept", ""), body)
            answer = self._render(question, request)
        if injector.drops(target):
            return await self._send_slowly(request, answer, len(answer.body) // 2, 0)
        rate = injector.drip(target)
        if rate:
            return await self._send_slowly(request, answer, len(answer.body), rate)
        return web.Response(status=answer.code, body=answer.body, headers=_headers(answer))

    def _render(self, question: Question, request: web.BaseRequest) -> Answer:
        """Answer the truth; what was rendered once is kept until something changes."""
        zipped = "gzip" in request.headers.get("Accept-Encoding", "")
        key = (question.method, request.path_qs, question.accept, str(zipped))
        if key in self._rendered:
            return self._rendered[key]
        answer = self._answers.answer(question, self._injector)
        if zipped and len(answer.body) > GZIP_FROM:
            headers = {**answer.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            answer = replace(answer, body=gzip.compress(answer.body, 1), headers=headers)
        if question.method == "GET" and not self.faults.expire:
            self._rendered[key] = answer
        return answer

    async def _send_slowly(
        self, request: web.BaseRequest, answer: Answer, until: int, rate: int
    ) -> web.StreamResponse:
        """Send the body's first `until` bytes, `rate` a second unless that is 0; hang up if more were due."""
        response = web.StreamResponse(status=answer.code, headers=_headers(answer))
        response.content_length = len(answer.body)
        await response.prepare(request)
        piece = max(rate // _DRIPS_A_SECOND, 1) if rate else until
        for start in range(0, until, piece):
            await response.write(answer.body[start : min(start + piece, until)])
            await self._pause(piece / rate if rate else 0)
        return response if until == len(answer.body) else _hang_up(request, response)

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer than the server lives."""
        if seconds:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), seconds)


def _hang_up(request: web.BaseRequest, response: web.StreamResponse) -> web.StreamResponse:
    """Close the connection once what was written has left; the response is a formality."""
    if request.transport:
        request.transport.close()
    return response


def _headers(answer: Answer) -> dict[str, str]:
    return {"Content-Type": answer.content_type, "Cache-Control": "no-cache, private", **answer.headers}


async def serve(settings: Settings) -> None:
    """Print a kubeconfig and serve until cancelled. Raises OSError or ValueError for bad files."""
    objects = [item for path in settings.files for item in read_manifests(path)]
    cluster = SandboxCluster(objects, faults=settings.faults, options=settings.options, port=settings.port)
    async with cluster:
        print(yaml.safe_dump(cluster.kubeconfig(), sort_keys=False), end="", flush=True)
        await asyncio.Event().wait()


def main() -> int:
    """Run the command line; 2 where the files cannot be served."""
    return until_interrupted(serve(parse(sys.argv[1:])))


if __name__ == "__main__":
    sys.exit(main())
