"""The bench's client, in front of servers that do not answer as they should."""

import socket
import threading
from contextlib import contextmanager

from commonpress.bench.client import ask

PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def server(*answers):
    """Answer one request a connection, the last answer for ever; an empty one hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            number = 0
            while True:
                try:
                    connection, _address = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(10_000)
                    connection.sendall(answers[min(number, len(answers) - 1)])
                number += 1

        thread = threading.Thread(target=serve)
        thread.start()
        host, port = listening.getsockname()
        yield f"http://{host}:{port}/"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_connection_that_breaks_is_counted_as_wrong_and_asked_again():
    with server(PAGE, b"", PAGE) as address:
        found = ask(address, connections=1, seconds=0.3)

    # Whatever the server answers, a kept connection it has closed breaks the request after it.
    assert found["wrong"] >= 1
    assert found["requests"] > found["wrong"]


def test_a_server_that_only_hangs_up_gives_only_wrong_answers():
    with server(b"") as address:
        found = ask(address, connections=2, seconds=0.1)

    assert found["requests"] == found["wrong"] > 0
