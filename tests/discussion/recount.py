"""What the discussion keeps counted, counted again from the rows."""

from collections import Counter

from commonpress.discussion import paths, ranking
from commonpress.discussion.models import Comment, CommentState, Passage, Removal, Thread, Vote, VoteBurst


def assert_counts_agree_with_rows(page):
    thread = Thread.objects.get(pk=page.pk)
    comments = list(Comment.objects.filter(thread=thread))
    by_key = {comment.pk: comment for comment in comments}
    states = Counter(comment.state for comment in comments)

    assert thread.published_count == states[CommentState.PUBLISHED]
    assert thread.held_count == states[CommentState.HELD]
    assert thread.removed_count == states[CommentState.REMOVED]
    assert thread.erased_count == states[CommentState.ERASED]
    published = [comment for comment in comments if comment.state == CommentState.PUBLISHED]
    assert thread.answers_count == sum(comment.is_staff_reply or comment.is_author_reply for comment in published)
    assert thread.featured_count == sum(comment.is_featured for comment in published)
    about = Counter(comment.passage_id for comment in comments if comment.state == CommentState.PUBLISHED)
    assert thread.feedback_count == sum(count for passage, count in about.items() if passage is not None)
    for passage in Passage.objects.filter(thread=thread):
        assert passage.published_count == about[passage.pk]
    assert len({comment.path for comment in comments}) == len(comments)
    assert len({comment.number for comment in comments}) == len(comments)
    for comment in comments:
        check_place(comment, by_key)
        check_replies(comment, comments)
        check_votes(comment)
        standing = Removal.objects.filter(comment=comment, restored_at=None).count()
        assert standing == (comment.state == CommentState.REMOVED) or comment.state == CommentState.ERASED


def check_place(comment, by_key):
    assert comment.depth == paths.depth(comment.path)
    if comment.parent_id is None:
        assert (comment.root_id, comment.depth) == (None, 0)
        return
    parent = by_key[comment.parent_id]
    assert comment.root_id == (parent.root_id or parent.pk)
    assert comment.path.startswith(paths.above_replies(parent.path))
    assert comment.depth == min(parent.depth + 1, paths.LEVELS - 1)


def check_replies(comment, comments):
    published = [one for one in comments if one.state == CommentState.PUBLISHED and one.pk != comment.pk]
    assert comment.reply_count == sum(one.parent_id == comment.pk for one in published)
    below = sum(one.path.startswith(comment.path) for one in published)
    assert comment.descendant_count == below
    has_replies = comment.descendant_count > 0 or comment.reply_count > 0
    assert comment.is_shown == (comment.state == CommentState.PUBLISHED or has_replies)


def check_votes(comment):
    votes = Counter(
        (value, voter.startswith("p:"))
        for voter, value in Vote.objects.filter(comment=comment, standing=0).values_list("voter_key", "value")
    )
    assert (comment.ups, comment.downs) == (votes[1, True], votes[-1, True])
    assert comment.ups + comment.ups_guest == votes[1, True] + votes[1, False]
    assert comment.downs + comment.downs_guest == votes[-1, True] + votes[-1, False]
    held = Vote.objects.filter(comment=comment, standing=1).count()
    bursts = VoteBurst.objects.filter(pk=comment.pk).values_list("held_count", flat=True)
    assert sum(bursts) == held
    up, down = ranking.weighed(
        comment.ups,
        comment.downs,
        comment.ups_guest + comment.ups_imported,
        comment.downs_guest + comment.downs_imported,
    )
    assert comment.key_best == ranking.key_best(up, down, comment.number)
    assert comment.key_voted == ranking.key_voted(comment.score, comment.number)
    assert comment.key_new == ranking.key_new(comment.created_at, comment.number)
    if comment.parent_id is not None:
        assert (comment.key_hot, comment.key_discussed) == (None, None)
        return
    below = comment.descendant_count
    assert comment.key_hot == ranking.key_hot(comment.created_at, up, down, below, comment.number)
    assert comment.key_discussed == ranking.key_discussed(below, comment.number)
