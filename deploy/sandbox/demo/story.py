"""A short conversation: a check, a waiver, a change and what came of it, a typo, a digest."""

from typing import Final

from deploy.sandbox.demo.stage import Stage
from deploy.sandbox.program import PATIENCE, Bot
from deploy.sandbox.samples import fresh, well_run
from deploy.sandbox.slack.model import Message
from deploy.sandbox.terminal.screen import USUAL, Room, Screen

OPS: Final = "#ops"
WAIVED: Final = "cluster-autoscaler"
REASON: Final = "four machines of our own: there are none to add"


class Story:
    """Plays what people do, each step once the answer to the one before is there."""

    def __init__(self, stage: Stage, bot: Bot, screen: Screen) -> None:
        self._stage, self._bot, self._screen = stage, bot, screen
        self._slack, self._people = stage.slack, stage.slack.people

    async def tell(self) -> None:
        """Tell all of it. Raises `Failed` where the program does not answer."""
        await self._on_the_command_line()
        self._screen.headline("In Slack: how do I ask? And how is `fresh`, kubeadm's defaults, two days old?")
        await self._command("alice", "", "ready for production?", user="alice")
        await self._command("alice", fresh.NAME, fresh.NAME)
        first = await self._finished(Room(16, 0))
        await self._click("bob", first, "How to fix", "failing checks", thread_ts=first.ts)
        await self._waive(first)
        self._screen.headline(
            "Later the crashing mailer was mended and the web front end got a disruption budget, but one"
            " worker is not heard of any more."
        )
        self._stage.fresh.become(fresh.changed)
        await self._people.click("carol", OPS, first.ts, "Run again")
        await self._finished(Room(7, 14), after=first.ts)
        await self._command("bob", f"compare {fresh.NAME} {well_run.NAME}", well_run.NAME, Room(9))
        offer = await self._command(
            "carol", f"expalin cluster-dns {fresh.NAME}", "Did you mean", user="carol"
        )
        await self._click("carol", offer, f"explain cluster-dns {fresh.NAME}", "Cluster DNS", Room(6))
        await self._schedule()

    async def _on_the_command_line(self) -> None:
        self._screen.headline("On the command line: `well-run`, a cluster that somebody looks after.")
        self._screen.say(f"$ readiness check {well_run.NAME} | head -n 1")
        self._screen.say((await self._stage.program.run("check", well_run.NAME)).partition("\n")[0])

    async def _schedule(self) -> None:
        """Have a digest posted every working day, and look at one now."""
        self._screen.headline("From now on the channel is told every working day, and of changes between.")
        said = f"schedule {fresh.NAME} {well_run.NAME} weekdays 09:00 Europe/Berlin"
        made = await self._command("alice", said, "*Scheduled*", Room(8))
        await self._click("alice", made, "Run now", "*Digest*", Room(20))

    async def _waive(self, root: Message) -> None:
        """Waive by the form, from the root message."""
        await self._people.click("alice", OPS, root.ts, "Waive")
        await self._bot.through(self._slack.modal("alice", timeout=PATIENCE))
        self._screen.show()
        await self._people.submit("alice", {"what": WAIVED, "reason": REASON})
        await self._seen("*Waived*", thread_ts=root.ts)
        await self._seen("1 finding waived")

    async def _finished(self, room: Room, after: str = "") -> Message:
        """Return the newest root message once it is final and its thread whole."""
        root = await self._seen("Run again", room, after=after)
        await self._seen(":wrench:", room, thread_ts=root.ts)
        return root

    async def _command(
        self, who: str, said: str, answer: str, room: Room = USUAL, *, user: str = ""
    ) -> Message:
        after = self._slack.workspace.new_ts()
        await self._people.command(who, OPS, said)
        return await self._seen(answer, room, after=after, user=user)

    async def _click(
        self, who: str, on: Message, label: str, answer: str, room: Room = USUAL, *, thread_ts: str = ""
    ) -> Message:
        after = self._slack.workspace.new_ts()
        await self._people.click(who, OPS, on.ts, label)
        return await self._seen(answer, room, after=after, thread_ts=thread_ts)

    async def _seen(
        self, answer: str, room: Room = USUAL, *, after: str = "", user: str = "", thread_ts: str = ""
    ) -> Message:
        """Wait for a message with these words, and show all that is new."""
        found = self._slack.message(
            OPS, answer, timeout=PATIENCE, after=after, user=user, thread_ts=thread_ts
        )
        message = await self._bot.through(found)
        self._screen.show(room)
        return message
