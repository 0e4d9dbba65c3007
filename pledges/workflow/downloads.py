"""Downloads of evidence files. They are sent as attachments, so that no browser displays them as pages of this site."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from pledges.models import Evidence, FollowUp


def with_files(evidence: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """Select the files along with the evidence, except for their content, which is loaded only when it is sent."""
    return evidence.select_related("file").defer("file__content")


def file_response(request: HttpRequest, evidence: Evidence, *, is_public: bool) -> HttpResponseBase:
    """Return the uploaded file, or 304 if the client has it. Raise Http404 if the evidence has no file."""
    file = evidence.file
    if file is None:
        raise Http404
    etag = f'"{file.sha256}"'
    response = HttpResponse(
        content_type=file.media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, evidence.file_name),
            "Content-Length": str(file.size),
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "ETag": etag,
            # A public file can be retracted, so a cache has to revalidate it each time.
            "Cache-Control": "public, no-cache" if is_public else "private, no-store",
        },
    )
    conditional = get_conditional_response(request, etag=etag, response=response) or response
    if conditional is response and request.method != "HEAD":
        response.content = bytes(file.content)
    return conditional


@require_safe
def evidence_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """Return an evidence file to users who may see its follow-up, and 404 to everybody else."""
    visible = FollowUp.objects.visible_to(request.user)
    evidence = get_object_or_404(with_files(Evidence.objects.filter(follow_up__in=visible)), pk=pk)
    if evidence.file_name != name:  # not in the query: a URL can contain NUL, which PostgreSQL rejects
        raise Http404
    is_public = FollowUp.objects.public().filter(pk=evidence.follow_up_id).exists()
    return file_response(request, evidence, is_public=is_public)
