"""The URLs of the floor and plain DRF contenders."""

from django.urls import path

from bench.contenders import floor, plain_drf

urlpatterns = [
    path("floor/filtered/", floor.filtered),
    path("floor/first/", floor.first),
    path("floor/search/", floor.search),
    path("plain-drf/", plain_drf.PledgeViewSet.as_view({"get": "list"})),
]
