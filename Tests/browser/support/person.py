"""A person at a node with a browser of their own, who notices everything that the browser complains about."""

from urllib.parse import urlsplit

LAPTOP = {"width": 1366, "height": 768}
DESKTOP = {"width": 1920, "height": 1080}

# Chromium tells the console of a violation too, but not of one in a report-only policy.
LISTEN_FOR_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`CSP: ${event.violatedDirective} blocked ${event.blockedURI}`));
"""

# As Chromium calls it, and as Firefox does.
ABORTED = {"net::ERR_ABORTED", "NS_BINDING_ABORTED"}


class Person:
    violations = LISTEN_FOR_VIOLATIONS

    def __init__(self, browser, node, role, problems, size=LAPTOP, has_touch=False):
        self.node = node
        self.user = node.users[role]
        self.label = f"{role} at {node.name}"
        self.problems = problems
        self.allowed = set()
        self.context = self.new_context(browser, size, has_touch)
        self.context.set_default_timeout(45000)
        if self.violations:
            self.context.add_init_script(self.violations)
        self.context.on("console", self.on_console)
        self.context.on("weberror", self.on_script_error)
        self.context.on("requestfailed", self.on_failed)
        self.context.on("response", self.on_response)
        self.page = self.first_page()

    def new_context(self, browser, size, has_touch):
        return browser.new_context(
            ignore_https_errors=True, locale="zh-CN", timezone_id="Asia/Shanghai", viewport=size, base_url=self.node.url,
            has_touch=has_touch)

    def first_page(self):
        return self.context.new_page()

    def allow(self, status, path):
        """A refusal that this person is meant to meet."""
        self.allowed.add((status, path))

    def is_allowed(self, url):
        return any(urlsplit(url).path == path for _, path in self.allowed)

    def note(self, problem):
        self.problems.append(f"{self.label}: {problem}")

    def on_console(self, message):
        if message.type not in ("error", "warning"):
            return
        url = message.location.get("url", "")
        if message.text.startswith("Failed to load resource") and self.is_allowed(url):
            return
        self.note(f"console {message.type}: {message.text} ({urlsplit(url).path})")

    def on_script_error(self, error):
        self.note(f"script error: {error.error}")

    def on_failed(self, request):
        # A page that is left aborts what it was fetching, and the viewer what it no longer needs.
        if request.failure not in ABORTED:
            self.note(f"{request.method} {urlsplit(request.url).path}: {request.failure}")

    def on_response(self, response):
        path = urlsplit(response.url).path
        if response.status >= 400 and (response.status, path) not in self.allowed:
            self.note(f"{response.request.method} {path}: HTTP {response.status}")

    def close(self):
        self.context.close()
