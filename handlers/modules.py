"""Which module does what is asked: one an intent, or one where two are two sides of one thing."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from handlers import (
    accept,
    asking,
    audit,
    changes,
    clusters,
    compare,
    explain,
    export,
    fix,
    guess,
    helping,
    history,
    home,
    rbac,
    run,
    show,
    status,
    welcome,
)
from handlers.desk import Desk
from handlers.intents import (
    Attest,
    Audit,
    Changes,
    Clusters,
    Compare,
    Edit,
    Explain,
    Export,
    Fix,
    Guess,
    Help,
    History,
    Home,
    Question,
    Rbac,
    Run,
    Save,
    Show,
    Unclear,
    Waive,
    Waivers,
    Welcome,
    Withdraw,
)
from handlers.request import Request
from handlers.schedules import listing, planning
from handlers.schedules.intents import Pause, Plan, Remove, Replan, Schedules, Status, Trigger

Handler = Callable[[Desk, Request, Any], Awaitable[str]]
"""Returns what the audit log should know beside the words; mostly nothing."""

HANDLERS: Mapping[type, Handler] = {
    Help: helping.overview,
    Unclear: helping.unclear,
    Clusters: clusters.answer,
    Run: run.answer,
    Show: show.answer,
    Changes: changes.answer,
    Fix: fix.answer,
    Export: export.answer,
    Compare: compare.answer,
    History: history.answer,
    Explain: explain.answer,
    Rbac: rbac.answer,
    Waive: accept.waive,
    Attest: accept.attest,
    Edit: accept.edit,
    Withdraw: accept.withdraw,
    Waivers: accept.waivers,
    Save: accept.save,
    Plan: planning.plan,
    Replan: planning.replan,
    Schedules: listing.schedules,
    Pause: planning.pause,
    Trigger: planning.trigger,
    Remove: planning.remove,
    Status: status.answer,
    Audit: audit.answer,
    Question: asking.answer,
    Guess: guess.answer,
    Home: home.answer,
    Welcome: welcome.answer,
}
