from django.db import models
from django.db.models import Q


class Job(models.Model):
    """One piece of work to be done later, once. `name` is looked up in housekeeping.py's table of tasks."""

    name = models.CharField(max_length=64)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=120, default="")
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    is_parked = models.BooleanField(default=False)
    trouble = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "key"], condition=~Q(key=""), name="job_key_once"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(is_parked=False), name="job_due"),
        ]


class Schedule(models.Model):
    """Something done again and again, by a cron expression in UTC."""

    name = models.CharField(max_length=64, unique=True)
    cron = models.CharField(max_length=64)
    next_at = models.DateTimeField()
    ran_at = models.DateTimeField(null=True)


class LastTime(models.Model):
    """When something of the installation happened last: a backup, a worker's sign of life. `since` is the first."""

    name = models.CharField(max_length=120, unique=True)
    since = models.DateTimeField()
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)
