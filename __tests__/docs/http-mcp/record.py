"""Runs the Python server of docs/migration/http-mcp.md with the real http_mcp, and prints what it answers as JSON.

It reads the module from standard input, and needs http_mcp 0.13, starlette and pydantic 2. recorded.json has its output; the test runs it
again where HTTP_MCP_PYTHON, or else python3, has these. On Debian 12 it ran with the packages python3-pydantic and
python3-starlette of Debian 13, its libc6, and http_mcp from its repository.
"""

import asyncio
import hashlib
import json
import logging
import sys
import types

from starlette.applications import Starlette
from starlette.authentication import AuthCredentials, AuthenticationBackend, SimpleUser
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware

logging.disable(logging.CRITICAL)
source = sys.stdin.read()
before = types.ModuleType("before")
sys.modules["before"] = before
exec(compile(source, "before.py", "exec"), before.__dict__)


class ScopesOfField(AuthenticationBackend):
    async def authenticate(self, connection):
        return AuthCredentials(connection.headers["x-scopes"].split()), SimpleUser("ada")


app = Starlette(middleware=[Middleware(AuthenticationMiddleware, backend=ScopesOfField())])
app.mount("/mcp", before.mcp_server.app)


async def ask(method, params, scopes="notes:read"):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    fields = {"host": "localhost", "content-type": "application/json", "x-scopes": scopes, "content-length": str(len(body))}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/mcp/", "raw_path": b"/mcp/", "root_path": "", "query_string": b"", "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1), "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
        "state": {"context": before.Context()},
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    answer = json.loads(b"".join(message.get("body", b"") for message in sent))
    return answer.get("result", {"status": sent[0]["status"], **answer})


async def main():
    note = {"name": "read_note", "arguments": {"id": "1"}}
    answers = {
        "tools": await ask("tools/list", {}),
        "found": await ask("tools/call", note),
        "missing": await ask("tools/call", {"name": "read_note", "arguments": {"id": "9"}}),
        "prompts": await ask("prompts/list", {}),
        "prompt": await ask("prompts/get", {"name": "summarise", "arguments": {"style": "short"}}),
        "toolsOfStranger": await ask("tools/list", {}, ""),
        "stranger": await ask("tools/call", note, ""),
    }
    print(json.dumps({"sha256": hashlib.sha256(source.encode()).hexdigest(), "answers": answers}, indent=2))


asyncio.run(main())
