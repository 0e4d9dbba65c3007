from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from pledges.admin.autocomplete import AutocompleteView
from pledges.admin.lockout import limit_wrong_passwords
from pledges.admin.single_sign_on import admin_login, sso_callback, sso_login
from pledges.admin.two_factor import CodeView, TwoFactorView
from pledges.feeds import DistrictStatusFeed, OfficialStatusFeed, StatusFeed
from pledges.workflow.downloads import evidence_file
from pledges.workflow.single_sign_on import PROVIDER

admin.autodiscover()

handler400 = "config.error_handlers.bad_request"
handler403 = "config.error_handlers.forbidden"
handler404 = "config.error_handlers.not_found"
handler500 = "config.error_handlers.server_error"

urlpatterns = [
    path("", require_safe(RedirectView.as_view(pattern_name="api:root"))),
    path("admin/password_change/", admin.site.admin_view(limit_wrong_passwords(admin.site.password_change))),
    path("admin/autocomplete/", admin.site.admin_view(AutocompleteView.as_view(admin_site=admin.site))),
    path("admin/two-factor/", admin.site.admin_view(TwoFactorView.as_view()), name="two-factor"),
    path("admin/two-factor/code/", admin.site.admin_view(CodeView.as_view()), name="two-factor-code"),
    path("admin/login/", admin_login),
    path("admin/", include("pledges.admin.password_reset")),
    path("admin/", admin.site.urls),
    path("sso/login/", sso_login, {"provider_id": PROVIDER}, name="openid_connect_login"),
    path("sso/callback/", sso_callback, {"provider_id": PROVIDER}, name="openid_connect_callback"),
    path("api/v1/", include("pledges.api.urls")),
    path("feeds/status/", StatusFeed(), name="status-feed"),
    path("feeds/districts/<str:slug>/", DistrictStatusFeed(), name="district-feed"),
    path("feeds/officials/<str:slug>/", OfficialStatusFeed(), name="official-feed"),
    path("evidence/<int:pk>/<str:name>", evidence_file, name="evidence-file"),
    path("i18n/", include("django.conf.urls.i18n")),
]
