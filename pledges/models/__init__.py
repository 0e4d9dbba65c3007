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

__all__ = [
    "ApiToken",
    "Dimension",
    "District",
    "Document",
    "Evidence",
    "FollowUp",
    "IdempotentRequest",
    "Metric",
    "Official",
    "Pledge",
    "PledgeToCheck",
    "Post",
    "QueueOrder",
    "Statement",
    "StoredFile",
    "Topic",
    "Unit",
]
