"""CronJobs, with the last Job of each and the pod that did its work."""

from datetime import datetime, timedelta

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.dating import Ago
from deploy.sandbox.samples.machines import Machine
from deploy.sandbox.samples.pods import Workload, pod, pod_spec, word


def cron_job(workload: Workload, machine: Machine, schedule: str, last: timedelta) -> list[Manifest]:
    """Build a CronJob whose last Job succeeded that long ago, with that Job and its pod."""
    job_name = Ago(last, lambda moment: f"{workload.name}-{_minutes(moment)}")
    pod_name = Ago(last, lambda moment: f"{workload.name}-{_minutes(moment)}-{word(workload.name)}")
    labels = {"batch.kubernetes.io/job-name": job_name, "job-name": job_name}
    started, ended = Ago(last), Ago(last - timedelta(minutes=1))
    template = {
        "metadata": {"labels": dict(workload.labels)},
        "spec": {**pod_spec(workload), "restartPolicy": "OnFailure"},
    }
    done = pod(workload, "", machine, {"apiVersion": "batch/v1", "kind": "Job", "name": job_name}, {})
    done["metadata"] |= {
        "name": pod_name,
        "labels": {**workload.labels, **labels},
        "creationTimestamp": started,
    }
    done["spec"] |= {"restartPolicy": "OnFailure"}
    done["status"] = {
        "phase": "Succeeded",
        "startTime": started,
        "conditions": [
            {"type": "Ready", "status": "False", "reason": "PodCompleted", "lastTransitionTime": ended}
        ],
    }
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": job_name,
            "namespace": workload.namespace,
            "labels": {**workload.labels, **labels},
            "creationTimestamp": started,
            "ownerReferences": [
                {"apiVersion": "batch/v1", "kind": "CronJob", "name": workload.name, "controller": True}
            ],
        },
        "spec": {"backoffLimit": 6, "completions": 1, "parallelism": 1, "template": template},
        "status": {
            "succeeded": 1,
            "startTime": started,
            "completionTime": ended,
            "conditions": [{"type": "Complete", "status": "True", "lastTransitionTime": ended}],
        },
    }
    planned = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {
            "name": workload.name,
            "namespace": workload.namespace,
            "labels": dict(workload.labels),
            "annotations": dict(workload.annotations),
            "creationTimestamp": Ago(workload.age),
        },
        "spec": {
            "schedule": schedule,
            "concurrencyPolicy": "Forbid",
            "suspend": False,
            "successfulJobsHistoryLimit": 1,
            "jobTemplate": {"spec": {"template": template}},
        },
        "status": {"lastScheduleTime": started, "lastSuccessfulTime": ended},
    }
    return [planned, job, done]


def _minutes(moment: datetime) -> int:
    """Return what a CronJob's controller appends to the names of its Jobs."""
    return int(moment.timestamp()) // 60
