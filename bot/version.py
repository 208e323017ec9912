"""What this program calls itself."""

from importlib.metadata import version

VERSION = version("cluster-readiness")
USER_AGENT = f"readiness/{VERSION}"
