"""Documents beside spending, for readers to fetch: never shown in the page, whatever they turn out to be."""

import mimetypes

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from commonpress.fundraising.models.spending import Spending
from commonpress.lib.limits import address_prefix, limit


@require_safe
def document(request: HttpRequest, public_id: str) -> HttpResponseBase:
    limit(f"document:{address_prefix(request)}", times=60, seconds=60)
    spending = get_object_or_404(Spending.objects.select_related("category"), public_id=public_id)
    if not spending.document:
        raise Http404
    ending = str(spending.document.name).rpartition(".")[2]
    name = f"{spending.month}-{slugify(spending.category.name) or 'document'}.{ending}"
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return FileResponse(spending.document.open("rb"), as_attachment=True, filename=name, content_type=kind)
