"""Officials and their posts in the Popolo data format (popoloproject.com)."""

from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, F, OuterRef, Value, When
from django.db.models.functions import Cast, Concat, JSONObject
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from pledges.api.serializers.fields import RecordSerializer
from pledges.models import District, Official, Post, Statement
from pledges.models.choices import BodyKind

SCHEME = "duixian"


def source_pages(**lookups: OuterRef) -> ArraySubquery:
    """Return a subquery for the pages with statements that match the lookups, oldest first.

    The lookups select an official, a post, or both.
    """
    order = ("document__date_earliest", "document__slug")
    statements = Statement.objects.public().filter(**lookups).order_by(*order).distinct(*order)
    page = JSONObject(slug="document__slug", title="document__title", date="document__date")
    return ArraySubquery(statements.values_list(page))


def organization_id(prefix: str = "") -> Case:
    """Return an expression for the id of an organization.

    It is the slug of the district for its leadership, and `district/body` with both slugs for a body. Slugs contain no
    slash. `prefix` is the lookup from the row to its post, such as `post__`.
    """
    body = f"{prefix}body__"
    body_id = Concat(f"{body}district__slug", Value("/"), f"{body}slug", output_field=CharField())
    is_leadership = When(**{f"{prefix}body__isnull": True}, then=F(f"{prefix}district__slug"))
    return Case(is_leadership, default=body_id, output_field=CharField())


PERSONS = Official.objects.public().annotate(pages=source_pages(official=OuterRef("pk")))
# One row for each post. The view keeps one row for each `organization_id`.
ORGANIZATIONS = (
    Post.objects.public().select_related("district", "body__district").annotate(organization_id=organization_id())
)
POSTS = ORGANIZATIONS.annotate(pages=source_pages(post=OuterRef("pk")))
# One row for each statement. The view keeps one row for each `membership_id`.
MEMBERSHIPS = (
    Statement.objects.public()
    .filter(official__isnull=False)
    .select_related("official", "post__district")
    .annotate(
        membership_id=Concat("official__slug", Value("/"), Cast("post_id", CharField())),
        organization_id=organization_id("post__"),
        pages=source_pages(official=OuterRef("official"), post=OuterRef("post")),
    )
)


class PopoloIdentifierSerializer(serializers.Serializer[Any]):
    scheme = serializers.CharField()
    identifier = serializers.CharField()


class PopoloLinkSerializer(serializers.Serializer[Any]):
    url = serializers.URLField()


class PopoloSourceSerializer(PopoloLinkSerializer):
    note = serializers.CharField(allow_null=True, help_text="The title of the document.")
    date = serializers.CharField(help_text="The date of the document, only as precise as it is known: `2025-01`.")


class SourcedSerializer(RecordSerializer):
    sources = serializers.SerializerMethodField()

    @cached_property
    def url_prefix_and_suffix(self) -> list[str]:
        """Return the parts of a document's URL before and after its slug, so that not each URL has to be reversed."""
        url = reverse("api:document-detail", kwargs={"slug": "0"}, request=self.context["request"])
        return list(url.rsplit("0", 1))

    @extend_schema_field(PopoloSourceSerializer(many=True))
    def get_sources(self, row: Any) -> list[dict[str, str | None]]:
        prefix, suffix = self.url_prefix_and_suffix
        return [
            {"url": f"{prefix}{quote(page['slug'])}{suffix}", "note": page["title"] or None, "date": page["date"]}
            for page in row.pages
        ]


class PopoloPersonSerializer(SourcedSerializer):
    id = serializers.CharField(source="slug", read_only=True)
    identifiers = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    class Meta:
        model = Official
        fields = ["id", "name", "identifiers", "links", "sources"]

    @extend_schema_field(PopoloIdentifierSerializer(many=True))
    def get_identifiers(self, official: Official) -> list[dict[str, str]]:
        return [{"scheme": SCHEME, "identifier": official.slug}]

    @extend_schema_field(PopoloLinkSerializer(many=True, help_text="The person's pledges."))
    def get_links(self, official: Official) -> list[dict[str, str]]:
        pledges = reverse("api:pledge-list", request=self.context["request"])
        return [{"url": f"{pledges}?{urlencode({'official_slug': official.slug})}"}]


class PopoloOrganizationSerializer(RecordSerializer):
    id = serializers.CharField(source="organization_id", read_only=True)
    name = serializers.SerializerMethodField(
        help_text="Name as printed; for the leadership of a district, the name of the district."
    )
    classification = serializers.SerializerMethodField()
    area_id = serializers.SerializerMethodField()

    class Meta:
        model = Post
        fields = ["id", "name", "classification", "area_id"]

    def get_name(self, post: Post) -> str:
        return post.body.name if post.body else post.district.name

    @extend_schema_field(serializers.ChoiceField(choices=["leadership", *BodyKind.values]))
    def get_classification(self, post: Post) -> str:
        return post.body.kind if post.body else "leadership"

    def get_area_id(self, post: Post) -> str:
        return (post.body or post).district.slug


class PopoloPostSerializer(SourcedSerializer):
    id = serializers.CharField(read_only=True)
    label = serializers.CharField(source="title", read_only=True)  # type: ignore[assignment]  # of `Field.label`
    organization_id = serializers.CharField(read_only=True)
    area_id = serializers.CharField(source="district.slug", read_only=True)

    class Meta:
        model = Post
        fields = ["id", "label", "organization_id", "area_id", "sources"]


class PopoloMembershipSerializer(SourcedSerializer):
    """A person who held a post. Start and end are unknown; each source proves one date."""

    id = serializers.CharField(source="membership_id", read_only=True)
    person_id = serializers.CharField(source="official.slug", read_only=True)
    organization_id = serializers.CharField(read_only=True)
    post_id = serializers.CharField(read_only=True)
    role = serializers.CharField(source="post.title", read_only=True)
    area_id = serializers.CharField(source="post.district.slug", read_only=True)

    class Meta:
        model = Statement
        fields = ["id", "person_id", "organization_id", "post_id", "role", "area_id", "sources"]


class PopoloPersonDetailSerializer(PopoloPersonSerializer):
    memberships = serializers.SerializerMethodField()

    class Meta(PopoloPersonSerializer.Meta):
        fields = [*PopoloPersonSerializer.Meta.fields, "memberships"]

    @extend_schema_field(PopoloMembershipSerializer(many=True))
    def get_memberships(self, official: Official) -> Any:
        memberships_held = MEMBERSHIPS.filter(official=official).order_by("membership_id").distinct("membership_id")
        return PopoloMembershipSerializer(memberships_held, many=True, context=self.context).data


class PopoloAreaSerializer(RecordSerializer):
    id = serializers.CharField(source="slug", read_only=True)
    identifier = serializers.CharField(
        source="code",
        read_only=True,
        allow_null=True,
        help_text="The code, that of GB/T 2260 in China; null for development zones.",
    )
    classification = serializers.CharField(source="kind", read_only=True)
    parent_id = serializers.CharField(source="parent.slug", read_only=True, allow_null=True, default=None)

    class Meta:
        model = District
        fields = ["id", "name", "identifier", "classification", "parent_id"]


class PopoloDocumentSerializer(serializers.Serializer[Any]):
    """All lists in one document. Rows refer to each other by `id`."""

    persons = PopoloPersonSerializer(many=True)
    organizations = PopoloOrganizationSerializer(many=True)
    posts = PopoloPostSerializer(many=True)
    memberships = PopoloMembershipSerializer(many=True)
    areas = PopoloAreaSerializer(many=True)
