from .people import Official, Post
from .places import District
from .pledges import Pledge
from .quantities import Dimension, Metric, Topic, Unit
from .sources import Document, Statement

__all__ = [
    "Dimension",
    "District",
    "Document",
    "Metric",
    "Official",
    "Pledge",
    "Post",
    "Statement",
    "Topic",
    "Unit",
]
