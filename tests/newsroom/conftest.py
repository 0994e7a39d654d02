import pytest

from tests.factories.accounts import PersonFactory
from tests.factories.newsroom import make_publication


@pytest.fixture
def desk(client):
    """Return the desk's client: called with roles, it is signed in as somebody who has them."""

    def signed_in(*roles):
        make_publication()
        client.person = PersonFactory(roles=roles)
        client.force_login(client.person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in
