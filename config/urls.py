from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config import health
from pledges.downloads import evidence_file

handler400 = "pledges.api.problems.bad_request"
handler404 = "pledges.api.problems.not_found"
handler500 = "pledges.api.problems.server_error"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api:root")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("pledges.api.urls")),
    path("evidence/<int:pk>/<str:name>", evidence_file, name="evidence-file"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("i18n/", include("django.conf.urls.i18n")),
]
