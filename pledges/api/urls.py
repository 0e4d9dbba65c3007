"""The URLs of the API."""

from django.urls import include, path
from rest_framework.routers import Route, SimpleRouter

from pledges.api.views import amendments, changes, follow_ups, me, new_pledges, popolo, records, root, series, stats


class FormatRouter(SimpleRouter):
    """Adds a URL for each format of a list: `pledges.csv`."""

    routes = [
        Route(
            url="{prefix}.<str:format>",
            mapping={"get": "list"},
            name="{basename}-list-in-format",
            detail=False,
            initkwargs={"suffix": "List"},
        ),
        *SimpleRouter.routes,
    ]


router = FormatRouter(use_regex_path=False)
router.register("pledges", new_pledges.WritablePledgeViewSet)
router.register("follow-ups", follow_ups.FollowUpViewSet)
router.register("amendments", amendments.AmendmentViewSet)
router.register("districts", records.DistrictViewSet)
router.register("officials", records.OfficialViewSet)
router.register("bodies", records.BodyViewSet)
router.register("posts", records.PostViewSet)
router.register("documents", records.DocumentViewSet)
router.register("statements", records.StatementViewSet)
router.register("metrics", records.MetricViewSet)
router.register("units", records.UnitViewSet)

popolo_router = SimpleRouter(use_regex_path=False)
for name, view in popolo.LISTS.items():
    popolo_router.register(name, view, f"popolo-{name}")

app_name = "api"
urlpatterns = [
    path("", root.RootView.as_view(), name="root"),
    path("schema/", root.SchemaView.as_view(), name="schema"),
    path("schema.<str:format>", root.SchemaView.as_view(), name="schema-in-format"),
    path("docs/", root.DocsView.as_view(), name="docs"),
    path(
        "pledges/<str:ref>/follow-ups/",
        follow_ups.PledgeFollowUpViewSet.as_view({"get": "list", "post": "create"}),
        name="pledge-follow-ups",
    ),
    path(
        "pledges/<str:ref>/follow-ups.<str:format>",
        follow_ups.PledgeFollowUpViewSet.as_view({"get": "list"}),
        name="pledge-follow-ups-in-format",
    ),
    path("me/", me.MeView.as_view(), name="me"),
    path("changes/", changes.ChangeViewSet.as_view({"get": "list"}), name="changes"),
    path("stats/", stats.StatsView.as_view(), name="stats"),
    path("series/", series.SeriesView.as_view(), name="series"),
    path("popolo/", popolo.PopoloView.as_view(), name="popolo"),
    path("popolo/", include(popolo_router.urls)),
    path("", include(router.urls)),
]
