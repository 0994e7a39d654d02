"""The discussion's addresses (architecture: sort and position are in the path, never in the query)."""

from django.urls import re_path

from commonpress.discussion import feeds
from commonpress.discussion.views import comments, embed, following, mine, own, passages, threads, votes

app_name = "discussion"

ID = "(?P<public_id>[A-Za-z0-9]{11})"
ADDRESS = "(?P<address>[^/]+(?:/[^/]+)*)"
PAGE = f"{ADDRESS}/comments"
CURSOR = "after/(?P<cursor>[0-9a-z]{1,80})/"

urlpatterns = [
    re_path(rf"^c/{ID}/$", threads.comment, name="comment"),
    re_path(rf"^-/vote/{ID}$", votes.cast, name="vote"),
    re_path(r"^-/compose/(?P<page_key>[0-9]{1,18})$", comments.compose, name="compose"),
    re_path(rf"^-/compose/(?P<page_key>[0-9]{{1,18}})/{ID}$", comments.compose, name="reply"),
    re_path(r"^-/follow/(?P<page_key>[0-9]{1,18})$", following.follow, name="follow"),
    re_path(r"^-/follow/(?P<page_key>[0-9]{1,18})/asked$", following.asked, name="asked"),
    re_path(rf"^-/follow/at/{ID}/asked$", following.asked, name="asked-at"),
    re_path(rf"^-/edit/{ID}$", own.edit, name="edit"),
    re_path(rf"^-/delete/{ID}$", own.delete, name="delete"),
    re_path(r"^-/my-comments/$", own.mine, name="mine"),
    re_path(rf"^-/my-comments/{CURSOR}$", own.mine, name="mine-page"),
    re_path(rf"^-/ignore/{ID}$", own.ignore, name="ignore"),
    re_path(r"^-/my-comments/read-again/(?P<key>[0-9]{1,18})$", own.read_again, name="read-again"),
    re_path(r"^-/my-comments/claim$", own.claim, name="claim"),
    re_path(r"^-/live/(?P<page_key>[1-9][0-9]{0,17})\.json$", threads.figures, name="figures"),
    re_path(rf"^embed/thread/{PAGE}/(?P<sort>[a-z-]+)/$", embed.thread, name="embed-sorted"),
    re_path(rf"^embed/thread/{PAGE}/(?P<sort>[a-z-]+)/{CURSOR}$", embed.thread, name="embed-page"),
    re_path(rf"^embed/thread/{ADDRESS}/$", embed.thread, name="embed"),
    re_path(r"^by/(?P<slug>[-\w]+)/comments/feed/$", feeds.of_byline, {"form": "rss"}, name="byline-rss"),
    re_path(r"^by/(?P<slug>[-\w]+)/comments/feed/atom/$", feeds.of_byline, {"form": "atom"}, name="byline-atom"),
    re_path(rf"^{PAGE}/feed/$", feeds.of_thread, {"form": "rss"}, name="rss"),
    re_path(rf"^{PAGE}/feed/atom/$", feeds.of_thread, {"form": "atom"}, name="atom"),
    re_path(rf"^{PAGE}/on/$", passages.all_of, name="passages"),
    re_path(rf"^{PAGE}/on/{ID}/$", passages.one, name="passage"),
    re_path(rf"^{PAGE}/on/{ID}/latest/$", passages.one, {"is_piece": True}, name="passage-latest"),
    re_path(rf"^{PAGE}/on/{ID}\.json$", passages.annotation, name="annotation"),
    re_path(rf"^{PAGE}/in/{ID}/$", threads.branch, name="branch"),
    re_path(rf"^{PAGE}/in/{ID}/{CURSOR}$", threads.branch, name="branch-page"),
    re_path(rf"^{PAGE}/since/{ID}/$", threads.since, name="since"),
    re_path(rf"^{PAGE}/as-me/$", mine.as_me, name="as-me"),
    re_path(rf"^{PAGE}/as-me/{CURSOR}$", mine.as_me, name="as-me-page"),
    re_path(rf"^{PAGE}/(?P<sort>[a-z-]+)/$", threads.thread, name="thread"),
    re_path(rf"^{PAGE}/(?P<sort>[a-z-]+)/{CURSOR}$", threads.thread, name="thread-page"),
]
