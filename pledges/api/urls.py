from django.urls import include, path
from rest_framework.routers import SimpleRouter

from . import follow_ups, root, views

router = SimpleRouter(use_regex_path=False)
router.register("pledges", views.PledgeViewSet)
router.register("follow-ups", follow_ups.FollowUpViewSet)
router.register("districts", views.DistrictViewSet)
router.register("officials", views.OfficialViewSet)
router.register("posts", views.PostViewSet)
router.register("documents", views.DocumentViewSet)
router.register("statements", views.StatementViewSet)
router.register("metrics", views.MetricViewSet)
router.register("units", views.UnitViewSet)

app_name = "api"
urlpatterns = [
    path("", root.RootView.as_view(), name="root"),
    path("schema/", root.SchemaView.as_view(), name="schema"),
    path("docs/", root.DocsView.as_view(), name="docs"),
    path(
        "pledges/<str:ref>/follow-ups/",
        follow_ups.PledgeFollowUpViewSet.as_view({"get": "list", "post": "create"}),
        name="pledge-follow-ups",
    ),
    path("", include(router.urls)),
]
