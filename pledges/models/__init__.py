from .changes import Change, Revision
from .counts import PledgeCount
from .desk import PledgeToCheck, QueueOrder
from .evidence import Evidence, StoredFile
from .followups import FollowUp
from .people import Official, Post
from .places import District
from .pledges import Pledge
from .quantities import Dimension, Metric, Topic, Unit
from .requests import IdempotentRequest
from .sources import Document, Statement
from .tokens import ApiToken
from .webhooks import WebhookDelivery, WebhookSubscription

__all__ = [
    "ApiToken",
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
    "Revision",
    "Statement",
    "StoredFile",
    "Topic",
    "Unit",
    "WebhookDelivery",
    "WebhookSubscription",
]
