"""Sending for jobs."""

import logging
from typing import Any

from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def send_for(job: Any) -> None:
    """Let a worker do a job now; without a queue the schedule finds the work."""
    try:
        job.delay()
    except OperationalError:
        log.warning("The job queue is away: %s waits for the schedule.", job.name)
