"""Probes for a process supervisor or a load balancer: is the process alive, and can it serve?"""

from django.db import Error
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from pledges.database.migrations import unapplied_migrations
from pledges.models import RecordSettings


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Report that the process is alive. The database is not checked, because restarting would not repair it."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Report whether the database can be reached, has all migrations, and follows the settings of the same record.

    All other views need this.
    """
    try:
        migrations = unapplied_migrations()
        has_other_settings = not migrations and RecordSettings.objects.differ()
    except (Error, InconsistentMigrationHistory):
        return JsonResponse({"status": "unavailable", "missing": ["database"]}, status=503)
    if migrations:
        missing = [f"migration {name}" for name in migrations]
        return JsonResponse({"status": "unavailable", "missing": missing}, status=503)
    if has_other_settings:
        return JsonResponse({"status": "unavailable", "missing": ["the settings of RECORD"]}, status=503)
    return JsonResponse({"status": "ok"})
