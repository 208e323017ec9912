"""What a check is, and how one is declared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from shlex import quote

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Ref, Severity
from checks.reads import Read
from checks.snapshot import Snapshot

Judge = Callable[[Snapshot], Iterator[Passed | Finding]]


class NotApplicable(Exception):
    """Raised by a check that has nothing to say of this cluster, with the reason."""


class Unknown(Exception):
    """Raised by a check whose answer the API does not hold, with what a person can do about it."""


@dataclass(frozen=True)
class Check:
    """A row of the checklist.

    `remediation` is a template over the finding's `{ref}`, `{kind}`, `{namespace}`, `{name}`, `{container}`
    and `{target}` (as kubectl names it: `deployment/cart --namespace shop`). `own_control_plane` checks
    judge a control plane that somebody here runs: on a managed cluster they are the provider's.
    """

    id: str
    title: str
    why: str
    family: Family
    severity: Severity
    layer: Layer
    reads: tuple[Read, ...]
    remediation: str
    docs: str
    own_control_plane: bool
    judge: Judge

    def fix(self, finding: Finding) -> str:
        """How to mend one finding, with its real names."""
        return finding.fix or render(self.remediation, finding.ref)


def render(template: str, ref: Ref) -> str:
    """Fill a remediation template with one object's names, quoted where a shell would read more into them."""
    namespace, name = quote(ref.namespace) if ref.namespace else "", quote(ref.name) if ref.name else ""
    return template.format(
        ref=ref if ref != CLUSTER else "the cluster",
        kind=ref.kind,
        namespace=namespace,
        name=name,
        container=ref.container,
        target=f"{ref.kind.lower()}/{name}" + (f" --namespace {namespace}" if namespace else ""),
    )


def check(  # noqa: PLR0913 - each is a column of the checklist, and given by name
    check_id: str,
    title: str,
    *,
    family: Family,
    severity: Severity,
    layer: Layer,
    reads: tuple[Read, ...],
    remediation: str,
    docs: str,
    own_control_plane: bool = False,
) -> Callable[[Judge], Check]:
    """Declare a check. The judge's docstring is the "why": explain, the docs and reports show it."""

    def declare(judge: Judge) -> Check:
        return Check(
            id=check_id,
            title=title,
            why=cleandoc(judge.__doc__ or ""),
            family=family,
            severity=severity,
            layer=layer,
            reads=reads,
            remediation=remediation,
            docs=docs,
            own_control_plane=own_control_plane,
            judge=judge,
        )

    return declare
