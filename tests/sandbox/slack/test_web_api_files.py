import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from deploy.sandbox.slack.faults import Fault
from deploy.sandbox.slack.server import SandboxSlack
from tests.sandbox.slack.calling import ident, outcome


async def test_three_steps_share_a_file_in_a_thread(slack: SandboxSlack, client: AsyncWebClient) -> None:
    root = await client.chat_postMessage(channel="#ops", text="Root")
    answer = await client.files_upload_v2(
        channel=root["channel"],
        thread_ts=root["ts"],
        content="<html>",
        filename="Überblick &c.html",
        title="Report",
        initial_comment="The full report",
    )
    shown = (await client.files_info(file=answer["file"]["id"]))["file"]
    assert (shown["name"], shown["title"], shown["size"]) == ("Überblick &c.html", "Report", 6)
    assert shown["shares"]["public"][root["channel"]]
    thread = (await client.conversations_replies(channel=root["channel"], ts=root["ts"]))["messages"]
    assert thread[1]["text"] == "The full report"
    assert thread[1]["files"][0]["id"] == shown["id"]
    async with aiohttp.ClientSession() as http:
        headers = {"Authorization": f"Bearer {slack.bot_token}"}
        async with http.get(shown["url_private"], headers=headers) as response:
            assert await response.text() == "<html>"
        async with http.get(shown["url_private"]) as response:
            assert response.status == 403
        async with http.get(f"{slack.url}/sandbox/files/{shown['id']}") as response:
            assert await response.text() == "<html>"


async def test_each_step_needs_the_one_before(slack: SandboxSlack, client: AsyncWebClient) -> None:
    channel = ident(slack, "#ops")
    ticket = await client.files_getUploadURLExternal(filename="a.txt", length=3)
    complete = {"files": [{"id": ticket["file_id"]}], "channel_id": channel}
    assert await outcome(client, "files.completeUploadExternal", **complete) == "file_not_found"
    async with aiohttp.ClientSession() as http:
        for body, status in ((b"four", 400), (b"abc", 200), (b"abc", 404)):
            async with http.post(ticket["upload_url"], data=body) as response:
                assert response.status == status
    slack.workspace.channel("ops").members.remove(slack.workspace.bot.id)
    assert await outcome(client, "files.completeUploadExternal", **complete) == "not_in_channel"
    await client.conversations_join(channel=channel)
    assert await outcome(client, "files.info", file=ticket["file_id"]) == "file_not_found"
    assert await outcome(client, "files.completeUploadExternal", **complete) == "ok"
    assert await outcome(client, "files.completeUploadExternal", **complete) == "file_not_found"
    assert await outcome(client, "files.getUploadURLExternal", filename="a", length=0) == "missing_argument"


async def test_a_form_is_taken_too_and_a_file_may_stay_private(
    slack: SandboxSlack, client: AsyncWebClient
) -> None:
    ticket = await client.files_getUploadURLExternal(filename="a.txt", length=3)
    form = aiohttp.FormData()
    form.add_field("filename", b"abc", filename="a.txt")
    async with aiohttp.ClientSession() as http, http.post(ticket["upload_url"], data=form) as response:
        assert await response.text() == "OK - 3"
    await client.files_completeUploadExternal(files=[{"id": ticket["file_id"], "title": "A"}])
    assert slack.workspace.files[ticket["file_id"]].content == b"abc"
    assert slack.workspace.messages[ident(slack, "#ops")] == {}


async def test_the_upload_has_faults_of_its_own(slack: SandboxSlack, client: AsyncWebClient) -> None:
    slack.faults.put(Fault("upload", "status", status=500))
    ticket = await client.files_getUploadURLExternal(filename="a.txt", length=3)
    async with aiohttp.ClientSession() as http:
        for status in (500, 200):
            async with http.post(ticket["upload_url"], data=b"abc") as response:
                assert response.status == status
    assert [call.answer for call in slack.calls if call.method == "upload"] == ["500", "ok"]
