"""What Slack's error codes mean for an answer: a sentence, what to do about it, and how to go on.

Codes are those of each method's page. Source: https://docs.slack.dev/reference/methods
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from checks.errors import ReadinessError


class Kind(StrEnum):
    """How to go on after a refusal."""

    PLACE = "place"
    """Nothing can be posted there: the asker is told alone."""
    LAYOUT = "layout"
    """An error of ours in the message: its text is sent without the blocks."""
    GONE = "gone"
    """The message cannot be changed any more: it is posted anew."""
    TRIGGER = "trigger"
    """The click is too old, or used: no form can be opened for it."""
    RATE = "rate"
    """Too many calls: again after a while."""
    PASSING = "passing"
    """Slack's own trouble; what was asked for may have been done."""
    APP = "app"
    """The token, the scopes or the workspace: only an administrator can help."""
    SO = "so"
    """It is already as it was asked for."""
    OTHER = "other"
    """Anything else: told, not worked around."""


@dataclass(frozen=True)
class Meaning:
    """What a code says to a person: a sentence, and what to do (may be empty)."""

    kind: Kind
    sentence: str
    hint: str = ""


_ELSEWHERE = "ask in another channel or in a direct message"
BOT: Final = "@readiness"
"""The bot in what is said here; a refusal calls it by its name in the workspace."""
_INVITE = f"`/invite {BOT}`"
_ABSENT = Meaning(Kind.PLACE, "I am not in this channel", f"{_INVITE}, or ask in a direct message")
_ARCHIVED = Meaning(Kind.PLACE, "this channel is archived", _ELSEWHERE)
_FORBIDDEN = Meaning(
    Kind.PLACE, "this workspace does not let me post here", f"an admin may allow it; or {_ELSEWHERE}"
)
_NO_THREAD = Meaning(
    Kind.PLACE, "what you asked under cannot be answered in a thread any more", "ask again in the channel"
)
_LAYOUT = Meaning(Kind.LAYOUT, "Slack refuses the layout of the message", "the log of the bot says why")
_GONE = Meaning(Kind.GONE, "the message cannot be changed any more")
_TRIGGER = Meaning(Kind.TRIGGER, "the form could not be opened in time", "click again")
_RATE = Meaning(Kind.RATE, "Slack takes no more of my messages for now", "ask again in an hour")
_PASSING = Meaning(Kind.PASSING, "Slack did not answer properly", "ask again in a minute")
_TOKEN = Meaning(
    Kind.APP,
    "Slack refuses the token of the bot",
    "an admin has to reinstall the app and set SLACK_BOT_TOKEN",
)
_WORKSPACE = Meaning(Kind.APP, "Slack keeps the app out of this workspace", "ask an admin of the workspace")
_SCOPE = Meaning(
    Kind.APP,
    "the Slack app lacks a scope",
    "an admin has to add it under OAuth & Permissions and reinstall the app",
)
_NO_HOME = Meaning(
    Kind.APP, "the Home tab of the app is switched off", "an admin has to switch it on under App Home"
)
_UNREACHABLE = Meaning(Kind.OTHER, "Slack does not let me write to you directly", "ask in a channel I am in")


def _all(meaning: Meaning, *codes: str) -> dict[str, Meaning]:
    return dict.fromkeys(codes, meaning)


