"""These tests need a Chromium and its driver; without one they are not collected. The gate sees that they ran."""

import base64
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from sourcing.reports.findings import Findings
from sourcing.reports.writing import write

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
DRIVER = shutil.which("chromedriver")
collect_ignore_glob = [] if BROWSER and DRIVER else ["test_*.py"]

FLAGS = (
    "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
    "disable-component-update", "disable-sync", "disable-dev-shm-usage",
)  # fmt: skip


class Browser:
    """A Chromium of its own, with what it logged and what it asked for."""

    def __init__(self, driver: webdriver.Chrome):
        self.driver = driver

    def open(self, page: Path, width: int = 1280, height: int = 900) -> None:
        """Show a page at a size, wait until every chart is drawn, forget what was logged before."""
        phone = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(page.as_uri())
        end = time.monotonic() + 60
        while not self.run("return document.documentElement.dataset.drawn"):
            assert time.monotonic() < end, f"charts are not drawn: {self.driver.get_log('browser')}"
            time.sleep(0.1)

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def console(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> set[str]:
        """Addresses asked for since the page was opened."""
        events = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return {event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"}

    def printed(self) -> bytes:
        made = self.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
        return base64.b64decode(made["data"])


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for flag in FLAGS:
        options.add_argument(f"--{flag}")
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield Browser(driver)
    driver.quit()


@pytest.fixture(scope="session")
def english(full: Findings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(full, tmp_path_factory.mktemp("pages") / "english.html", "en")


@pytest.fixture(scope="session")
def japanese(full: Findings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(full, tmp_path_factory.mktemp("pages") / "japanese.html", "ja")


@pytest.fixture(scope="session")
def bad_names(hostile: Findings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(hostile, tmp_path_factory.mktemp("pages") / "hostile.html", "ja")
