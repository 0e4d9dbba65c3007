"""The database models. Each module holds one subject and the queries and constraints that belong to it.

The record: `place` (districts), `body`, `person` (officials, posts), `source` (documents, statements), `metric` and
`unit` (what is measured), `pledge`, `follow_up`, `evidence`, `amendment`. Around it: `change_log` (public changes),
`redirect` (rows that were merged), `record_settings` (time zone and fiscal year), `webhook`, `token` and
`idempotent_request` (API), `checking_queue` (admin), `pledge_count` (precomputed counts).
Shared: `choices`, `natural_keys`, `publication`, `tracking` (history of rows), `violations` (messages), `triggers`,
`texts`, `exact_json`.
"""

from pledges.models import lookups  # noqa: F401  registers them
from pledges.models.amendment import AmendedPledge, Amendment
from pledges.models.body import Body
from pledges.models.change_log import Change, Revision
from pledges.models.checking_queue import PledgeToCheck, QueueOrder
from pledges.models.evidence import Evidence, StoredFile
from pledges.models.follow_up import FollowUp
from pledges.models.idempotent_request import IdempotentRequest
from pledges.models.metric import Metric, Topic
from pledges.models.person import Official, Post
from pledges.models.place import District
from pledges.models.pledge import Pledge
from pledges.models.pledge_count import PledgeCount
from pledges.models.record_settings import RecordSettings
from pledges.models.redirect import Redirect
from pledges.models.source import Document, Statement
from pledges.models.token import ApiToken, ApprovalRight
from pledges.models.unit import Dimension, Unit
from pledges.models.waiting_draft import WaitingDraft
from pledges.models.webhook import WebhookDelivery, WebhookSubscription

__all__ = [
    "AmendedPledge",
    "Amendment",
    "ApiToken",
    "ApprovalRight",
    "Body",
    "Change",
    "Dimension",
    "District",
    "Document",
    "Evidence",
    "FollowUp",
    "IdempotentRequest",
    "Metric",
    "Official",
    "Pledge",
    "PledgeCount",
    "PledgeToCheck",
    "Post",
    "QueueOrder",
    "RecordSettings",
    "Redirect",
    "Revision",
    "Statement",
    "StoredFile",
    "Topic",
    "Unit",
    "WaitingDraft",
    "WebhookDelivery",
    "WebhookSubscription",
]
