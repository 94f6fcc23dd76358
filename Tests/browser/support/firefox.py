"""The other browser that reading rooms have: Debian's own Firefox, driven by WebDriver BiDi, with nothing patched into it."""

import base64
import hashlib
import os

from support.person import Person

PROGRAM = "/usr/bin/firefox-esr"
# Playwright puts it into a page to take a picture of it, and the page's policy refuses it.
PICTURE_STYLE = base64.b64encode(hashlib.sha256(b"body {}").digest()).decode()


def launch(browser_type):
    """With a new profile that goes when the browser is closed. `browser_type`: Playwright's `firefox`."""
    # Without the channel Playwright would look for the Firefox that it patches itself.
    return browser_type.launch(
        executable_path=PROGRAM, channel="moz-firefox", timeout=90000, env={**os.environ, "LANGUAGE": "zh_CN"},
        firefox_user_prefs={"intl.accept_languages": "zh-CN, zh, en"})


class FirefoxPerson(Person):
    # Firefox tells of every violation itself, as a script error, and names what was refused by its hash.
    violations = None

    def on_script_error(self, error):
        if f"'sha256-{PICTURE_STYLE}'" not in str(error.error):
            super().on_script_error(error)
