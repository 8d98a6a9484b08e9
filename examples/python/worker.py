"""A worker: claims an agent's tasks, does them, and says how they ended. Copy it, and put your work into HANDLERS.

AGENT="Support Specialist" python3 worker.py

It does one task at a time: for more at once, run it more than once.
"""

import http.client
import json
import logging
import os
import queue
import random
import re
import signal
import sys
import threading
import time
import urllib.error
import urllib.request

URL = os.environ.get("VIVIDWALLS_URL", "http://127.0.0.1:4000/graphql")
KEY = os.environ.get("VIVIDWALLS_KEY")
LEASE_SECONDS = int(os.environ.get("LEASE_SECONDS", "60"))
WAIT_SECONDS = 5  # How long a claim waits for a task. None is broken off: what it took would stay leased.
GRACE_SECONDS = 5  # How long the task at hand may take after the signal to stop; then it is given back.


class TaskFailure(Exception):
    """Fails a task: RETRYABLE if another attempt may help, else PERMANENT. All other exceptions are RETRYABLE."""

    def __init__(self, error_class, code, message):
        self.fields = {"errorClass": error_class, "errorCode": code, "errorMessage": message}


def write_letters(task, stop):
    """Long work: once `stop` is set it ends early, by an exception, and the task is given back."""
    names = task["inputData"].get("names")
    if not isinstance(names, list):
        raise TaskFailure("PERMANENT", "INVALID_INPUT", "`names` must be a list")
    letters = []
    for name in names:
        if stop.wait(1):
            raise InterruptedError
        letters.append(f"Dear {name}, your print is on its way.")
    return {"letters": letters}


def fetch_page(task, stop):
    """Work that may fail: a server that is broken may be repaired, a page that is gone stays gone."""
    try:
        with urllib.request.urlopen(str(task["inputData"].get("url")), timeout=10) as response:
            return {"bytes": len(response.read())}
    except urllib.error.HTTPError as error:
        error_class = "RETRYABLE" if error.code >= 500 else "PERMANENT"
        raise TaskFailure(error_class, f"HTTP_{error.code}", str(error)) from error


# By task type: takes the task, and returns its output, an object.
HANDLERS = {"write_letters": write_letters, "fetch_page": fetch_page}

stop_by = float("inf")  # By when the task at hand must end; set by the signal to stop.


def on_signal(number, _frame):
    global stop_by
    stop_by = time.monotonic() + GRACE_SECONDS
    signal.signal(number, signal.SIG_DFL)  # A second signal ends the worker at once.


def time_left():
    return max(stop_by - time.monotonic(), 0)


class Refused(Exception):
    """The server refuses the call: repeating it does not help."""


NO_ANSWER = (OSError, http.client.HTTPException)  # What urllib raises.


def send(query, variables):
    headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json"}
    if KEY:
        headers["Authorization"] = f"Bearer {KEY}"
    request = urllib.request.Request(URL, json.dumps({"query": query, "variables": variables}).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=40) as response:
            status, body = response.status, response.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    try:
        answer = json.loads(body)
        if not answer.get("errors"):
            return answer["data"]
        error = answer["errors"][0]
    except (AttributeError, KeyError, ValueError):  # No answer of GraphQL, maybe a proxy's.
        error = {"message": body[:200].decode(errors="replace")}
    code = error.get("extensions", {}).get("code", f"HTTP {status}")
    message = f"{code}: {error['message']}"
    if status >= 500 or code in ("UNAVAILABLE", "TIMEOUT", "INTERNAL"):
        raise ConnectionError(message)
    raise Refused(message)


def ask(query, variables):
    """Sends until there is an answer. Repeating is safe: once a task has ended, its lease is stale."""
    pause = 0.25
    while True:
        try:
            return send(query, variables)
        except NO_ANSWER as error:
            if not time_left():
                raise
            logging.warning("no answer, trying again: %s", error)
        # Random, so that many workers do not come back at once.
        time.sleep(min(pause * random.uniform(0.5, 1), time_left()))
        pause = min(pause * 2, 5)


def mutate(verb, given, selection):
    fields = f"{verb}(input: $input) {{ {selection} userErrors {{ code message }} }}"
    done = ask(f"mutation($input: {verb[0].upper()}{verb[1:]}Input!) {{ {fields} }}", {"input": given})[verb]
    for error in done["userErrors"]:
        raise Refused(f"{verb}: {error['code']}: {error['message']}")
    return done


def on_lease(verb, lease, fields, selection=""):
    """Returns what the mutation did to the leased task; None if it was refused, most likely with STALE_LEASE."""
    item = {"taskId": lease["taskId"], "token": lease["token"], **fields}
    done = mutate(verb, {"items": [item]}, f"results {{ userErrors {{ code message }} }} {selection}")
    errors = done["results"][0]["userErrors"]
    logging.info("%s of %s: %s", verb, lease["taskId"], errors or "done")
    return None if errors else done


def attempt(task, stop):
    """Does a task. Returns the mutation that ends it, and what it says."""
    try:
        return "completeTasks", {"outputData": HANDLERS[task["taskType"]](task, stop)}
    except Exception as error:
        if stop.is_set():
            return "releaseTasks", {}  # A task that is being cancelled is cancelled by this.
        if not isinstance(error, TaskFailure):
            error = TaskFailure("RETRYABLE", "UNEXPECTED", repr(error))
        return "failTasks", error.fields


def work(lease):
    stop, ended = threading.Event(), queue.SimpleQueue()
    threading.Thread(target=lambda: ended.put(attempt(lease["task"], stop)), daemon=True).start()
    heartbeat_at = time.monotonic() + LEASE_SECONDS / 3
    while True:
        try:
            verb, fields = ended.get(timeout=0.2)
            if not on_lease(verb, lease, fields) and verb == "completeTasks":
                # If it was the lease that was refused and not the output, this is refused too.
                on_lease("failTasks", lease, TaskFailure("PERMANENT", "INVALID_OUTPUT", "see the log").fields)
            return
        except queue.Empty:
            pass
        if time_left() < 1:
            stop.set()
        if not time_left():  # The handler did not stop in a second.
            on_lease("releaseTasks", lease, {})
            return
        if time.monotonic() > heartbeat_at:
            heartbeat_at = time.monotonic() + LEASE_SECONDS / 3
            beat = on_lease("heartbeatTasks", lease, {}, "leases { cancelRequested }")
            if not beat or beat["leases"][0]["cancelRequested"]:
                stop.set()
            if not beat:  # The task is not ours any more.
                return


def main():
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    agent = os.environ.get("AGENT")
    if not agent:
        raise Refused("AGENT must be the name or the id of an agent")
    if not re.fullmatch("[0-9a-f-]{36}", agent):
        found = ask("query($name: String!) { agentByName(name: $name) { id } }", {"name": agent})["agentByName"]
        if not found:
            raise Refused(f"there is no agent {agent!r}")
        agent = found["id"]
    claim = {"agentIds": [agent], "taskTypes": list(HANDLERS), "worker": f"worker.py {os.getpid()}"}
    claim |= {"leaseSeconds": LEASE_SECONDS, "waitSeconds": WAIT_SECONDS}
    logging.info("waiting for tasks")
    while stop_by == float("inf"):
        for lease in mutate("claimTasks", claim, "leases { taskId token task { id taskType inputData } }")["leases"]:
            work(lease)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        main()
    except Refused as error:
        sys.exit(f"refused: {error}")
    except NO_ANSWER as error:
        logging.warning("stopped without an answer: %s", error)
