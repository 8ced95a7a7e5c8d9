"""Scrapy with a minimal spider: its own download, its own selector."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import scrapy
from scrapy.crawler import CrawlerProcess

FOLDER, PORT = Path(sys.argv[1]), int(sys.argv[2])


class Links(scrapy.Spider):
    name = "links"
    custom_settings = {
        "LOG_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
        "TELNETCONSOLE_ENABLED": False,
    }

    async def start(self):  # type: ignore[no-untyped-def]
        for one in json.loads((FOLDER / "list.json").read_text()):
            yield scrapy.Request(
                f"http://{one['host']}:{PORT}{one['path']}", cb_kwargs={"one": one}, dont_filter=True
            )

    def parse(self, response, one):  # type: ignore[no-untyped-def]
        found = any(
            response.urljoin(href) == one["target"] for href in response.css("a::attr(href)").getall()
        )
        print(one["path"], found)


process = CrawlerProcess()
process.crawl(Links)
process.start()
