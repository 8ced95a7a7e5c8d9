"""The real servers that tests of any folder may ask for; what the tests share is in tests/conftest.py."""

pytest_plugins = [
    "tests.servers.certificates",
    "tests.servers.postgres",
    "tests.servers.chromium",
    "tests.servers.pages",
    "tests.servers.dovecot",
    "tests.servers.postfix",
]