MEANINGS: Final[Mapping[str, Meaning]] = {
    **_all(_ABSENT, "not_in_channel", "channel_not_found", "invalid_channel", "no_permission"),
    **_all(_ABSENT, "user_not_in_channel", "team_not_found"),
    **_all(_ARCHIVED, "is_archived", "is_inactive", "external_channel_migrating"),
    **_all(_FORBIDDEN, "restricted_action", "restricted_action_read_only_channel", "access_denied"),
    **_all(_FORBIDDEN, "posting_to_general_channel_denied", "posting_to_channel_denied", "ekm_access_denied"),
    **_all(_FORBIDDEN, "channel_type_not_supported", "method_not_supported_for_channel_type"),
    **_all(_FORBIDDEN, "messages_tab_disabled", "slack_connect_file_upload_sharing_blocked"),
    "restricted_action_thread_only_channel": Meaning(
        Kind.PLACE, "only threads are open to me in this channel", "mention me in a thread"
    ),
    "restricted_action_non_threadable_channel": Meaning(
        Kind.PLACE, "this channel has no threads", "use `/readiness` in the channel itself"
    ),
    **_all(_NO_THREAD, "thread_not_found", "cannot_reply_to_message"),
    **_all(
        _LAYOUT, "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text"
    ),
    **_all(_LAYOUT, "invalid_attachments", "too_many_attachments", "invalid_arguments", "invalid_payload"),
    "view_too_large": _LAYOUT,
    **_all(_GONE, "message_not_found", "cant_update_message", "edit_window_closed", "block_mismatch"),
    **_all(_TRIGGER, "expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"),
    **_all(_TRIGGER, "trigger_expired", "trigger_exchanged", "invalid_trigger"),
    **_all(_RATE, "ratelimited", "rate_limited"),
    **_all(
        _PASSING, "internal_error", "fatal_error", "service_unavailable", "request_timeout", "update_failed"
    ),
    **_all(_PASSING, "team_added_to_org", "no_answer"),
    **_all(_TOKEN, "not_authed", "invalid_auth", "token_revoked", "token_expired", "account_inactive"),
    **_all(_TOKEN, "not_allowed_token_type", "app_not_installed"),
    **_all(_WORKSPACE, "org_login_required", "two_factor_setup_required", "enterprise_is_restricted"),
    **_all(_WORKSPACE, "accesslimited", "team_access_not_granted"),
    "missing_scope": _SCOPE,
    "not_enabled": _NO_HOME,
    "message_limit_exceeded": Meaning(
        Kind.OTHER, "this workspace has reached the number of messages of its plan", _WORKSPACE.hint
    ),
    **_all(_UNREACHABLE, "user_not_found", "user_not_visible", "user_disabled", "cannot_dm_bot"),
    **_all(Meaning(Kind.SO, "that is so already"), "already_reacted", "no_reaction"),
    "unknown_method": Meaning(
        Kind.OTHER,
        "this Slack does not know what I asked of it",
        "the log of the bot names it; is SLACK_API_URL right?",
    ),
}


def meaning(code: str) -> Meaning:
    """Return what a code means; one that is not known is named, and is about the place where it looks so."""
    if known := MEANINGS.get(code):
        return known
    if code.startswith("restricted_action"):
        return _FORBIDDEN
    return Meaning(Kind.OTHER, "Slack refuses", "the log of the bot says more")


class SlackRefused(ReadinessError):
    """Slack does not do what was asked of it; `code` is its own word for why.

    `scope` is what a token lacks. `messages` are what Slack says of a layout. `bot` is our name.
    """

    def __init__(
        self, code: str, scope: str = "", messages: tuple[str, ...] = (), bot: str = "readiness"
    ) -> None:
        found = meaning(code)
        self.code, self.kind, self.messages = code, found.kind, messages
        self._invite = _INVITE.replace(BOT, f"@{bot}") if found is _ABSENT else ""
        sentence = f"{found.sentence}: `{scope}`" if scope else found.sentence
        # These two speak for themselves; whoever has to mend anything else needs the code.
        plain = found.kind in (Kind.PLACE, Kind.PASSING)
        super().__init__(sentence if plain else f"{sentence} ({code})", found.hint.replace(BOT, f"@{bot}"))

    @property
    def advice(self) -> str:
        """The sentence and what to do, on one line of mrkdwn."""
        said = str(self)
        return f"{said[:1].upper()}{said[1:]}: {self.hint}" if self.hint else f"{said[:1].upper()}{said[1:]}"

    def mending(self, schedule: str) -> str:
        """Return what to do where nobody asked, but a schedule posts: there is no other place to ask in."""
        if self.kind is not Kind.PLACE:
            return self.hint
        invited = f"{self._invite} there, or " if self._invite else ""
        return f"{invited}choose another channel for `{schedule}`"


class SlackSilent(SlackRefused):
    """No answer that can be understood: what was asked for may have been done."""

    def __init__(self) -> None:
        super().__init__("no_answer")


class TakenOver(ReadinessError):
    """Somebody else does meanwhile what was to be posted."""

    def __init__(self) -> None:
        super().__init__("somebody else has taken this over")


class FormExpired(ReadinessError):
    """The click is too old for a form."""

    def __init__(self) -> None:
        super().__init__(_TRIGGER.sentence, _TRIGGER.hint)
