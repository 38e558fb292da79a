"""Pages for faults, in three languages at once. They never read the request's body, form or database."""

from html import escape

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static

from studyapp.pages.languages import LANGUAGES, main_language

# Words stand here and not in the catalogues: these pages must work when everything else is broken.
_WORDS: dict[int, dict[str, tuple[str, str]]] = {
    400: {
        "en": ("We could not read that request.", "Go back and try again."),
        "ko": ("요청을 읽지 못했어요.", "이전 화면으로 돌아가 다시 시도해 주세요."),
        "vi": ("Không đọc được yêu cầu này.", "Bạn quay lại và thử lần nữa nhé."),
    },
    403: {
        "en": ("That form was too old to trust.", "Reload the page and send it again."),
        "ko": ("오래된 화면이라 요청을 받지 못했어요.", "페이지를 새로 고친 뒤 다시 보내 주세요."),
        "vi": (
            "Biểu mẫu này đã cũ nên không được chấp nhận.",
            "Bạn tải lại trang rồi gửi lại nhé.",
        ),
    },
    404: {
        "en": (
            "We could not find that page.",
            "The address may have changed. Search, or start from home.",
        ),
        "ko": (
            "페이지를 찾지 못했어요.",
            "주소가 바뀌었을 수 있어요. 검색하거나 홈에서 시작해 주세요.",
        ),
        "vi": (
            "Không tìm thấy trang này.",
            "Địa chỉ có thể đã đổi. Bạn thử tìm kiếm hoặc về trang chủ.",
        ),
    },
    405: {
        "en": ("This address cannot do that.", "Open it as a page instead."),
        "ko": ("이 주소에서는 할 수 없는 요청이에요.", "페이지로 열어 주세요."),
        "vi": ("Địa chỉ này không làm được việc đó.", "Bạn hãy mở nó như một trang."),
    },
    413: {
        "en": ("That is too large.", "Nothing was changed. The limit is 2 MB."),
        "ko": ("보낸 내용이 너무 커요.", "바뀐 것은 없어요. 한도는 2 MB예요."),
        "vi": ("Nội dung gửi lên quá lớn.", "Chưa có gì thay đổi. Giới hạn là 2 MB."),
    },
    414: {
        "en": ("That address is too long.", "Use a shorter one."),
        "ko": ("주소가 너무 길어요.", "더 짧은 주소를 써 주세요."),
        "vi": ("Địa chỉ này quá dài.", "Bạn dùng địa chỉ ngắn hơn nhé."),
    },
    415: {
        "en": ("We cannot read that kind of content.", "Send it as plain UTF-8."),
        "ko": ("읽을 수 없는 형식이에요.", "UTF-8 형식 그대로 보내 주세요."),
        "vi": ("Không đọc được định dạng này.", "Bạn gửi lại ở dạng UTF-8 nhé."),
    },
    429: {
        "en": ("That is too many in one day.", "Nothing was changed. Go on tomorrow."),
        "ko": ("하루에 보낼 수 있는 수를 넘었어요.", "바뀐 것은 없어요. 내일 이어서 해 주세요."),
        "vi": (
            "Hôm nay bạn đã gửi quá nhiều.",
            "Chưa có gì thay đổi. Ngày mai bạn tiếp tục nhé.",
        ),
    },
    500: {
        "en": ("Something broke on our side.", "What you saved is safe. Try again in a moment."),
        "ko": (
            "저희 쪽에 문제가 생겼어요.",
            "저장한 내용은 안전해요. 잠시 뒤에 다시 시도해 주세요.",
        ),
        "vi": (
            "Hệ thống gặp lỗi.",
            "Những gì bạn đã lưu vẫn an toàn. Bạn thử lại sau giây lát nhé.",
        ),
    },
    503: {
        "en": ("We cannot save right now.", "Reading still works. Try again in a few seconds."),
        "ko": (
            "지금은 저장할 수 없어요.",
            "읽기는 계속할 수 있어요. 몇 초 뒤에 다시 시도해 주세요.",
        ),
        "vi": ("Hiện chưa lưu được.", "Bạn vẫn đọc bài được. Hãy thử lại sau vài giây."),
    },
}
_HOME = {"en": "Home", "ko": "홈", "vi": "Trang chủ"}
_SEARCH = {"en": "Search", "ko": "검색", "vi": "Tìm kiếm"}


def plain(request: HttpRequest, status: int) -> HttpResponse:
    """The page of a fault: the reader's language first, the other two below it."""
    first = main_language(request.path) or "en"
    languages = [first, *(code for code in LANGUAGES if code != first)]
    parts = []
    for number, code in enumerate(languages):
        what, remedy = _WORDS[status][code]
        level = "h1" if number == 0 else "h2"
        parts.append(
            f'<section class="fault" lang="{code}"><{level}>{escape(what)}</{level}><p>{escape(remedy)}</p>'
            f'<p class="row"><a href="/{code}/">{_HOME[code]}</a> '
            f'<a href="/{code}/search/">{_SEARCH[code]}</a></p></section>'
        )
    title = escape(_WORDS[status][first][0])
    try:
        sheet = static("css/site.css")
    except ValueError:  # static files were not collected
        sheet = "/static/css/site.css"
    html = (
        f'<!doctype html><html lang="{first}"><head><meta charset="utf-8">'
        f"<title>{title} · Decouple</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><link rel="stylesheet" href="{escape(sheet)}">'
        f'</head><body><main class="page stack">{"".join(parts)}'
        f'<p class="meta">{status}</p></main></body></html>'
    )
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return plain(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return plain(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return plain(request, 404)


def our_fault(request: HttpRequest) -> HttpResponse:
    return plain(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return plain(request, 403)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database cannot answer now; say when to come back."""
    response = plain(request, 503)
    response["Retry-After"] = "5"
    return response
