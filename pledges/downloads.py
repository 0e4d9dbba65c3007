"""Handing out files that are proof: always to be saved, never to be shown as a page of this site."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from pledges.models import Evidence, FollowUp


def file_response(evidence: Evidence, *, is_public: bool) -> HttpResponse:
    """The file of a piece of evidence, as it was uploaded; 404 if it has none."""
    file = evidence.file
    if file is None:
        raise Http404
    return HttpResponse(
        bytes(file.content),
        content_type=file.media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, evidence.file_name),
            "Content-Length": str(file.size),
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "ETag": f'"{file.sha256}"',
            # What is public can be retracted, so a cache asks again each time.
            "Cache-Control": "public, no-cache" if is_public else "private, no-store",
        },
    )


@require_safe
def evidence_file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """The file, for whoever may see its follow-up; for anybody else it isn't there."""
    visible = FollowUp.objects.visible_to(request.user)
    proofs = Evidence.objects.select_related("file").filter(follow_up__in=visible)
    evidence = get_object_or_404(proofs, pk=pk, file_name=name)
    is_public = FollowUp.objects.public().filter(pk=evidence.follow_up_id).exists()
    response = file_response(evidence, is_public=is_public)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
