"""Things done at once, on real connections."""

import threading

from django.db import connection


def together(*verbs):
    """Run each in a thread of its own, started at once; return what they returned or raised."""
    begin = threading.Barrier(len(verbs))
    results = [None] * len(verbs)

    def run(place, verb):
        begin.wait(timeout=30)
        try:
            results[place] = verb()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
