"""Factories for a small fictional record. They fill the fields that a test does not set.

云岭市, its officials, newspapers and pledges are invented.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.utils import timezone

from pledges.models import (
    Amendment,
    Body,
    District,
    Document,
    Evidence,
    FollowUp,
    Metric,
    Official,
    Pledge,
    Post,
    Redirect,
    Statement,
    Unit,
    WebhookDelivery,
    WebhookSubscription,
)
from pledges.models.choices import DistrictKind, ReviewState, State, Status
from pledges.models.metric import Topic
from pledges.models.unit import Dimension
from pledges.workflow import amendments
from pledges.workflow.merging import identifier

Row = TypeVar("Row", bound=Model)
NAME, DOCUMENT_SLUG = "张三丰", "yunling-daily-1"
DOCUMENT: dict[str, Any] = {
    "title": "云岭日报 1 版",
    "publisher": "云岭日报",
    "date": "2025-01",
    "text": "全文不公开",
}
PLEDGE: dict[str, Any] = {
    "quote": "年度计划投资385亿元",
    "label": "年度投资额",
    "value": 385,
    "year": 2025,
    "deadline": "2025-12-31",
    "state": State.PUBLISHED,
}


def get_or_make(model: type[Row], fields: dict[str, Any], **key: Any) -> Row:
    """Get or create a row like `get_or_create`, but without its savepoint, which would double the number of queries.

    A function among the fields returns the value if the row is created.
    """
    rows: Any = model._meta.default_manager
    row: Row | None = rows.filter(**key).first()
    if row is None:
        row = rows.create(**{name: value() if callable(value) else value for name, value in fields.items()} | key)
    return row


def make_district(slug: str = "yunling", **fields: Any) -> District:
    defaults = {"name": slug, "kind": DistrictKind.PREFECTURE_LEVEL_CITY}
    return get_or_make(District, defaults | fields, slug=slug)


def make_official(name: str = NAME, **fields: Any) -> Official:
    slug = fields.pop("slug", name)
    return get_or_make(Official, {"name": name} | fields, slug=slug)


def make_body(name: str = "云岭市财政局", **fields: Any) -> Body:
    district = fields.pop("district", None) or make_district()
    return get_or_make(Body, {"slug": name} | fields, district=district, name=name)


def make_post(title: str = "市委书记", **fields: Any) -> Post:
    district = fields.pop("district", None) or make_district()
    return get_or_make(Post, fields, district=district, title=title)


def make_document(slug: str = DOCUMENT_SLUG, **fields: Any) -> Document:
    return get_or_make(Document, DOCUMENT | fields, slug=slug)


def make_statement(**fields: Any) -> Statement:
    if not fields and (usual := Statement.objects.filter(document__slug=DOCUMENT_SLUG, official__slug=NAME).first()):
        return usual
    document = fields.pop("document", None) or make_document()
    official = fields.pop("official", None) or make_official()
    defaults = {"post": make_post, "headline": "说到做到"} | fields
    return get_or_make(Statement, defaults, document=document, official=official)


def make_topic(slug: str = "economy", **fields: Any) -> Topic:
    return get_or_make(Topic, {"name": slug} | fields, slug=slug)


def make_dimension(slug: str = "money", **fields: Any) -> Dimension:
    return get_or_make(Dimension, {"name": slug, "base_unit": "元"} | fields, slug=slug)


def make_unit(symbol: str = "亿元", *, factor: int | str | Fraction = 100_000_000, **fields: Any) -> Unit:
    """Get or create a unit. A factor that is no whole number is a text such as “0.1” or “2000/3”, or a fraction."""
    ratio = Fraction(factor)
    defaults = {"dimension": make_dimension, "numerator": ratio.numerator, "denominator": ratio.denominator} | fields
    return get_or_make(Unit, defaults, symbol=symbol)


def make_metric(slug: str = "annual-investment", **fields: Any) -> Metric:
    defaults = {"name": slug, "topic": make_topic, "dimension": make_dimension} | fields
    return get_or_make(Metric, defaults, slug=slug)


def make_pledge(ref: str = "yl-1", **fields: Any) -> Pledge:
    """Create a published pledge, and return it with the columns that the database computes."""
    return make_pledges([ref], **fields)[0]


def make_pledges(refs: Sequence[str], **fields: Any) -> list[Pledge]:
    """Pledges that differ in their references only, inserted by one statement."""
    defaults = PLEDGE | {
        "statement": fields.pop("statement", None) or make_statement(),
        "district": fields.pop("district", None) or make_district(),
        "metric": fields.pop("metric", None) or make_metric(),
        "unit": fields.pop("unit", None) or make_unit(),
    }
    earlier = fields.get("supersedes") or []  # a pledge or several
    fields["supersedes"] = [pledge.ref for pledge in ([earlier] if isinstance(earlier, Pledge) else earlier)]
    defaults |= fields
    if defaults["state"] == State.PUBLISHED and amendments.supersedes_judged(fields["supersedes"]):
        for pledge in Pledge.objects.bulk_create(Pledge(ref=ref, **defaults | {"state": State.DRAFT}) for ref in refs):
            make_amendment(pledge, state=State.PUBLISHED)
        return list(Pledge.objects.filter(ref__in=refs))
    return _read_back(Pledge.objects.bulk_create(Pledge(ref=ref, **defaults) for ref in refs))


def make_user(name: str = "editor", *, role: str = "", **fields: Any) -> User:
    """Get or create a staff user with a role of `fixtures/roles.yaml`."""
    user = User.objects.filter(username=name).first()
    if user is None:
        user = User.objects.create_user(name, is_staff=True, **fields)
        if role:
            user.groups.add(Group.objects.get(name=role))
    return user


def make_follow_up(
    pledge: Pledge | None = None,
    status: str = Status.MET,
    *,
    state: str = ReviewState.APPROVED,
    evidence: bool = True,
    note: str = "请补充依据",
    **fields: Any,
) -> FollowUp:
    """Create a follow-up with a link as evidence, and take it through the review up to `state`.

    The columns are set as `pledges.workflow.review` sets them, without its checks, which take ten times as long.
    """
    author = fields.pop("author", None) or make_user("editor")
    reviewer = fields.pop("reviewer", None) or make_user("chief")
    pledge = pledge or make_pledge()
    fields = {"as_of": "2025-12-31", "summary": "统计公报已公布。"} | fields
    if fields.get("actual") is not None:
        fields.setdefault("unit", pledge.unit)
    follow_up = FollowUp.objects.create(pledge=pledge, status=status, author=author, **fields)
    if evidence:
        Evidence.objects.create(follow_up=follow_up, url="https://news.example/report", title="统计公报")
    rows = FollowUp.objects.filter(pk=follow_up.pk)
    if state != ReviewState.DRAFT:
        as_of = fields["as_of"] or (None if follow_up.is_verdict else timezone.localdate())
        rows.update(state=ReviewState.SUBMITTED, submitter=author, as_of=as_of)
    if state in {ReviewState.APPROVED, ReviewState.RETURNED}:
        rows.update(state=state, reviewer=reviewer, review_note=note if state == ReviewState.RETURNED else "")
    return rows.get()


def make_amendment(row: Model, reason: str = "报纸更正", **after: object) -> Amendment:
    """Change columns of a row, under judged pledges, by an approved amendment."""
    change = amendments.row_change(row, after)
    amendment = amendments.propose([change], reason=reason, by=make_user("editor"))
    amendments.approve(amendment, by=make_user("chief"))
    return amendment


def merge_rows(old: Model, new: Model) -> Redirect:
    """Merge two rows. The database does this when a redirect is added."""
    kind = str(old._meta.model_name)
    return Redirect.objects.create(kind=kind, source=identifier(old), target=identifier(new))


def make_subscription(name: str = "青城日报", **fields: Any) -> WebhookSubscription:
    return WebhookSubscription.objects.create(name=name, **({"url": "https://hooks.example/"} | fields))


def make_delivery(subscription: WebhookSubscription | None = None, **fields: Any) -> WebhookDelivery:
    """Create a delivery of a test message, which does not refer to a change."""
    return WebhookDelivery.objects.create(subscription=subscription or make_subscription(), **fields)


@dataclass(frozen=True)
class Record:
    city: District
    county: District
    zone: District
    investment: Pledge  # 385亿元 by the city, due on 2025-12-31
    schools: Pledge  # two schools by the county, due on 2026-05-31
    growth: Pledge  # two-digit growth by the zone, without a deadline


def make_relative_pledge(ref: str, *, to: Pledge) -> Pledge:
    """Create a pledge of income to grow faster than what a pledge of growth is about."""
    points = make_dimension("percentage-points", base_unit="个百分点", is_additive=False)
    return make_pledge(
        ref,
        district=to.district,
        metric=make_metric("income", name="居民收入"),
        label="居民收入",
        measure="growth",
        bound="more_than",
        value=0,
        unit=make_unit("个百分点", name_en="percentage point", factor=1, dimension=points),
        compared_with=to.metric,
    )


def make_record() -> Record:
    """Create a city with a county and a zone, two officials on two pages, and three different published pledges.

    Most tests begin with it, so each table is filled by one statement. Call it before other factories.
    """
    city = make_district("yunling", name="云岭市", name_en="Yunling", code="990100", aliases=["云市"])
    county, zone = District.objects.bulk_create(
        [
            District(slug="shanyin", name="山阴县", kind=DistrictKind.COUNTY, code="990121", parent=city),
            District(
                slug="yunling-etdz", name="云岭经济开发区", kind=DistrictKind.ZONE, parent=city, aliases=["经开区"]
            ),
        ]
    )
    counting, ratio, money = Dimension.objects.bulk_create(
        [
            Dimension(slug="schools", name="学校", base_unit="所"),
            Dimension(slug="ratio", name="比率", base_unit="%"),
            Dimension(slug="money", name="money", base_unit="元"),
        ]
    )
    economy, education = Topic.objects.bulk_create(
        [Topic(slug="economy", name="经济"), Topic(slug="education", name="教育")]
    )
    amount, schools_built, growth = Metric.objects.bulk_create(
        [
            Metric(
                slug="annual-investment",
                name="年度投资额",
                name_en="Annual investment",
                topic=economy,
                dimension=money,
            ),
            Metric(slug="schools-built", name="新建学校数", topic=education, dimension=counting),
            Metric(slug="output-growth", name="工业总产值增速", topic=economy, dimension=ratio),
        ]
    )
    yuan, school, percent = Unit.objects.bulk_create(
        [
            Unit(symbol="亿元", name_en="100 million yuan", dimension=money, numerator=100_000_000),
            Unit(symbol="所", dimension=counting, numerator=1),
            Unit(symbol="%", dimension=ratio, numerator=1),
        ]
    )
    mayor, head = _make_two_statements(city, county)
    pledges = Pledge.objects.bulk_create(
        [
            Pledge(
                **PLEDGE,
                ref="yl-2025-001",
                statement=mayor,
                district=city,
                metric=amount,
                unit=yuan,
                bound="at_least",
            ),
            Pledge(
                **PLEDGE
                | {"quote": "到明年5月底前建成两所学校", "label": "学校数", "value": 2}
                | {"year": 2026, "deadline": "2026-05-31"},
                ref="yl-2026-001",
                statement=head,
                district=county,
                metric=schools_built,
                unit=school,
                strength="planned",
            ),
            Pledge(
                **PLEDGE
                | {"quote": "力争算力产业产值增长25.62%左右", "label": "产值增速", "value": "25.62", "deadline": None},
                ref="yl-2025-002",
                statement=mayor,
                district=zone,
                metric=growth,
                unit=percent,
                measure="growth",
                bound="about",
                strength="aspired",
                tier="optional",
            ),
        ]
    )
    return Record(city, county, zone, *_read_back(pledges))


def _make_two_statements(city: District, county: District) -> list[Statement]:
    documents = Document.objects.bulk_create(
        [
            Document(slug="yunling-daily-1", **DOCUMENT),
            Document(slug="yunling-daily-2", **DOCUMENT | {"title": "云岭日报 2 版", "date": "2025-03-01"}),
        ]
    )
    officials = Official.objects.bulk_create([Official(slug=name, name=name) for name in ("张三丰", "令狐冲")])
    posts = Post.objects.bulk_create(
        [
            Post(title="云岭市委副书记、市长", district=city),
            Post(title="山阴县教育局局长", district=county, body=make_body("山阴县教育局", district=county)),
        ]
    )
    return Statement.objects.bulk_create(
        Statement(document=document, official=official, post=post, headline="说到做到")
        for document, official, post in zip(documents, officials, posts, strict=True)
    )


def _read_back(pledges: list[Pledge]) -> list[Pledge]:
    """The same pledges with what the database has derived."""
    return list(Pledge.objects.filter(pk__in=[pledge.pk for pledge in pledges]).order_by("pk"))
