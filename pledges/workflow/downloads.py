"""Handing out files that are proof: always to be saved, never to be shown as a page of this site."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from pledges.models import Evidence, FollowUp


def with_files(proofs: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """With what is known of their files; the content is read when it is sent."""
    return proofs.select_related("file").defer("file__content")


def file_response(request: HttpRequest, evidence: Evidence, *, is_public: bool) -> HttpResponseBase:
    """The file of a piece of evidence, as it was uploaded, or that it is the one known already; 404 if it has none."""
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
            # What is public can be retracted, so a cache asks again each time.
            "Cache-Control": "public, no-cache" if is_public else "private, no-store",
        },
    )
    answer = get_conditional_response(request, etag=etag, response=response) or response
    if answer is response and request.method != "HEAD":
        response.content = bytes(file.content)
    return answer


@require_safe
def evidence_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """The file, for whoever may see its follow-up; for anybody else it isn't there."""
    visible = FollowUp.objects.visible_to(request.user)
    evidence = get_object_or_404(with_files(Evidence.objects.filter(follow_up__in=visible)), pk=pk)
    if evidence.file_name != name:  # compared here: an address can hold NUL, which PostgreSQL has not
        raise Http404
    is_public = FollowUp.objects.public().filter(pk=evidence.follow_up_id).exists()
    return file_response(request, evidence, is_public=is_public)
