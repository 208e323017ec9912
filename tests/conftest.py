"""What holds for every test."""

from hypothesis import settings

# How long an example takes tells of the machine and of what else runs on it.
settings.register_profile("readiness", deadline=None)
settings.load_profile("readiness")
