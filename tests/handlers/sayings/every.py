"""Sentences with the commands they mean."""

from tests.handlers.sayings.others import OTHERS
from tests.handlers.sayings.reports import REPORTS
from tests.handlers.sayings.runs import RUNS
from tests.handlers.sayings.schedules import SCHEDULES

SAYINGS = (*RUNS, *REPORTS, *SCHEDULES, *OTHERS)
