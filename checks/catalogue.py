"""The catalogue: every check, in the order in which it is shown. An explicit list; nothing is discovered."""

from checks.infrastructure.nodes import node_health
from checks.registry import Check
from checks.workloads.protection import disruption_budgets

CATALOGUE: tuple[Check, ...] = (
    # infrastructure
    node_health,
    # networking
    # observability
    # security
    # workloads
    disruption_budgets,
    # delivery
)

BY_ID = {check.id: check for check in CATALOGUE}
